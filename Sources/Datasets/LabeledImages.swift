/// Images with their classes, held as the bytes that were read.
///
/// A network sees images of `shape`. They come from the stored ones, of `storedShape`, by `padding`
/// zeros on each side of a plane and by repeating a single grey plane; that is done batch by batch,
/// because it multiplies the memory (by four for Fashion-MNIST, and by four again as `Float`).
public struct LabeledImages: Sendable, Hashable {
  /// The shape of an image in `pixels`, such as 1x28x28.
  public let storedShape: ImageShape

  /// The shape of an image after expansion, such as 3x32x32.
  public let shape: ImageShape

  /// All images, one after the other: shape `[count, storedShape.size]`, each plane row by row.
  public let pixels: [UInt8]

  /// The class of each image.
  public let labels: [UInt8]

  /// Joins `pixels` and `labels`, which must be of the same number of images.
  ///
  /// - Parameters:
  ///   - storedShape: The shape of an image in `pixels`.
  ///   - shape: The shape after expansion: equally padded on all sides, and with the same planes or
  ///     any number of copies of a single one. Without it, the images stay as they are.
  ///   - pixels: `labels.count` images of `storedShape.size` bytes.
  ///   - labels: One class for each image.
  public init(
    storedShape: ImageShape, shape: ImageShape? = nil, pixels: [UInt8], labels: [UInt8]
  ) {
    let shape = shape ?? storedShape
    let border = shape.height - storedShape.height
    precondition(
      border >= 0 && border.isMultiple(of: 2) && shape.width - storedShape.width == border,
      "\(storedShape) cannot be padded to \(shape) with the same zeros on each side.")
    precondition(
      storedShape.channels == shape.channels || storedShape.channels == 1,
      "\(storedShape) has neither one plane nor those of \(shape).")
    precondition(
      pixels.count == labels.count * storedShape.size,
      "\(pixels.count) bytes are not \(labels.count) images of \(storedShape).")
    self.storedShape = storedShape
    self.shape = shape
    self.pixels = pixels
    self.labels = labels
  }

  /// The number of images.
  public var count: Int { labels.count }

  /// The zeros to add on each of the four sides of a stored plane.
  public var padding: Int { (shape.height - storedShape.height) / 2 }

  /// The stored bytes of one image, plane by plane.
  public func pixels(at index: Int) -> ArraySlice<UInt8> {
    pixels[index * storedShape.size..<(index + 1) * storedShape.size]
  }
}
