import CZlib
import Foundation
import Randomness
import TestSupport
import Testing

@testable import Datasets

/// The bytes of an IDX file with these dimensions and this content.
func idx(_ dimensions: [Int], _ content: [UInt8]) -> [UInt8] {
  let words = [0x0800 + dimensions.count] + dimensions
  return words.flatMap { word in [24, 16, 8, 0].map { UInt8(word >> $0 & 0xFF) } } + content
}

/// One member of gzip, compressed by zlib.
func gzip(_ bytes: [UInt8]) throws -> [UInt8] {
  var stream = z_stream()
  let size = CInt(MemoryLayout<z_stream>.size)
  try #require(
    deflateInit2_(
      &stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY,
      ZLIB_VERSION, size) == Z_OK)
  defer { deflateEnd(&stream) }
  var input = bytes
  var output = [UInt8](repeating: 0, count: Int(deflateBound(&stream, uLong(bytes.count))))
  let status = input.withUnsafeMutableBufferPointer { input in
    output.withUnsafeMutableBufferPointer { output in
      stream.next_in = input.baseAddress
      stream.avail_in = uInt(input.count)
      stream.next_out = output.baseAddress
      stream.avail_out = uInt(output.count)
      return deflate(&stream, Z_FINISH)
    }
  }
  try #require(status == Z_STREAM_END)
  return Array(output.prefix(Int(stream.total_out)))
}

/// Random bytes, half of them 0 as in drawings.
func randomBytes(_ count: Int, seed: UInt64) -> [UInt8] {
  var random = SeededGenerator(seed: seed)
  return (0..<count).map { _ in
    random.nextIndex(below: 2) == 0 ? 0 : UInt8(random.nextIndex(below: 256))
  }
}

/// The labels 0, 1, … 9, 0, ….
func labels(_ count: Int) -> [UInt8] {
  (0..<count).map { UInt8($0 % 10) }
}

extension TemporaryFolder {
  /// Writes a file into the folder.
  func write(_ bytes: [UInt8], to name: String) throws {
    try Data(bytes).write(to: url.appendingPathComponent(name))
  }

  /// Writes a small set in MNIST's form: 7 and 3 images, the training images compressed.
  func writeMNIST() throws {
    try write(gzip(idx([7, 28, 28], randomBytes(7 * 784, seed: 1))), to: trainingImages + ".gz")
    try write(idx([7], labels(7)), to: trainingLabels)
    try write(idx([3, 28, 28], randomBytes(3 * 784, seed: 2)), to: "t10k-images-idx3-ubyte")
    try write(gzip(idx([3], labels(3))), to: "t10k-labels-idx1-ubyte.gz")
  }

  /// Writes CIFAR-10 records with the labels 0, 1, … and random pixels.
  func writeRecords(_ count: Int, seed: UInt64, to name: String) throws {
    try write(records(count, seed: seed), to: name)
  }
}

let trainingImages = "train-images-idx3-ubyte"
let trainingLabels = "train-labels-idx1-ubyte"

/// CIFAR-10 records with the labels 0, 1, … and random pixels.
func records(_ count: Int, seed: UInt64) -> [UInt8] {
  let pixels = randomBytes(count * 3072, seed: seed)
  var bytes: [UInt8] = []
  for (index, label) in labels(count).enumerated() {
    bytes.append(label)
    bytes += pixels[index * 3072..<(index + 1) * 3072]
  }
  return bytes
}
