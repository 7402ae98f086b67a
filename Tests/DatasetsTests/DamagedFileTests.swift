import Foundation
import Randomness
import TestSupport
import Testing

@testable import Datasets

/// Whatever a file holds, reading it either works or fails with an error that says why.
@Suite(.slow) struct DamagedFileTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  /// The number of damaged copies of each file.
  private let count: UInt64 = 10_000

  /// Reads damaged copies of `bytes`; the number of the copy is the seed.
  private func damage(
    _ bytes: [UInt8], as name: String, _ read: () throws -> Void
  ) throws {
    var failures = 0
    for seed in 0..<count {
      var random = SeededGenerator(seed: seed)
      try folder.write(bytes.damaged(using: &random), to: name)
      do {
        try read()
      } catch let error as DatasetError {
        failures += 1
        #expect(error.localizedDescription.contains(folder.path(name)), "seed \(seed)")
        #expect(error.recoverySuggestion?.isEmpty == false, "seed \(seed)")
      } catch {
        Issue.record("seed \(seed): \(error)")
      }
    }
    #expect(failures > count / 10)
    #expect(try peakMemory() < mostMemory, "megabytes")
  }

  @Test func plainLabels() throws {
    let path = folder.path("labels")
    try damage(idx([40], labels(40)), as: "labels") {
      let file = try IDXFile(path: path, itemShape: [], keeping: nil)
      #expect(file.bytes.count == file.count)
    }
  }

  @Test func plainImages() throws {
    let path = folder.path("images")
    try damage(idx([2, 28, 28], randomBytes(2 * 784, seed: 1)), as: "images") {
      let file = try IDXFile(path: path, itemShape: [28, 28], keeping: 1)
      #expect(file.bytes.count == 784)
    }
  }

  @Test func compressedImages() throws {
    let path = folder.path("images.gz")
    try damage(gzip(idx([2, 28, 28], randomBytes(2 * 784, seed: 1))), as: "images.gz") {
      let file = try IDXFile(path: path, itemShape: [28, 28], keeping: nil)
      #expect(file.bytes.count == file.count * 784)
    }
  }

  @Test func wholeSetsInMNISTsForm() throws {
    try folder.writeMNIST()
    try damage(idx([7], labels(7)), as: trainingLabels) {
      let dataset = try ImageDataset.fashionMNIST(in: folder.url.path)
      #expect(dataset.training.labels.allSatisfy { $0 <= 9 })
    }
  }

  @Test func cifar10Records() throws {
    try folder.writeRecords(1, seed: 1, to: "test_batch.bin")
    try damage(records(3, seed: 2), as: "data_batch_1.bin") {
      let dataset = try ImageDataset.cifar10(in: folder.url.path)
      #expect(dataset.training.labels.allSatisfy { $0 <= 9 })
    }
  }

  @Test func csvTables() throws {
    let text = "x0,x1,\"x2\",d\r\n1,-0.5,2e-3,\"1.25\"\r\n1,0.25,-7,3\r\n1,2,3,4\r\n"
    for seed in 0..<count {
      var random = SeededGenerator(seed: seed)
      do {
        let table = try CSVTable(decoding: Array(text.utf8).damaged(using: &random), name: "t.csv")
        #expect(table.rows.allSatisfy { $0.count == table.columnCount }, "seed \(seed)")
        #expect(table.rows.joined().allSatisfy { $0.isFinite }, "seed \(seed)")
      } catch let error as CSVError {
        #expect(error.localizedDescription.hasPrefix("t.csv"), "seed \(seed)")
      } catch {
        Issue.record("seed \(seed): \(error)")
      }
    }
  }
}
