import CXXHash

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
    let shapeHash = Array(storedShape.description.utf8).xxHash64()
    let hash = labels.xxHash64(seed: pixels.xxHash64(seed: shapeHash))
    return DatasetFingerprint(count: count, shape: storedShape, hash: hash.hexadecimal)
  }
}

extension Array where Element: BitwiseCopyable {
  /// XXH64 of the elements' bytes. It tells different data apart; it does not protect against someone who
  /// forges them.
  package func xxHash64(seed: UInt64 = 0) -> UInt64 {
    withUnsafeBytes { XXH64($0.baseAddress, $0.count, seed) }
  }
}

extension UInt64 {
  /// 16 hexadecimal digits.
  package var hexadecimal: String {
    let digits = String(self, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
