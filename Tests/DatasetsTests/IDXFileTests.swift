import TestSupport
import Testing

@testable import Datasets

@Suite struct IDXFileTests {
  let folder: TemporaryFolder
  let path: String

  init() throws {
    folder = try TemporaryFolder()
    path = folder.path("file")
  }

  private func read(
    _ bytes: [UInt8], itemShape: [Int] = [28, 28], keeping limit: Int? = nil, name: String = "file"
  ) throws -> IDXFile {
    try folder.write(bytes, to: name)
    return try IDXFile(path: folder.path(name), itemShape: itemShape, keeping: limit)
  }

  @Test(arguments: 0..<16) func aCutHeaderIsAnError(length: Int) {
    let bytes = Array(idx([1, 28, 28], []).prefix(length))
    #expect(throws: DatasetError.cutHeader(path: path, held: length, expected: 16)) {
      try read(bytes)
    }
  }

  @Test func aWrongMagicNumberSaysWhatWasFound() throws {
    let error = #expect(throws: DatasetError.self) { try read(idx([3], [1, 2, 3])) }
    #expect(error == .wrongMagic(path: path, found: 0x801, expected: 0x803))
    #expect(
      error?.message
        == "\(path) has the wrong magic number at byte 0: found 0x00000801, expected 0x00000803.")
    #expect(throws: DatasetError.wrongMagic(path: path, found: 0x3C21_444F, expected: 0x801)) {
      try read(Array("<!DOCTYPE html>".utf8), itemShape: [])
    }
  }

  @Test func anotherImageSizeIsAnError() {
    #expect(
      throws: DatasetError.wrongImageSize(path: path, found: [32, 28], expected: [28, 28])
    ) {
      try read(idx([1, 32, 28], randomBytes(32 * 28, seed: 1)))
    }
  }

  @Test(arguments: [2, 1_000_000, 0xFFFF_FFFF])
  func aHeaderThatClaimsMoreIsBelievedOnlyByWhatArrives(count: Int) throws {
    let bytes = idx([count, 28, 28], randomBytes(1_000, seed: 1))
    let claimsMore = DatasetError.headerClaimsMore(path: path, claimed: count * 784, held: 1_000)
    #expect(throws: claimsMore) { try read(bytes) }
    #expect(throws: claimsMore) { try read(bytes, keeping: 1) }
    #expect(throws: claimsMore) { try read(gzip(bytes)) }
  }

  @Test func extraBytesNameTheirPlace() throws {
    let bytes = idx([2], [1, 2, 3])
    #expect(throws: DatasetError.extraBytes(path: path, offset: 10)) {
      try read(bytes, itemShape: [])
    }
    #expect(throws: DatasetError.extraBytes(path: path, offset: 10)) {
      try read(gzip(bytes), itemShape: [])
    }
  }

  @Test func noItemsAreAnError() {
    #expect(throws: DatasetError.empty(path: path)) { try read(idx([0], []), itemShape: []) }
    #expect(throws: DatasetError.empty(path: path)) { try read(idx([0, 28, 28], [])) }
  }

  @Test func gzipIsKnownByItsStartWhateverTheName() throws {
    let file = try read(gzip(idx([2], [7, 8])), itemShape: [], name: "plain-name")
    #expect(file.bytes == [7, 8])
  }

  @Test func anotherContentUnderAGzipNameIsAnError() throws {
    let error = #expect(throws: DatasetError.self) {
      try read(idx([2], [7, 8]), itemShape: [], name: "x.gz")
    }
    #expect(error == .notGzip(path: folder.path("x.gz"), found: [0, 0]))
    #expect(throws: DatasetError.notGzip(path: folder.path("x.gz"), found: [])) {
      try read([], itemShape: [], name: "x.gz")
    }
  }
}
