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
    try folder.writeRecords(1, seed: 10, to: "data_batch_10.bin")
    try folder.writeRecords(1, seed: 2, to: "data_batch_2.bin")
    let dataset = try ImageDataset.cifar10(in: path)
    let expected = [(3, 1), (1, 2), (1, 10)].flatMap { randomBytes($0.0 * 3072, seed: $0.1) }
    #expect(dataset.training.pixels == expected)
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
    #expect(error?.message == "There is no file data_batch_1.bin in \(path).")
    #expect(error?.hint.contains("binary version") == true)
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
      error?.message
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
