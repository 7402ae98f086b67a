/// What is wrong with the files of an image set. Byte offsets and record numbers count from 0.
public enum DatasetError: Error, Hashable, Sendable {
  /// There is no folder `path`.
  case missingFolder(path: String, collection: ImageCollection)
  /// `path` is a file where a folder is needed.
  case notAFolder(path: String)
  /// None of the files `names` is in the folder; `similar` are files there that may hold it.
  case missingFile(
    folder: String, names: [String], collection: ImageCollection, similar: [String] = [])
  /// Several files could be the one that is needed.
  case ambiguousFiles(folder: String, names: [String])
  /// Between the numbered files of a set, some are missing.
  case missingBatches(folder: String, missing: [String], found: [String])
  /// Beside the numbered files of a set are others that look like them.
  case unexpectedBatches(folder: String, names: [String])
  /// Two numbered files of a set are the same to the byte.
  case copiedBatch(path: String, original: String)

  /// A file is something else than `expected`, whatever its name says.
  case otherFile(path: String, kind: FileKind, expected: String)

  /// A file that is named as gzip does not start with gzip's two bytes.
  case notGzip(path: String, found: [UInt8])
  /// Gzip data end, after `offset` compressed bytes, in the middle of a member.
  case cutGzip(path: String, offset: Int)
  /// Gzip data are damaged at about `offset`; `reason` is zlib's wording.
  case corruptGzip(path: String, offset: Int, reason: String)
  /// The first `offset` bytes of gzip data unpack to `unpacked` bytes, which no pictures do.
  case inflatedGzip(path: String, offset: Int, unpacked: Int)
  /// The images that are to be kept take more memory than there is.
  case tooLarge(path: String, size: Int, memory: Int)

  /// An IDX file starts with the wrong four bytes.
  case wrongMagic(path: String, found: UInt32, expected: UInt32)
  /// A file ends inside its header.
  case cutHeader(path: String, held: Int, expected: Int)
  /// An IDX header names images of another size.
  case wrongImageSize(path: String, found: [Int], expected: [Int])
  /// A header announces more bytes than the file holds.
  case headerClaimsMore(path: String, claimed: Int, held: Int)
  /// There is something after the end of the data.
  case extraBytes(path: String, offset: Int)
  /// A file that consists of records ends inside one.
  case partialRecord(path: String, size: Int, recordSize: Int)
  /// A file holds no image.
  case empty(path: String)

  /// Two files that belong together hold different numbers of records.
  case countsDisagree(images: String, imageCount: Int, labels: String, labelCount: Int)
  /// A label is not one of the classes.
  case labelTooLarge(path: String, record: Int, offset: Int, label: UInt8, classCount: Int)
}
