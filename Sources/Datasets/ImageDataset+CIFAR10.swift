import Foundation

extension ImageDataset {
  /// Loads CIFAR-10 in its binary version: records of one label byte and 3x32x32 pixel bytes.
  ///
  /// - Parameters:
  ///   - folder: Holds `test_batch.bin` and `data_batch_1.bin`, `data_batch_2.bin` and so on without
  ///     a gap, or one folder below that does. The original has five of 10,000 images, and is used whole;
  ///     of smaller files there may be any number, with a warning.
  ///   - limits: How many images to keep.
  /// - Throws: `FileAccessError`, `DatasetError`.
  public static func cifar10(
    in folder: String, limits: ImageLimits = .none
  ) throws -> ImageDataset {
    let collection = ImageCollection.cifar10
    let folder = try DatasetFolder(folder, of: collection, isPart: BatchName.isBatch) { names in
      names.contains(BatchName.validation) && names.contains { BatchName.number(of: $0) != nil }
    }
    guard folder.files[BatchName.validation] != nil else {
      throw folder.missing(BatchName.validation)
    }
    let training = try folder.trainingBatchNames()
    return ImageDataset(
      name: collection.rawValue, classNames: collection.classNames,
      training: try RecordReader.images(
        in: training.map(folder.path), keeping: limits.training),
      validation: try RecordReader.images(
        in: [folder.path(BatchName.validation)], keeping: limits.validation),
      files: (training + [BatchName.validation]).compactMap { folder.files[$0] },
      remarks: folder.remarks + folder.batchRemarks(training.count))
  }
}

/// The names of CIFAR-10's files.
private enum BatchName {
  static let validation = "test_batch.bin"
  /// The original comes with this text, and with five files to train on.
  static let description = "batches.meta.txt"
  static let originalCount = 5
  static let originalSize = 10_000 * (1 + ImageShape.network.size)

  static func training(_ number: Int) -> String { "data_batch_\(number).bin" }

  /// The number of a file to train on; nil for every other spelling.
  static func number(of name: String) -> Int? {
    let digits = name.dropFirst("data_batch_".count).dropLast(".bin".count)
    guard let number = Int(digits), number > 0, name == training(number) else { return nil }
    return number
  }

  /// Whether the name is one of the set's, or so near that a copy of one may be behind it.
  static func isBatch(_ name: String) -> Bool {
    let lower = name.lowercased()
    return name == validation || name == description
      || lower.contains("data_batch") && lower.hasSuffix(".bin")
  }
}

extension DatasetFolder {
  /// `data_batch_1.bin` to the last one, in this order.
  fileprivate func trainingBatchNames() throws -> [String] {
    let names = files.keys.filter { $0 != BatchName.validation && $0 != BatchName.description }
    let strange = names.filter { BatchName.number(of: $0) == nil }.sorted()
    guard strange.isEmpty else {
      throw DatasetError.unexpectedBatches(folder: path, names: strange)
    }
    let numbers = names.compactMap(BatchName.number).sorted()
    guard let last = numbers.last else { throw missing(BatchName.training(1)) }
    let batches = try numbers.map { try FileSource(path: path(BatchName.training($0))) }
    let isOriginal =
      files[BatchName.description] != nil
      || batches.allSatisfy { $0.byteCount == BatchName.originalSize }
    if isOriginal, last > BatchName.originalCount {
      let extra = numbers.filter { $0 > BatchName.originalCount }
      throw DatasetError.unexpectedBatches(folder: path, names: extra.map(BatchName.training))
    }
    let whole = isOriginal ? BatchName.originalCount : last
    // A file may have any number in its name: only so many are spelled out.
    let missing = (1...whole).lazy.filter { !numbers.contains($0) }.prefix(5)
    guard missing.isEmpty else {
      throw DatasetError.missingBatches(
        folder: path, missing: missing.map(BatchName.training),
        found: numbers.map(BatchName.training))
    }
    for (index, batch) in batches.enumerated() {
      let original = batches[..<index].first {
        $0.byteCount == batch.byteCount
          && FileManager.default.contentsEqual(atPath: $0.path, andPath: batch.path)
      }
      if let original { throw DatasetError.copiedBatch(path: batch.path, original: original.path) }
    }
    return numbers.map(BatchName.training)
  }

