/// Images to learn from and images to test with, and what is known about them.
public struct ImageDataset: Sendable, Hashable {
  /// What the data are called, as typed after `--data`.
  public let name: String

  /// The name of each class; a label is an index into it.
  public let classNames: [String]

  /// The images to learn from.
  public let training: LabeledImages

  /// The images to test with; of the same shape.
  public let validation: LabeledImages

  /// Mean and standard deviation of the expanded training images.
  public let normalization: ChannelNormalization

  /// The files that were read, within the folder that was named; empty for generated images.
  public let files: [String]

  /// What a person should know about how the files were read.
  public let remarks: [DataRemark]

  /// Joins two splits that are not empty, and measures the first.
  public init(
    name: String, classNames: [String], training: LabeledImages, validation: LabeledImages,
    files: [String] = [], remarks: [DataRemark] = []
  ) {
    precondition(training.shape == validation.shape, "Both splits have one shape.")
    self.name = name
    self.classNames = classNames
    self.training = training
    self.validation = validation
    self.files = files
    self.remarks = remarks
    normalization = ChannelNormalization(measuring: training)
  }
}
