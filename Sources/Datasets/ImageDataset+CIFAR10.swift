extension ImageDataset {
  /// Loads CIFAR-10 in its binary version: records of one label byte and 3x32x32 pixel bytes.
  ///
  /// - Parameters:
  ///   - folder: Holds `test_batch.bin` and at least one `data_batch_*.bin`; all of those are read,
  ///     in the order of their numbers.
  ///   - limits: How many images to keep.
  /// - Throws: `FileAccessError`, `DatasetError`.
  public static func cifar10(
    in folder: String, limits: ImageLimits = .none
  ) throws -> ImageDataset {
    let collection = ImageCollection.cifar10
    let folder = try DatasetFolder(folder, of: collection)
    let validationPath = try folder.file("test_batch.bin")
    var training = RecordReader(keeping: limits.training)
    for name in try folder.trainingBatchNames() {
      try training.read(folder.file(name))
    }
    var validation = RecordReader(keeping: limits.validation)
    try validation.read(validationPath)
    return ImageDataset(
      name: collection.rawValue, classNames: collection.classNames,
      training: training.images, validation: validation.images)
  }
}

extension DatasetFolder {
  /// `data_batch_1.bin` to `data_batch_10.bin`, in this order; names without a number come last.
  fileprivate func trainingBatchNames() throws -> [String] {
    let prefix = "data_batch_"
    let suffix = ".bin"
    let names = try names().filter { $0.hasPrefix(prefix) && $0.hasSuffix(suffix) }
    guard !names.isEmpty else {
      throw DatasetError.missingFile(
        folder: path, names: [prefix + "1" + suffix], collection: collection)
    }
    let numbered = names.map { name in
      (Int(name.dropFirst(prefix.count).dropLast(suffix.count)) ?? .max, name)
    }
    return numbered.sorted(by: <).map(\.1)
  }
}

/// Collects the records of one split from its files.
private struct RecordReader {
  private let limit: Int
  private var pixels: [UInt8] = []
  private var labels: [UInt8] = []
  private let recordSize = 1 + ImageShape.network.size
  private let classCount = ImageCollection.cifar10.classNames.count

  init(keeping limit: Int?) {
    self.limit = limit ?? .max
  }

  /// The images that were read.
  var images: LabeledImages {
    LabeledImages(storedShape: .network, pixels: pixels, labels: labels)
  }

  /// Adds the images of a file, and checks all its labels.
  mutating func read(_ path: String) throws {
    let file = try FileSource(path: path)
    guard file.size > 0 else { throw DatasetError.empty(path: path) }
    var record: [UInt8] = []
    record.reserveCapacity(recordSize)
    for index in 0... {
      record.removeAll(keepingCapacity: true)
      let held = try file.read(recordSize, appendingTo: &record)
      if held == 0 { break }
      guard held == recordSize else {
        throw DatasetError.partialRecord(
          path: path, size: index * recordSize + held, recordSize: recordSize)
      }
      try add(record, at: index, of: path)
    }
  }

  private mutating func add(_ record: [UInt8], at index: Int, of path: String) throws {
    guard record[0] < classCount else {
      throw DatasetError.labelTooLarge(
        path: path, record: index, offset: index * recordSize, label: record[0],
        classCount: classCount)
    }
    guard labels.count < limit else { return }
    labels.append(record[0])
    pixels.append(contentsOf: record[1...])
  }
}
