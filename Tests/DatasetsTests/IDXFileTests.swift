import Foundation
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
      error?.localizedDescription
        == "\(path) has the wrong magic number at byte 0: found 0x00000801, expected 0x00000803.")
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

  /// Nothing but its header is read of a file that other files do not go with.
  @Test func theCountIsCheckedBeforeTheItems() throws {
    struct Refused: Error {}
    try folder.write(gzip(idx([60_000, 28, 28], [])), to: "file")
    #expect(throws: Refused.self) {
      _ = try IDXFile(path: path, itemShape: [28, 28], keeping: nil) { count in
        #expect(count == 60_000)
        throw Refused()
      }
    }
  }

  /// Gzip makes a thousand zeros one byte: a small file may claim and hold any number of images.
  @Test(.slow) func aSmallGzipThatHoldsMillionsTakesNoMemory() async throws {
    let count = 200_000
    try folder.write(
      gzip(idx([count, 28, 28], Array(repeating: 0, count: count * 784))), to: "file")
    await #expect(processExitsWith: .success) { [path = path as String] in
      let before = try peakMemory()
      let error = #expect(throws: DatasetError.self) {
        try IDXFile(path: path, itemShape: [28, 28], keeping: nil)
      }
      guard case .inflatedGzip(path, _, let unpacked) = error else {
        Issue.record("unexpected \(String(describing: error))")
        return
      }
      #expect(unpacked < 70 << 20)
      #expect(try IDXFile(path: path, itemShape: [28, 28], keeping: 100).bytes.count == 78_400)
      let growth = try peakMemory() - before
      #expect(growth < 100, "\(growth) megabytes")
    }
  }

  @Test func moreThanTheMemoryHoldsIsRefused() throws {
    try folder.write(idx([3, 28, 28], randomBytes(3 * 784, seed: 1)), to: "file")
    let error = #expect(throws: DatasetError.self) {
      try IDXFile(path: path, itemShape: [28, 28], keeping: nil, memory: 4_000)
    }
    #expect(error == .tooLarge(path: path, size: 3 * 784, memory: 4_000))
    #expect(error?.recoverySuggestion?.contains("fewer images") == true)
    #expect(
      try IDXFile(path: path, itemShape: [28, 28], keeping: 2, memory: 4_000).bytes.count == 1_568)
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
