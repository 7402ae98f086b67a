import Testing

@testable import Datasets

@Suite struct FingerprintTests {
  /// Values of Python's `xxhash.xxh64(text, seed=seed).hexdigest()`.
  @Test(
    arguments: [
      ("", 0, "ef46db3751d8e999"),
      ("a", 0, "d24ec4f1a98c6e5b"),
      ("abc", 0, "44bc2cf5ad770999"),
      ("0123456789", 7, "46435823b834ff6e"),
      ("The quick brown fox jumps over the lazy dog", 0, "0b242d361fda71bc"),
      ("0123456789abcdef0123456789abcdef0123456789abcdef", .max, "d923b73c9ec54bfe"),
    ] as [(String, UInt64, String)])
  func theHashIsXXH64(text: String, seed: UInt64, expected: String) {
    #expect(
      Array(text.utf8).xxHash64(seed: seed) == UInt64(expected, radix: 16))
  }

  @Test func everyPartCounts() {
    let shape = ImageShape(channels: 1, height: 2, width: 3)
    let pixels: [UInt8] = [1, 2, 3, 4, 5, 6]
    let images = LabeledImages(storedShape: shape, pixels: pixels, labels: [7])
    let fingerprint = images.fingerprint()
    #expect(fingerprint.count == 1)
    #expect(fingerprint.shape == shape)
    #expect(fingerprint.hash.count == 16)
    let others = [
      LabeledImages(storedShape: shape, pixels: pixels, labels: [8]),
      LabeledImages(storedShape: shape, pixels: [1, 2, 3, 4, 6, 5], labels: [7]),
      LabeledImages(
        storedShape: ImageShape(channels: 1, height: 3, width: 2), pixels: pixels, labels: [7]),
    ]
    for other in others {
      #expect(other.fingerprint() != fingerprint)
    }
  }
}
