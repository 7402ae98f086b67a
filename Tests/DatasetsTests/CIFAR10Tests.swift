import Foundation
import TestSupport
import Testing

@testable import Datasets

@Suite struct CIFAR10Tests {
  let folder: TemporaryFolder
  var path: String { folder.url.path }

  init() throws {
    folder = try TemporaryFolder()
    try folder.writeRecords(3, seed: 1, to: "data_batch_1.bin")
    try folder.writeRecords(2, seed: 2, to: "test_batch.bin")
  }

  @Test func recordsBecomeLabelsAndPixels() throws {
    let dataset = try ImageDataset.cifar10(in: path)
    #expect(dataset.training.labels == [0, 1, 2])
    #expect(dataset.training.pixels == randomBytes(3 * 3072, seed: 1))
    #expect(dataset.training.storedShape == dataset.training.shape)
    #expect(dataset.validation.pixels == randomBytes(2 * 3072, seed: 2))
  }

  @Test func batchesComeInTheOrderOfTheirNumbers() throws {
    for number: UInt64 in 2...10 {
      try folder.writeRecords(1, seed: number, to: "data_batch_\(number).bin")
    }
    let dataset = try ImageDataset.cifar10(in: path)
    var expected: [UInt8] = []
    for number: UInt64 in 1...10 {
      expected += randomBytes((number == 1 ? 3 : 1) * 3072, seed: number)
    }
    #expect(dataset.training.pixels == expected)
  }

  @Test(
    arguments: [
      ([2], "data_batch_1.bin"), ([1, 3], "data_batch_2.bin"),
      ([1, 2, 4, 5], "data_batch_3.bin"), ([2, 3, 4, 5], "data_batch_1.bin"),
      ([3, 4], "data_batch_1.bin, data_batch_2.bin"), ([1, .max - 1], "data_batch_6.bin"),
    ])
  func aGapInTheBatchesIsNamed(numbers: [Int], missing: String) throws {
    try FileManager.default.removeItem(atPath: folder.path("data_batch_1.bin"))
    for number in numbers { try folder.writeRecords(1, seed: 1, to: "data_batch_\(number).bin") }
    let error = #expect(throws: DatasetError.self) { try ImageDataset.cifar10(in: path) }
    guard case .missingBatches(path, let names, let found) = error else {
      Issue.record("unexpected \(String(describing: error))")
      return
    }
    #expect(names.joined(separator: ", ").contains(missing))
    #expect(found == numbers.map { "data_batch_\($0).bin" })
  }

  /// The original's text beside the files says that there are five.
  @Test(arguments: [1, 4, 6]) func theOriginalHasFiveBatches(count: UInt64) throws {
    for number in 1...count {
      try folder.writeRecords(1, seed: number, to: "data_batch_\(number).bin")
    }
    try folder.write(Array("airplane\nautomobile\n".utf8), to: "batches.meta.txt")
    let error = #expect(throws: DatasetError.self) { try ImageDataset.cifar10(in: path) }
    #expect(error?.localizedDescription.contains("data_batch_\(count == 6 ? 6 : 5).bin") == true)
  }

  /// Without the text, it is the original if each file has its 10,000 images.
  @Test(arguments: [1, 4, 6]) func filesOfTheOriginalAreFive(count: Int) throws {
    for number in 1...count {
      let path = folder.path("data_batch_\(number).bin")
      #expect(FileManager.default.createFile(atPath: path, contents: nil))
      #expect(truncate(path, 30_730_000) == 0)
    }
    let error = #expect(throws: DatasetError.self) { try ImageDataset.cifar10(in: path) }
    #expect(error?.localizedDescription.contains("data_batch_\(count == 6 ? 6 : 5).bin") == true)
  }