  /// That the set is not as large as the original.
  fileprivate func batchRemarks(_ count: Int) -> [DataRemark] {
    guard count != BatchName.originalCount else { return [] }
    let missing = count < BatchName.originalCount ? (count + 1)...BatchName.originalCount : 0...0
    let words =
      count < BatchName.originalCount
      ? missing.map(BatchName.training).joined(separator: ", ")
        + (missing.count == 1 ? " is" : " are") + " not there"
      : "here are \(count)"
    return [
      DataRemark(
        .warning,
        "CIFAR-10 has \(BatchName.originalCount) files to train on, and in \(path) \(words).")
    ]
  }
}

/// Collects the records of one split from its files.
private struct RecordReader {
  private let limit: Int
  private var pixels: [UInt8] = []
  private var labels: [UInt8] = []
  private var checkedBeyond = 0

  private static let recordSize = 1 + ImageShape.network.size
  private static let classCount = ImageCollection.cifar10.classNames.count

  /// Reads the records of files, and keeps the first ones.
  ///
  /// The labels of all records are checked, but with a limit no further than
  /// `ImageLimits.checkedSize` beyond it.
  static func images(
    in paths: [String], keeping limit: Int?,
    memory: UInt64 = ProcessInfo.processInfo.physicalMemory
  ) throws -> LabeledImages {
    let count = try paths.reduce(0) { $0 + (try recordCount(of: FileSource(path: $1))) }
    let kept = min(count, limit ?? count)
    let size = kept * ImageShape.network.size
    guard UInt64(size) <= memory / 2 else {
      throw DatasetError.tooLarge(
        path: paths[0], size: size, memory: Int(clamping: memory))
    }
    if size > largestUnchecked {
      var check = RecordReader(limit: 0)
      for path in paths { try check.read(FileSource(path: path), isWhole: true) }
    }
    var reader = RecordReader(limit: kept)
    // Room is made at once, since growing takes twice as much for a while.
    reader.pixels.reserveCapacity(size)
    for path in paths { try reader.read(FileSource(path: path), isWhole: limit == nil) }
    return LabeledImages(storedShape: .network, pixels: reader.pixels, labels: reader.labels)
  }

  /// The 50,000 images of CIFAR-10 are below: more are looked through before they are kept.
  private static let largestUnchecked = 160_000_000

  private init(limit: Int) {
    self.limit = limit
  }

  /// The number of records by the size of the file, which must be something like records.
  private static func recordCount(of file: FileSource) throws -> Int {
    guard file.byteCount > 0 else { throw DatasetError.empty(path: file.path) }
    var start: [UInt8] = []
    _ = try file.read(FileKind.startSize, appendingTo: &start)
    let isWhole = file.byteCount.isMultiple(of: recordSize)
    // What starts with a label may be records whatever else begins so.
    if !isWhole || start.first ?? 0 >= classCount, let kind = FileKind(start: start) {
      throw DatasetError.otherFile(path: file.path, kind: kind, expected: "records of CIFAR-10")
    }
    guard isWhole else {
      throw DatasetError.partialRecord(
        path: file.path, size: file.byteCount, recordSize: recordSize)
    }
    return file.byteCount / recordSize
  }

  /// Adds the images of a file, and checks its labels.
  private mutating func read(_ file: FileSource, isWhole: Bool) throws {
    var record: [UInt8] = []
    record.reserveCapacity(Self.recordSize)
    for index in 0... {
      guard isWhole || checkedBeyond < ImageLimits.checkedSize else { return }
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
    guard labels.count < limit else {
      checkedBeyond += record.count
      return
    }
    labels.append(record[0])
    pixels.append(contentsOf: record[1...])
  }
}
