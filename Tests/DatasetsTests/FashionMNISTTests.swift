import Foundation
import TestSupport
import Testing

@testable import Datasets

@Suite struct FashionMNISTTests {
  let folder: TemporaryFolder
  var path: String { folder.url.path }

  init() throws {
    folder = try TemporaryFolder()
    try folder.writeMNIST()
  }

  @Test func plainAndCompressedFilesAreRead() throws {
    let dataset = try ImageDataset.fashionMNIST(in: path)
    #expect(dataset.name == "fashion-mnist")
    #expect(dataset.classNames.count == 10)
    #expect(dataset.training.storedShape == ImageShape(channels: 1, height: 28, width: 28))
    #expect(dataset.training.shape == ImageShape(channels: 3, height: 32, width: 32))
    #expect(dataset.training.padding == 2)
    #expect(dataset.training.pixels == randomBytes(7 * 784, seed: 1))
    #expect(dataset.training.labels == labels(7))
    #expect(dataset.validation.pixels == randomBytes(3 * 784, seed: 2))
    #expect(dataset.validation.labels == labels(3))
  }

  @Test func limitsKeepTheFirstImagesAndMeasureOnlyThem() throws {
    let all = try ImageDataset.fashionMNIST(in: path)
    let some = try ImageDataset.fashionMNIST(
      in: path, limits: ImageLimits(training: 2, validation: 99))
    #expect(some.training.count == 2)
    #expect(some.training.pixels(at: 1) == all.training.pixels(at: 1))
    #expect(some.training.labels == [0, 1])
    #expect(some.validation == all.validation)
    #expect(some.normalization == ChannelNormalization(measuring: some.training))
    #expect(some.normalization != all.normalization)
  }

  @Test func aDamagedFileIsNoticedBeyondTheLimit() throws {
    var images = try gzip(idx([7, 28, 28], randomBytes(7 * 784, seed: 1)))
    images.removeLast()
    try folder.write(images, to: trainingImages + ".gz")
    let cut = DatasetError.cutGzip(
      path: folder.path(trainingImages + ".gz"), offset: images.count)
    #expect(throws: cut) {
      try ImageDataset.fashionMNIST(in: path, limits: ImageLimits(training: 1))
    }
  }

  @Test func aMissingFolderNamesDebiansPackage() {
    let missing = folder.path("nothing")
    let error = #expect(throws: DatasetError.self) {
      try ImageDataset.fashionMNIST(in: missing)
    }
    #expect(error?.localizedDescription == "There is no folder \(missing).")
    #expect(error?.recoverySuggestion?.contains("apt-get install dataset-fashion-mnist") == true)
  }

  @Test func aMissingFileNamesBothItsForms() throws {
    try FileManager.default.removeItem(atPath: folder.path(trainingLabels))
    let error = #expect(throws: DatasetError.self) { try ImageDataset.fashionMNIST(in: path) }
    #expect(
      error?.localizedDescription
        == "There is no file train-labels-idx1-ubyte or train-labels-idx1-ubyte.gz in \(path).")
    #expect(error?.recoverySuggestion?.contains("dataset-fashion-mnist") == true)
  }

  @Test func aFileInTheFoldersPlaceAndAFolderInAFilesPlaceAreRefused() throws {
    let file = folder.path(trainingLabels)
    #expect(throws: DatasetError.notAFolder(path: file)) {
      try ImageDataset.fashionMNIST(in: file)
    }
    try FileManager.default.removeItem(atPath: file)
    try FileManager.default.createDirectory(atPath: file, withIntermediateDirectories: false)
    #expect(throws: FileAccessError.isFolder(path: file)) {
      try ImageDataset.fashionMNIST(in: path)
    }
  }

  @Test func countsThatDisagreeNameBothFiles() throws {
    try folder.write(idx([6], labels(6)), to: trainingLabels)
    let images = folder.path(trainingImages + ".gz")
    let labels = folder.path(trainingLabels)
    let error = #expect(throws: DatasetError.self) { try ImageDataset.fashionMNIST(in: path) }
    #expect(
      error?.localizedDescription == "\(images) holds 7 images, but \(labels) holds 6 labels.")
  }

  @Test func aLabelOverNineNamesItsRecordAndByte() throws {
    try folder.write(idx([7], [0, 1, 2, 3, 10, 5, 6]), to: trainingLabels)
    let error = #expect(throws: DatasetError.self) { try ImageDataset.fashionMNIST(in: path) }
    #expect(
      error?.localizedDescription
        == "\(folder.path(trainingLabels)) has label 10 in record 4 (byte 12); "
        + "labels go from 0 to 9.")
  }

  static let installedFolder = ImageCollection.fashionMNIST.defaultFolder ?? ""

  /// The hashes were computed once with Python's xxhash, mean and standard deviation with NumPy.
  @Test(.enabled(if: FileManager.default.fileExists(atPath: installedFolder)))
  func theInstalledSetIsTheKnownOne() throws {
    let dataset = try ImageDataset.fashionMNIST(in: Self.installedFolder)
    #expect(
      dataset.training.fingerprint().description
        == "60000 images of 1x28x28, xxh64 877e9c4c36216c31")
    #expect(
      dataset.validation.fingerprint().description
        == "10000 images of 1x28x28, xxh64 45aac804d583352d")
    #expect(Array(dataset.training.labels.prefix(6)) == [9, 0, 0, 3, 0, 2])
    for channel in 0..<3 {
      #expect(abs(dataset.normalization.mean[channel] - 0.2189998320695466) < 1e-15)
      #expect(abs(dataset.normalization.standardDeviation[channel] - 0.331811372999959) < 1e-15)
    }
  }
}