  @Test func aCopyUnderAnotherNumberIsRefused() throws {
    try folder.writeRecords(3, seed: 2, to: "data_batch_2.bin")
    try folder.writeRecords(3, seed: 1, to: "data_batch_3.bin")
    #expect(
      throws: DatasetError.copiedBatch(
        path: folder.path("data_batch_3.bin"), original: folder.path("data_batch_1.bin"))
    ) { try ImageDataset.cifar10(in: path) }
    try folder.writeRecords(3, seed: 3, to: "data_batch_3.bin")
    #expect(try ImageDataset.cifar10(in: path).training.count == 9)
  }

  @Test func fewerBatchesThanTheOriginalAreSaid() throws {
    #expect(
      try ImageDataset.cifar10(in: path).remarks == [
        DataRemark(
          .warning,
          "CIFAR-10 has 5 files to train on, and in \(path) data_batch_2.bin, data_batch_3.bin, "
            + "data_batch_4.bin, data_batch_5.bin are not there.")
      ])
    for number: UInt64 in 2...5 {
      try folder.writeRecords(1, seed: number, to: "data_batch_\(number).bin")
    }
    let whole = try ImageDataset.cifar10(in: path)
    #expect(whole.remarks.isEmpty)
    #expect(whole.files == (1...5).map { "data_batch_\($0).bin" } + ["test_batch.bin"])
  }

  @Test(arguments: [
    "data_batch_1 (1).bin", "data_batch_1 - Copy.bin", "Copy of data_batch_1.bin",
    "data_batch_01.bin", "data_batch_+2.bin", "data_batch_0.bin", "data_batch_.bin",
    "data_batch_1_copy.bin", "DATA_BATCH_2.BIN", "data_batch_99999999999999999999.bin",
  ])
  func copiesOfABatchAreRefused(name: String) throws {
    try folder.writeRecords(3, seed: 1, to: name)
    let error = DatasetError.unexpectedBatches(folder: path, names: [name])
    #expect(throws: error) { try ImageDataset.cifar10(in: path) }
    #expect(error.localizedDescription.contains(name))
  }

  /// What Foundation calls such a file is no path that opens it.
  @Test func aNameThatIsNotUTF8IsNoReasonToLeaveABatchOut() throws {
    let bytes = Array(folder.path("data_batch_2").utf8CString.dropLast()) + [-1]
    let name = bytes + ".bin".utf8CString
    let file = open(name, O_WRONLY | O_CREAT, 0o600)
    defer { close(file) }
    try #require(file >= 0)
    let error = #expect(throws: DatasetError.self) { try ImageDataset.cifar10(in: path) }
    #expect(error?.localizedDescription.contains("data_batch_2") == true)
  }

  @Test func filesThatAreNoBatchesAreLeftAlone() throws {
    for name in ["data_batch_1.bin.1", "data_batch_2", "test_batch (1).bin", "readme.html"] {
      try folder.write([1, 2, 3], to: name)
    }
    #expect(try ImageDataset.cifar10(in: path).training.count == 3)
  }

  @Test func filesOfAnotherKindAreCalledThat() throws {
    for (kind, bytes) in FileKindTests.examples where ![.safetensors, .idx].contains(kind) {
      try folder.write(bytes, to: "data_batch_1.bin")
      let error = #expect(throws: DatasetError.self) { try ImageDataset.cifar10(in: path) }
      #expect(
        error
          == .otherFile(
            path: folder.path("data_batch_1.bin"), kind: kind, expected: "records of CIFAR-10"))
    }
  }

  /// What begins as an IDX file may be a picture that is black at its top.
  @Test func recordsAreNotTakenForAnotherKind() throws {
    var bytes = records(1, seed: 1)
    bytes.replaceSubrange(0..<4, with: [0, 0, 8, 3])
    try folder.write(bytes, to: "data_batch_1.bin")
    #expect(try ImageDataset.cifar10(in: path).training.count == 1)
  }

  /// A sparse file takes no room on the disk, and its labels are all 0.
  @Test func aFileOfAnySizeTakesNoMemory() throws {
    let huge = open(folder.path("data_batch_1.bin"), O_WRONLY)
    defer { close(huge) }
    try #require(ftruncate(huge, 3_073 << 30) == 0)
    let error = #expect(throws: DatasetError.self) { try ImageDataset.cifar10(in: path) }
    #expect(error?.recoverySuggestion?.contains("fewer images") == true)
    let few = try ImageDataset.cifar10(in: path, limits: ImageLimits(training: 5))
    #expect(few.training.count == 5)
    #expect(try peakMemory() < mostMemory, "megabytes")
  }

  @Test func limitsCountOverAllBatches() throws {
    try folder.writeRecords(3, seed: 2, to: "data_batch_2.bin")
    let dataset = try ImageDataset.cifar10(
      in: path, limits: ImageLimits(training: 4, validation: 1))
    #expect(dataset.training.labels == [0, 1, 2, 0])
    #expect(dataset.validation.count == 1)
  }

  @Test func missingBatchesAreNamed() throws {
    try FileManager.default.removeItem(atPath: folder.path("data_batch_1.bin"))
    let error = #expect(throws: DatasetError.self) { try ImageDataset.cifar10(in: path) }
    #expect(error?.localizedDescription == "There is no file data_batch_1.bin in \(path).")
    #expect(error?.recoverySuggestion?.contains("binary version") == true)
    try FileManager.default.removeItem(atPath: folder.path("test_batch.bin"))
    #expect(
      throws: DatasetError.missingFile(
        folder: path, names: ["test_batch.bin"], collection: .cifar10)
    ) { try ImageDataset.cifar10(in: path) }
  }

  @Test(arguments: [1, 3_072, 3_074, 6_145]) func aPartialRecordIsAnError(size: Int) throws {
    try folder.write(Array(records(3, seed: 1).prefix(size)), to: "data_batch_1.bin")
    let error = #expect(throws: DatasetError.self) { try ImageDataset.cifar10(in: path) }
    let record = size / 3_073
    #expect(
      error?.localizedDescription
        == "\(folder.path("data_batch_1.bin")) is cut: its \(size) bytes are not a whole number "
        + "of records of 3073 bytes; record \(record) at byte \(record * 3_073) is incomplete.")
  }

  @Test func aLabelOverNineIsFoundEvenBeyondTheLimit() throws {
    var bytes = records(3, seed: 1)
    bytes[2 * 3_073] = 255
    try folder.write(bytes, to: "data_batch_1.bin")
    let expected = DatasetError.labelTooLarge(
      path: folder.path("data_batch_1.bin"), record: 2, offset: 6_146, label: 255, classCount: 10)
    #expect(throws: expected) {
      try ImageDataset.cifar10(in: path, limits: ImageLimits(training: 1))
    }
  }

  @Test func anEmptyFileIsAnError() throws {
    try folder.write([], to: "test_batch.bin")
    #expect(throws: DatasetError.empty(path: folder.path("test_batch.bin"))) {
      try ImageDataset.cifar10(in: path)
    }
  }
}
