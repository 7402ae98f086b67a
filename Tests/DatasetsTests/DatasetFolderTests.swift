import Foundation
import TestSupport
import Testing

@testable import Datasets

/// Half-right names and places are found where they are unambiguous, and named where they are not.
@Suite struct DatasetFolderTests {
  let folder: TemporaryFolder
  var path: String { folder.url.path }

  init() throws {
    folder = try TemporaryFolder()
  }

  /// Writes MNIST's four files, each under the name that `name` makes of the usual one.
  private func write(_ count: Int = 7, _ name: (String) -> String) throws {
    let files = [
      (trainingImages, idx([count, 28, 28], randomBytes(count * 784, seed: 1))),
      (trainingLabels, idx([count], labels(count))),
      ("t10k-images-idx3-ubyte", idx([3, 28, 28], randomBytes(3 * 784, seed: 2))),
      ("t10k-labels-idx1-ubyte", idx([3], labels(3))),
    ]
    for (usual, bytes) in files {
      let place = folder.url.appendingPathComponent(name(usual))
      try FileManager.default.createDirectory(
        at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(place.pathExtension == "gz" ? gzip(bytes) : bytes).write(to: place)
    }
  }

  private func load() throws -> ImageDataset { try .fashionMNIST(in: path) }

  @Test func namesMayHaveOtherSeparators() throws {
    try write { $0.replacingOccurrences(of: "-idx", with: ".idx") }
    let dataset = try load()
    #expect(dataset.training.count == 7)
    #expect(dataset.files[0] == "train-images.idx3-ubyte")
    #expect(dataset.remarks.isEmpty)
  }

  @Test(arguments: ["_", ".", " "]) func anySeparatorAndGzipWillDo(separator: String) throws {
    try write { $0.replacingOccurrences(of: "-", with: separator).uppercased() + ".gz" }
    #expect(try load().validation.count == 3)
  }

  @Test(arguments: ["raw/", "FashionMNIST/raw/", "a/b/c/"])
  func filesFurtherDownAreFoundAndSaid(place: String) throws {
    try write { place + $0 }
    let dataset = try load()
    #expect(dataset.training.count == 7)
    #expect(dataset.files[0] == place + trainingImages)
    #expect(
      dataset.remarks == [
        DataRemark(.note, "The files of \(path) were found in \(place.dropLast()) there.")
      ])
  }

  /// As some archives unpack, and file managers after them.
  @Test func eachFileMayHaveAFolderOfItsName() throws {
    try write { $0 + "/" + $0.replacingOccurrences(of: "-idx", with: ".idx") }
    #expect(try load().training.count == 7)
  }

  @Test func theFolderItselfComesFirst() throws {
    try write(5) { "old/" + $0 }
    try write { $0 }
    #expect(try load().training.count == 7)
    try FileManager.default.removeItem(atPath: folder.path(trainingLabels))
    let error = #expect(throws: DatasetError.self) { try load() }
    #expect(error?.localizedDescription.contains("train-labels-idx1-ubyte.gz in \(path)") == true)
  }

  @Test func twoSetsFurtherDownAreNotGuessedBetween() throws {
    try write { "MNIST/raw/" + $0 }
    try write { "FashionMNIST/raw/" + $0 }
    #expect(
      throws: DatasetError.ambiguousFiles(
        folder: path, names: ["FashionMNIST/raw", "MNIST/raw"])
    ) { try load() }
  }

  @Test func twoSpellingsOfOneFileAreNotGuessedBetween() throws {
    try write { $0.replacingOccurrences(of: "-idx", with: ".idx") }
    try folder.write(idx([7], labels(7)), to: "train_labels_idx1_ubyte")
    #expect(
      throws: DatasetError.ambiguousFiles(
        folder: path, names: ["train-labels.idx1-ubyte", "train_labels_idx1_ubyte"])
    ) { try load() }
    try write { $0 }
    #expect(try load().files[1] == trainingLabels)
  }

  @Test(arguments: ["FashionMNIST.tar.gz", "mnist.zip", "archive.7z", "raw/data.tgz"])
  func anArchiveIsNamedWithWhatToDo(name: String) throws {
    try FileManager.default.createDirectory(
      atPath: folder.path("raw"), withIntermediateDirectories: true)
    try folder.write([1], to: name)
    let error = #expect(throws: DatasetError.self) { try load() }
    #expect(error?.localizedDescription.hasSuffix(" in \(path), which holds \(name).") == true)
    #expect(error?.recoverySuggestion == "unpack \(name), and name the folder that it gives")
  }

  @Test func anArchiveInTheFoldersPlaceIsToBeUnpacked() throws {
    try folder.write([1], to: "cifar-10-binary.tar.gz")
    let error = #expect(throws: DatasetError.self) {
      try ImageDataset.cifar10(in: folder.path("cifar-10-binary.tar.gz"))
    }
    #expect(error?.recoverySuggestion?.contains("unpack it") == true)
  }

  @Test func otherVersionsOfCIFARAreNamed() throws {
    try folder.write([0x80, 4], to: "data_batch_1")
    try folder.write([0x80, 4], to: "test_batch")
    let error = #expect(throws: DatasetError.self) { try ImageDataset.cifar10(in: path) }
    #expect(error?.localizedDescription.hasSuffix("which holds data_batch_1, test_batch.") == true)
    #expect(error?.recoverySuggestion?.contains("binary version") == true)
  }

  @Test func cifarIsFoundInTheFolderOfItsArchive() throws {
    let inner = folder.path("cifar-10-batches-bin")
    try FileManager.default.createDirectory(atPath: inner, withIntermediateDirectories: true)
    try folder.writeRecords(3, seed: 1, to: "cifar-10-batches-bin/data_batch_1.bin")
    try folder.writeRecords(2, seed: 2, to: "cifar-10-batches-bin/test_batch.bin")
    let dataset = try ImageDataset.cifar10(in: path)
    #expect(dataset.training.count == 3)
    #expect(dataset.remarks.first?.text.contains("cifar-10-batches-bin") == true)
  }

  @Test func aFolderThatLeadsBackToItselfEnds() throws {
    try FileManager.default.createSymbolicLink(
      atPath: folder.path("again"), withDestinationPath: path)
    #expect(throws: DatasetError.self) { try load() }
  }

  @Test func everyOtherKindOfFileIsCalledThat() throws {
    try write { $0 }
    for (kind, bytes) in FileKindTests.examples where kind != .gzip && kind != .idx {
      try folder.write(bytes, to: trainingImages)
      let path = folder.path(trainingImages)
      #expect(throws: DatasetError.otherFile(path: path, kind: kind, expected: "an IDX file")) {
        try load()
      }
      try folder.write(gzip(bytes), to: trainingImages)
      #expect(throws: DatasetError.otherFile(path: path, kind: kind, expected: "an IDX file")) {
        try load()
      }
      #expect(throws: DatasetError.otherFile(path: path + ".gz", kind: kind, expected: "gzip")) {
        try folder.write(bytes, to: trainingImages + ".gz")
        try FileManager.default.removeItem(atPath: path)
        _ = try load()
      }
      try FileManager.default.removeItem(atPath: path + ".gz")
    }
  }
}
