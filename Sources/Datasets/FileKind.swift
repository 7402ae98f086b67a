/// What a file is, told by its first bytes, whatever its name says.
///
/// All readers ask it about a file that they cannot read: a web page that a browser saved under the
/// name of the data is called one, and not damaged data.
public enum FileKind: String, Hashable, Sendable, CaseIterable, CustomStringConvertible {
  case webPage = "a web page (HTML)"
  case xml = "an XML document"
  case json = "JSON text"
  case jsonLines = "JSON lines, a value a line"
  case libsvm = "a LIBSVM (svmlight) file, which numbers its values"
  case gitLFSPointer = "a Git LFS pointer, which only stands for the file"
  case utf16 = "text in UTF-16"
  case utf32 = "text in UTF-32"
  case text = "plain text"
  case pickle = "a Python pickle, as older versions of PyTorch's torch.save write"
  case zip = "a zip archive, as torch.save (.pt), NumPy's .npz and Excel's .xlsx are"
  case gzip = "compressed with gzip"
  case bzip2 = "compressed with bzip2"
  case xz = "compressed with xz"
  case lzma = "compressed with lzma"
  case zstandard = "compressed with Zstandard (zstd)"
  case lz4 = "compressed with lz4"
  case zlib = "a zlib stream"
  case compress = "compressed with compress (.Z)"
  case tar = "a tar archive"
  case sevenZip = "a 7-Zip archive"
  case rar = "a RAR archive"
  case png = "a PNG image"
  case jpeg = "a JPEG image"
  case gif = "a GIF image"
  case bmp = "a BMP image"
  case tiff = "a TIFF image"
  case webp = "a WebP image"
  case pdf = "a PDF document"
  case office = "a document of an older Microsoft Office, such as .xls"
  case hdf5 = "an HDF5 file"
  case numpy = "a NumPy array (.npy)"
  case matlab = "a MATLAB file (.mat)"
  case parquet = "a Parquet file"
  case arrow = "an Arrow (Feather) file"
  case orc = "an ORC file"
  case avro = "an Avro file"
  case netCDF = "a netCDF file"
  case arff = "an ARFF file, as Weka's are"
  case sqlite = "a SQLite database"
  case gguf = "a GGUF model"
  case safetensors = "a safetensors file"
  case idx = "an IDX file, as MNIST's are"
  case program = "a program"

  /// The kind as the end of a sentence: “it is …”.
  public var description: String { rawValue }

  /// How many bytes from the start of a file tell its kind.
  public static let startSize = 512

  /// Recognizes a file by its first bytes, of which `startSize` are enough; nil if they tell nothing.
  public init?(start bytes: [UInt8]) {
    let binary = Self.signatures.first { signature in
      bytes.count >= signature.offset + signature.bytes.count
        && bytes[signature.offset...].starts(with: signature.bytes)
    }
    guard
      let kind = binary?.kind ?? Self.structure(of: bytes) ?? Self.wideText(bytes)
        ?? Self.text(bytes)
    else { return nil }
    self = kind
  }
}

extension FileKind {
  private struct Signature {
    let kind: FileKind
    let offset: Int
    let bytes: [UInt8]

    init(_ kind: FileKind, _ bytes: [UInt8], at offset: Int = 0) {
      self.kind = kind
      self.offset = offset
      self.bytes = bytes
    }

    init(_ kind: FileKind, _ text: String, at offset: Int = 0) {
      self.init(kind, Array(text.utf8), at: offset)
    }
  }

