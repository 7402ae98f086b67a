import Foundation
import TestSupport
import Testing

@testable import Datasets

@Suite struct GzipSourceTests {
  let folder: TemporaryFolder
  let path: String
  let content = randomBytes(300_000, seed: 4)

  init() throws {
    folder = try TemporaryFolder()
    path = folder.path("file.gz")
  }

  private func decompress(_ bytes: [UInt8]) throws -> [UInt8] {
    try folder.write(bytes, to: "file.gz")
    var content: [UInt8] = []
    _ = try openDecompressing(path).read(.max, appendingTo: &content)
    return content
  }

  @Test func whatWasCompressedComesBack() throws {
    #expect(try decompress(gzip(content)) == content)
    #expect(try decompress(gzip([])) == [])
  }

  @Test func membersAreJoined() throws {
    let members = try gzip([1, 2]) + gzip([]) + gzip(content) + gzip([3])
    #expect(try decompress(members) == [1, 2] + content + [3])
  }

  @Test func everyCutIsNoticed() throws {
    let whole = try gzip([1, 2, 3, 4, 5])
    for length in 2..<whole.count {
      #expect(throws: DatasetError.cutGzip(path: path, offset: length)) {
        try decompress(Array(whole.prefix(length)))
      }
    }
  }

  @Test(arguments: [[10], [0, 0, 0], [0x1E, 0x8B]] as [[UInt8]])
  func garbageAfterAMemberNamesItsPlace(garbage: [UInt8]) throws {
    let whole = try gzip(content)
    #expect(throws: DatasetError.extraBytes(path: path, offset: whole.count)) {
      try decompress(whole + garbage)
    }
  }

  @Test func aWrongChecksumOrLengthIsCorrupt() throws {
    for (distance, word) in [(8, "data"), (4, "length")] {
      var bytes = try gzip(content)
      bytes[bytes.count - distance] ^= 1
      let error = #expect(throws: DatasetError.self) { try decompress(bytes) }
      #expect(error?.localizedDescription.contains("(incorrect \(word) check)") == true)
    }
  }

  @Test func aFlippedBitInTheMiddleIsCorrupt() throws {
    var bytes = try gzip(content)
    bytes[bytes.count / 2] ^= 0x10
    let error = #expect(throws: DatasetError.self) { try decompress(bytes) }
    guard case .corruptGzip(path, _, _) = error else {
      Issue.record("unexpected \(String(describing: error))")
      return
    }
  }
}
