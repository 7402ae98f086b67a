/// What was read, in one line: equal fingerprints mean equal images and labels in the same order.
public struct DatasetFingerprint: Sendable, Hashable, Codable, CustomStringConvertible {
  /// The number of images.
  public let count: Int

  /// The shape of the stored images.
  public let shape: ImageShape

  /// 16 hexadecimal digits: XXH64 of the labels, seeded with XXH64 of the pixels, seeded with XXH64
  /// of the stored shape as text, such as `1x28x28`.
  public let hash: String

  /// As in `60000 images of 1x28x28, xxh64 0123456789abcdef`.
  public var description: String { "\(count) images of \(shape), xxh64 \(hash)" }
}

extension LabeledImages {
  /// Computes the fingerprint. Complexity: O(bytes), some gigabytes a second.
  public func fingerprint() -> DatasetFingerprint {
    let shapeHash = Array(storedShape.description.utf8).withUnsafeBytes { xxHash64($0, seed: 0) }
    let pixelHash = pixels.withUnsafeBytes { xxHash64($0, seed: shapeHash) }
    let hash = labels.withUnsafeBytes { xxHash64($0, seed: pixelHash) }
    return DatasetFingerprint(count: count, shape: storedShape, hash: hash.hexadecimal)
  }
}