  /// Bytes that only one format begins with, long enough not to begin a line of text.
  private static let signatures: [Signature] = [
    Signature(.gitLFSPointer, "version https://git-lfs"),
    Signature(.gitLFSPointer, "version https://hawser"),
    // What protocol 1 writes of a list and of a dictionary.
    Signature(.pickle, "]q\0"), Signature(.pickle, "}q\0"),
    Signature(.zip, "PK\u{3}\u{4}"), Signature(.zip, "PK\u{5}\u{6}"),
    Signature(.zip, "PK\u{7}\u{8}"),
    Signature(.gzip, [0x1F, 0x8B]), Signature(.compress, [0x1F, 0x9D]),
    Signature(.bzip2, "1AY&SY", at: 4), Signature(.bzip2, [0x17, 0x72, 0x45, 0x38], at: 4),
    Signature(.xz, [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0]), Signature(.lzma, [0x5D, 0, 0]),
    Signature(.zstandard, [0x28, 0xB5, 0x2F, 0xFD]), Signature(.lz4, [0x04, 0x22, 0x4D, 0x18]),
    Signature(.zlib, [0x78, 0x01]), Signature(.zlib, [0x78, 0x9C]), Signature(.zlib, [0x78, 0xDA]),
    Signature(.tar, "ustar", at: 257), Signature(.sevenZip, [0x37, 0x7A, 0xBC, 0xAF]),
    Signature(.rar, "Rar!\u{1A}"),
    Signature(.png, [0x89, 0x50, 0x4E, 0x47]), Signature(.jpeg, [0xFF, 0xD8, 0xFF]),
    Signature(.gif, "GIF87a"), Signature(.gif, "GIF89a"),
    Signature(.tiff, [0x49, 0x49, 0x2A, 0]), Signature(.tiff, [0x4D, 0x4D, 0, 0x2A]),
    Signature(.pdf, "%PDF-"), Signature(.office, [0xD0, 0xCF, 0x11, 0xE0]),
    Signature(.hdf5, [0x89, 0x48, 0x44, 0x46]), Signature(.numpy, [0x93, 0x4E, 0x55, 0x4D]),
    Signature(.matlab, "MATLAB 5.0 MAT-file"), Signature(.matlab, "MATLAB 7.3 MAT-file"),
    Signature(.parquet, "PAR1\u{15}"), Signature(.arrow, "ARROW1\0"),
    Signature(.arrow, "FEA1\0"), Signature(.orc, "ORC\u{8}"), Signature(.avro, "Obj\u{1}"),
    Signature(.netCDF, "CDF\u{1}"), Signature(.netCDF, "CDF\u{2}"),
    Signature(.sqlite, "SQLite format 3\0"), Signature(.gguf, "GGUF\u{3}"),
    Signature(.gguf, "GGUF\u{2}"),
    Signature(.program, "\u{7F}ELF"), Signature(.program, [0x4D, 0x5A, 0x90, 0]),
  ]

  /// Formats that take more than a few fixed bytes to tell.
  private static func structure(of bytes: [UInt8]) -> FileKind? {
    guard bytes.count >= 4 else { return nil }
    if bytes[0] == 0x80, (2...5).contains(bytes[1]), !(bytes.count > 8 && isHeader(bytes)) {
      return .pickle
    }
    if bytes.starts(with: Array("BM".utf8)), bytes.count > 13,
      bytes[6..<10].allSatisfy({ $0 == 0 })
    {
      return .bmp
    }
    if bytes.starts(with: Array("RIFF".utf8)), bytes.dropFirst(8).starts(with: Array("WEBP".utf8)) {
      return .webp
    }
    if bytes[0] == 0, bytes[1] == 0, (0x08...0x0E).contains(bytes[2]), (1...4).contains(bytes[3]) {
      return .idx
    }
    return bytes.count > 9 && isHeader(bytes) ? .safetensors : nil
  }

  /// Whether a length below 2²⁸ and a JSON object follow each other.
  private static func isHeader(_ bytes: [UInt8]) -> Bool {
    bytes[4..<8].allSatisfy { $0 == 0 } && bytes[3] < 0x10 && bytes[8] == UInt8(ascii: "{")
  }

