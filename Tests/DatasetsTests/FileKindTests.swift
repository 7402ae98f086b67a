import Testing

@testable import Datasets

@Suite struct FileKindTests {
  /// Starts of real files, with what follows them made up.
  static let examples: [(FileKind, [UInt8])] = {
    let zeros = [UInt8](repeating: 0, count: 600)
    let texts: [(FileKind, String)] = [
      (.webPage, "<!DOCTYPE html><html><body>Forbidden</body></html>"),
      (.webPage, "\r\n  <HTML lang=en>"), (.webPage, "\u{FEFF}<!-- saved from url -->"),
      (.xml, "<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code></Error>"),
      (.json, #"{"error": "not found"}"#), (.json, "[{\"a\": 1}]"),
      (.json, "[1, 2]"), (.json, "[\n  0.5,\n"), (.json, "{\n \"a\": [\n"),
      (.jsonLines, "{\"x\": 1}\n{\"x\": 2}\n"), (.jsonLines, "[1,2]\r\n[3,-4]\r\n"),
      (.jsonLines, "[\"x\", \"y\"]\n[1, 2]\n"),
      (.libsvm, "1 1:0.5 3:2e-3\n-1 2:1\n"), (.libsvm, "+1\t11:1 # a\r\n"),
      (.libsvm, "2 qid:1 1:0.2\n"), (.libsvm, "-1.5 7:-1"),
      // What Python writes of [1, 2.5], {'a': 1}, (1, 2), ('a',), OrderedDict() and numpy.zeros(2).
      (.pickle, "(lp0\nI1\naF2.5\na."), (.pickle, "(dp0\nVa\np1\nI1\ns."),
      (.pickle, "(I1\nI2\ntp0\n."), (.pickle, "(Va\np0\ntp1\n."),
      (.pickle, "ccollections\nOrderedDict\np0\n(tRp1\n."),
      (.pickle, "cnumpy._core.multiarray\n_reconstruct\np0\n(cnumpy\nndarray\np1\n"),
      (.pickle, "]q\0(K\u{1}K\u{2}e."), (.pickle, "}q\0X\u{1}\0\0\0aq\u{1}K\u{1}s."),
      (.text, "(see below)\n"), (.text, "1 12:30,5\n"), (.text, "12:30\n"), (.text, "cats\ndogs\n"),
      (.gitLFSPointer, "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n"),
      (.text, "Not Found\n"), (.text, "404"), (.text, "Größe, Länge\n1,2\n"),
      (.arff, "@RELATION iris\n@DATA\n1,2\n"), (.arff, "% a\n\n% b\n@relation x\n"),
      (.text, "@x,y\n1,2\n"), (.netCDF, "CDF\u{1}\0\0"),
      (.pdf, "%PDF-1.7\n"), (.gif, "GIF89a\u{1}\0"), (.sqlite, "SQLite format 3\0"),
      (.zip, "PK\u{3}\u{4}\u{14}\0\0\0archive/data.pkl"), (.program, "\u{7F}ELF\u{2}"),
      (.matlab, "MATLAB 5.0 MAT-file, Platform: GLNXA64"), (.bzip2, "BZh91AY&SY\u{1}"),
    ]
    let starts: [(FileKind, [UInt8])] = [
      (.gzip, [0x1F, 0x8B, 8, 0]), (.xz, [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0, 0, 4]),
      (.zstandard, [0x28, 0xB5, 0x2F, 0xFD, 4]), (.zlib, [0x78, 0x9C, 0x4B]),
      (.sevenZip, [0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C]), (.pickle, [0x80, 2, 0x7D, 0x71, 0]),
      (.pickle, [0x80, 4, 0x95, 0, 0, 0, 0, 0, 0]), (.png, [0x89, 0x50, 0x4E, 0x47, 13, 10]),
      (.jpeg, [0xFF, 0xD8, 0xFF, 0xE0]), (.bmp, [0x42, 0x4D, 0x36, 0x0C, 0, 0, 0, 0, 0, 0, 54]),
      (.hdf5, [0x89, 0x48, 0x44, 0x46, 13, 10, 0x1A, 10]),
      (.numpy, [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59, 1, 0]), (.office, [0xD0, 0xCF, 0x11, 0xE0]),
      (.idx, idx([2, 28, 28], [])), (.safetensors, [2, 0, 0, 0, 0, 0, 0, 0, 0x7B, 0x7D]),
      (.safetensors, [0x80, 2, 0, 0, 0, 0, 0, 0, 0x7B, 0x22]),
      (.utf16, [0xFF, 0xFE, 0x61, 0, 0x2C, 0]), (.utf16, [0xFE, 0xFF, 0, 0x61]),
    ]
    let tar = Array("data.csv".utf8) + zeros.prefix(249) + Array("ustar\0".utf8)
    let wide = Array("a,b\n1,2\n".utf8)
    return texts.map { ($0, Array($1.utf8)) } + starts.map { ($0, $1 + zeros) }
      + [
        (.tar, tar + zeros), (.utf16, wide.flatMap { [$0, 0] }),
        (.utf16, wide.flatMap { [0, $0] }),
        (.utf32, [0xFF, 0xFE, 0, 0] + wide.flatMap { [$0, 0, 0, 0] }),
        (.utf32, wide.flatMap { [0, 0, 0, $0] }),
      ]
  }()

  @Test func everyKindIsRecognized() {
    for (kind, bytes) in Self.examples {
      #expect(FileKind(start: bytes) == kind, "\(bytes.prefix(12))")
      #expect(FileKind(start: Array(bytes.prefix(FileKind.startSize))) == kind)
    }
  }

  @Test func whatIsUnknownIsNotGuessed() {
    for seed: UInt64 in 0..<200 {
      #expect(FileKind(start: randomBytes(512, seed: seed)) == nil, "seed \(seed)")
    }
    #expect(FileKind(start: []) == nil)
  }

  /// Names of columns begin with letters that also begin other files.
  @Test(arguments: [
    "BM,age\n1,2", "PAR1,PAR2\n1,2", "FEA1,FEA2\n1,2", "MZ,x\n", "x,y\n1,2", "1 2,3\n", "c\na\n1",
  ])
  func tablesAreText(text: String) {
    #expect(FileKind(start: Array(text.utf8)) == .text)
  }

  @Test(arguments: FileKind.allCases) func everyKindHasANextStep(kind: FileKind) {
    #expect(!kind.hint.isEmpty && !kind.description.hasSuffix("."))
  }

  /// No start, however short, makes the recognizer read beyond it.
  @Test func everyCutIsLookedAt() {
    for (_, bytes) in Self.examples {
      for length in 0...min(bytes.count, 300) { _ = FileKind(start: Array(bytes.prefix(length))) }
    }
  }
}
