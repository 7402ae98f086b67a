import Foundation

extension DatasetError: LocalizedError {
  /// What is wrong, in a sentence that names the file and the place.
  public var errorDescription: String? {
    switch self {
    case .missingFolder(let path, _):
      "There is no folder \(path)."
    case .notAFolder(let path):
      "\(path) is a file, not a folder."
    case .missingFile(let folder, let names, _, let similar):
      "There is no file \(names.joined(separator: " or ")) in \(folder)"
        + (similar.isEmpty ? "." : ", which holds \(similar.joined(separator: ", ")).")
    case .ambiguousFiles(let folder, let names):
      "\(folder) holds more than one file that could be meant: \(names.joined(separator: ", "))."
    case .missingBatches(let folder, let missing, let found):
      "\(folder) lacks \(missing.joined(separator: ", ")): it holds "
        + found.joined(separator: ", ") + "."
    case .unexpectedBatches(let folder, let names):
      "\(folder) holds \(names.joined(separator: ", ")), which is none of CIFAR-10's files and would "
        + "be trained on as well."
    case .copiedBatch(let path, let original):
      "\(path) is a copy of \(original), whose images would count twice."
    case .otherFile(let path, let kind, let expected):
      "\(path) is \(kind), not \(expected)."
    case .notGzip(let path, let found):
      "\(path) is not gzip: it starts with \(hexadecimal(found)), expected 1f 8b."
    case .cutGzip(let path, let offset):
      "\(path) is cut: its gzip data end in the middle, at byte \(offset)."
    case .corruptGzip(let path, let offset, let reason):
      "\(path) is corrupt: its gzip data are wrong at about byte \(offset) (\(reason))."
    case .inflatedGzip(let path, let offset, let unpacked):
      "\(path) is no set of pictures: its first \(offset) bytes of gzip unpack to \(unpacked)."
    case .tooLarge(let path, let size, let memory):
      "The images of \(path) take \(size >> 20) MiB, and this machine has \(memory >> 20) MiB "
        + "of memory."
    case .wrongMagic(let path, let found, let expected):
      "\(path) has the wrong magic number at byte 0: "
        + "found \(hexadecimal(found)), expected \(hexadecimal(expected))."
    case .cutHeader(let path, let held, let expected):
      "\(path) is cut: it ends at byte \(held), in its header of \(expected) bytes."
    case .wrongImageSize(let path, let found, let expected):
      "\(path) holds images of \(dimensions(found)) at byte 8 of its header, "
        + "expected \(dimensions(expected))."
    case .headerClaimsMore(let path, let claimed, let held):
      "\(path) is cut: its header claims \(claimed) bytes of data, the file ends after \(held)."
    case .extraBytes(let path, let offset):
      "\(path) has extra bytes after the end of its data, from byte \(offset) on."
    case .partialRecord(let path, let size, let recordSize):
      "\(path) is cut: its \(size) bytes are not a whole number of records of \(recordSize) bytes; "
        + "record \(size / recordSize) at byte \(size / recordSize * recordSize) is incomplete."
    case .empty(let path):
      "\(path) is empty: it holds 0 records."
    case .countsDisagree(let images, let imageCount, let labels, let labelCount):
      "\(images) holds \(imageCount) images, but \(labels) holds \(labelCount) labels."
    case .labelTooLarge(let path, let record, let offset, let label, let classCount):
      "\(path) has label \(label) in record \(record) (byte \(offset)); "
        + "labels go from 0 to \(classCount - 1)."
    }
  }

  /// What to do next.
  public var recoverySuggestion: String? {
    switch self {
    case .missingFolder(_, let collection):
      collection.waysToGetIt
    case .missingFile(_, _, let collection, let similar):
      similar.first(where: isArchive).map { "unpack \($0), and name the folder that it gives" }
        ?? collection.waysToGetIt
    case .notAFolder(let path):
      isArchive(path)
        ? "unpack it, and name the folder that it gives" : "name the folder that holds the files"
    case .ambiguousFiles:
      "name the folder that holds only one set, or move the other files elsewhere"
    case .missingBatches:
      "get the missing files, which the archive cifar-10-binary.tar.gz holds"
    case .unexpectedBatches:
      "move what is not to be trained on elsewhere: the files are data_batch_1.bin, "
        + "data_batch_2.bin and so on"
    case .copiedBatch:
      "get the right file, which the archive cifar-10-binary.tar.gz holds, or move the copy elsewhere"
    case .otherFile(_, let kind, _):
      kind.hint
    case .inflatedGzip:
      "get the file again, or unpack it yourself if it is right"
    case .tooLarge:
      "use fewer images, such as 100000"
    case .wrongImageSize:
      "use files of the expected size, such as MNIST's or Fashion-MNIST's"
    case .wrongMagic, .notGzip:
      "check that the file is what its name says, and get it again if not"
    case .countsDisagree:
      "use the image file and the label file of the same set"
    case .empty:
      "use files with at least one image for training and one for validation"
    case .cutGzip, .corruptGzip, .cutHeader, .headerClaimsMore, .extraBytes, .partialRecord,
      .labelTooLarge:
      "get the file again: this copy is damaged or of another format"
    }
  }
}

extension ImageCollection {
  fileprivate var waysToGetIt: String {
    switch self {
    case .fashionMNIST:
      "apt-get install dataset-fashion-mnist, or name a folder with its IDX files, "
        + "or use generated images"
    case .cifar10:
      "unpack the binary version (cifar-10-binary.tar.gz) and name the folder with "
        + "data_batch_1.bin and test_batch.bin, or use generated images"
    case .shapes:
      "shapes are generated and need no files"
    }
  }
}

/// Whether a name ends as those of archives do.
func isArchive(_ name: String) -> Bool {
  let endings = [
    ".tar", ".tgz", ".tbz", ".tbz2", ".txz", ".tar.gz", ".zip", ".7z", ".rar", ".xz", ".bz2",
    ".zst",
  ]
  return endings.contains(where: name.lowercased().hasSuffix)
}

private func hexadecimal(_ bytes: [UInt8]) -> String {
  guard !bytes.isEmpty else { return "nothing" }
  return bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: " ")
}

private func hexadecimal(_ word: UInt32) -> String {
  let digits = String(word, radix: 16)
  return "0x" + String(repeating: "0", count: 8 - digits.count) + digits
}

private func dimensions(_ sizes: [Int]) -> String {
  sizes.map(String.init).joined(separator: "x")
}
