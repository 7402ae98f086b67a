/// How many images to keep of each split: the first ones.
///
/// Files are still checked beyond the limit, so that a damaged file is noticed whatever the limit;
/// but no further than `checkedSize`, so that a few images of a huge set take no time. The images
/// beyond take no memory.
public struct ImageLimits: Sendable, Hashable {
  /// The number of training images to keep; nil keeps all.
  public let training: Int?
  /// The number of validation images to keep; nil keeps all.
  public let validation: Int?

  /// How many bytes of a split are checked beyond the limit: more than all of Fashion-MNIST.
  static let checkedSize = 48 << 20

  /// Everything.
  public static let none = ImageLimits()

  /// Keeps the first `training` and `validation` images; both are positive where given.
  public init(training: Int? = nil, validation: Int? = nil) {
    precondition(training ?? 1 > 0 && validation ?? 1 > 0, "A limit keeps at least one image.")
    self.training = training
    self.validation = validation
  }
}
