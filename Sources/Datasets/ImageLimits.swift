/// How many images to keep of each split: the first ones.
///
/// Files are still read and checked to their end, so that a damaged file is noticed whatever the
/// limit; the images beyond it take no memory.
public struct ImageLimits: Sendable, Hashable {
  /// The number of training images to keep; nil keeps all.
  public let training: Int?
  /// The number of validation images to keep; nil keeps all.
  public let validation: Int?

  /// Everything.
  public static let none = ImageLimits()

  /// Keeps the first `training` and `validation` images; both are positive where given.
  public init(training: Int? = nil, validation: Int? = nil) {
    precondition(training ?? 1 > 0 && validation ?? 1 > 0, "A limit keeps at least one image.")
    self.training = training
    self.validation = validation
  }
}
