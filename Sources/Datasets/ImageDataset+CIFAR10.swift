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
    let validationFile = try FileSource(path: folder.file("test_batch.bin"))
    let trainingFiles = try folder.trainingBatchNames().map { name in
      try FileSource(path: folder.file(name))
    }
    return ImageDataset(
      name: collection.rawValue, classNames: collection.classNames,
      training: try RecordReader.images(in: trainingFiles, keeping: limits.training),
      validation: try RecordReader.images(in: [validationFile], keeping: limits.validation))
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

  private static let recordSize = 1 + ImageShape.network.size
  private static let classCount = ImageCollection.cifar10.classNames.count

  /// Reads all records of `files` and keeps the first ones.
  static func images(in files: [FileSource], keeping limit: Int?) throws -> LabeledImages {
    let size = files.reduce(0) { $0 + min($1.size, largestReservation) }
    var reader = RecordReader(limit: limit ?? .max)
    reader.pixels.reserveCapacity(
      min(size / recordSize, reader.limit, largestReservation / recordSize)
        * ImageShape.network.size)
    for file in files { try reader.read(file) }
    return LabeledImages(storedShape: .network, pixels: reader.pixels, labels: reader.labels)
  }

  /// Room for 160 MB of CIFAR-10 is made at once, since growing takes twice as much for a while. A
  /// sparse file may claim any size, so that there is a bound.
  private static let largestReservation = 1 << 28

  private init(limit: Int) {
    self.limit = limit
  }

  /// Adds the images of a file, and checks all its labels.
  private mutating func read(_ file: FileSource) throws {
    guard file.size > 0 else { throw DatasetError.empty(path: file.path) }
    var record: [UInt8] = []
    record.reserveCapacity(Self.recordSize)
    for index in 0... {
      record.removeAll(keepingCapacity: true)
      let held = try file.read(Self.recordSize, appendingTo: &record)
      if held == 0 { break }
      guard held == Self.recordSize else {
        throw DatasetError.partialRecord(
          path: file.path, size: index * Self.recordSize + held, recordSize: Self.recordSize)
      }
      try add(record, at: index, of: file.path)
    }
  }

  private mutating func add(_ record: [UInt8], at index: Int, of path: String) throws {
    guard record[0] < Self.classCount else {
      throw DatasetError.labelTooLarge(
        path: path, record: index, offset: index * Self.recordSize, label: record[0],
        classCount: Self.classCount)
    }
    guard labels.count < limit else { return }
    labels.append(record[0])
    pixels.append(contentsOf: record[1...])
  }
}