  /// Text of two or four bytes a character: with a byte order mark, or with the zeros of ASCII.
  private static func wideText(_ bytes: [UInt8]) -> FileKind? {
    if bytes.starts(with: [0xFF, 0xFE, 0, 0]) || bytes.starts(with: [0, 0, 0xFE, 0xFF]) {
      return .utf32
    }
    if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) { return .utf16 }
    let start = Array(bytes.prefix(64))
    for (width, kind) in [(4, FileKind.utf32), (2, .utf16)] {
      let units = stride(from: 0, to: start.count - width + 1, by: width).map {
        Array(start[$0..<$0 + width])
      }
      guard units.count >= 2 else { continue }
      let isLittle = units.allSatisfy { isText($0[0]) && $0.dropFirst().allSatisfy { $0 == 0 } }
      let isBig = units.allSatisfy { isText($0[width - 1]) && $0.dropLast().allSatisfy { $0 == 0 } }
      if isLittle || isBig { return kind }
    }
    return nil
  }

  private static func text(_ bytes: [UInt8]) -> FileKind? {
    let isMarked = bytes.starts(with: [0xEF, 0xBB, 0xBF])
    let words = bytes.dropFirst(isMarked ? 3 : 0).drop { isSpace($0) }
    let start = String(decoding: words.prefix(64), as: UTF8.self).lowercased()
    let tags = ["<!doctype html", "<html", "<head", "<body", "<!--", "<script"]
    if tags.contains(where: start.hasPrefix) { return .webPage }
    if start.hasPrefix("<?xml") || start.hasPrefix("<svg") || start.hasPrefix("<error") {
      return .xml
    }
    guard !words.isEmpty, words.allSatisfy({ isText($0) || $0 >= 0x80 }),
      isUTF8(Array(words))
    else { return nil }
    return structuredText(String(decoding: words, as: UTF8.self)) ?? (isARFF(words) ? .arff : .text)
  }

  /// Whether the first line that is no comment names a relation.
  private static func isARFF(_ words: ArraySlice<UInt8>) -> Bool {
    let lines = String(decoding: words, as: UTF8.self).split(whereSeparator: \.isNewline)
    return lines.first { !$0.hasPrefix("%") }?.lowercased().hasPrefix("@relation") == true
  }

  /// Whether the bytes are UTF-8, of whose last character the end may be missing.
  private static func isUTF8(_ bytes: [UInt8]) -> Bool {
    (0...3).contains { String(validating: bytes.dropLast($0), as: UTF8.self) != nil }
  }

  private static func isText(_ byte: UInt8) -> Bool {
    (0x20...0x7E).contains(byte) || isSpace(byte)
  }

  private static func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || (0x09...0x0D).contains(byte)
  }
}

extension FileKind {
  /// How to come to the file that is needed.
  public var hint: String {
    switch self {
    case .webPage, .xml, .json:
      "the download brought an answer of the server instead of the file: look into it, then get the "
        + "file again"
    case .jsonLines:
      "convert it in Python with: pandas.read_json(FILE, lines=True).to_csv(CSV, index=False)"
    case .libsvm:
      "convert it in Python with sklearn.datasets.load_svmlight_file, and save all of its values "
        + "as CSV"
    case .arff: "remove all lines up to the one of @DATA: the rest is CSV if all of it is numbers"
    case .gitLFSPointer:
      "get the file itself with: git lfs pull"
    case .utf16, .utf32:
      "save it as UTF-8, such as with: iconv -f \(self == .utf16 ? "UTF-16" : "UTF-32") -t UTF-8"
    case .gzip, .bzip2, .xz, .lzma, .zstandard, .lz4, .zlib, .compress, .tar, .sevenZip, .rar:
      "unpack it, and name the file that was in it"
    case .zip:
      "unpack it if the file is in it; of a model, save the weights with "
        + "safetensors.torch.save_file"
    case .pickle:
      "load it in Python, and save it in the form that is needed: weights with "
        + "safetensors.torch.save_file; of CIFAR-10, get the binary version"
    default:
      "name another file, or convert this one"
    }
  }
}
