import GRDBSQLite

/// The `.sql` files that the program carries with it, of which SwiftPM makes bytes.
enum EmbeddedSQL {
  /// The text of a file.
  static func text(_ file: [UInt8]) -> String { String(decoding: file, as: UTF8.self) }

  /// The statements of a file, each from its first word to before its semicolon, without the comments
  /// before it.
  static func statements(_ file: [UInt8]) -> [String] {
    var statements: [String] = []
    var lines: [Substring] = []
    for line in text(file).split(separator: "\n", omittingEmptySubsequences: false) {
      if lines.isEmpty && (line.isEmpty || line.hasPrefix("--")) { continue }
      lines.append(line)
      guard line.hasSuffix(";") else { continue }
      let text = lines.joined(separator: "\n")
      // Within a trigger a line may end in a semicolon that does not end the statement.
      guard sqlite3_complete(text) != 0 else { continue }
      statements.append(String(text.dropLast()))
      lines = []
    }
    return statements
  }
}
