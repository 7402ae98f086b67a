/// The shape of one image, in the order in which its values are laid out.
public struct ImageShape: Sendable, Hashable, Codable, CustomStringConvertible {
  /// The number of colour planes: 1 for grey, 3 for red, green and blue.
  public let channels: Int
  /// The number of rows of a plane.
  public let height: Int
  /// The number of values in a row.
  public let width: Int

  /// Makes the shape `channels`x`height`x`width`; all three are positive.
  public init(channels: Int, height: Int, width: Int) {
    precondition(channels > 0 && height > 0 && width > 0, "An image has at least one value.")
    self.channels = channels
    self.height = height
    self.width = width
  }

  /// The number of values of one plane.
  public var planeSize: Int { height * width }

  /// The number of values of one image.
  public var size: Int { channels * planeSize }

  /// The shape as in `3x32x32`.
  public var description: String { "\(channels)x\(height)x\(width)" }

  /// What a network gets to see: 3x32x32, whatever the files hold.
  static let network = ImageShape(channels: 3, height: 32, width: 32)
}
