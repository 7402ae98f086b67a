extension FileKind {
  /// What text is by the form of its first lines; nil for prose, tables and whatever else.
  ///
  /// None of these forms begins a table of numbers: its names begin with letters, and its fields hold no
  /// colons, brackets and braces.
  static func structuredText(_ text: String) -> FileKind? {
    let lines = text.split(maxSplits: 2, whereSeparator: \.isNewline)
    guard let first = lines.first else { return nil }
    if isJSON(first) {
      return isJSONLine(first) && lines.count > 1 && isJSON(lines[1]) ? .jsonLines : .json
    }
    if isPickle(text) { return .pickle }
    return first.prefixMatch(of: #/[+-]?[0-9.]+([ \t]+(qid|[0-9]+):[-+.0-9eE]+)+[ \t]*(#.*)?/#)
      .map { !first[$0.range.upperBound...].contains(",") } == true ? .libsvm : nil
  }

  /// Whether a line begins as an object or a list of JSON does.
  private static func isJSON(_ line: Substring) -> Bool {
    line.prefixMatch(of: #/\s*(\{\s*(["}]|$)|\[\s*(["{\[\]0-9-]|true|false|null|$))/#) != nil
  }

  /// Whether the object or list that a line begins with ends there.
  private static func isJSONLine(_ line: Substring) -> Bool {
    guard let last = line.last(where: { !$0.isWhitespace }) else { return false }
    return last == "}" || last == "]"
  }

  /// Whether text is a pickle of protocol 0, which is all ASCII: a list, a dictionary, a tuple, or what a
  /// function makes.
  private static func isPickle(_ text: String) -> Bool {
    let container = #/\([ld]p[0-9]+\n|\([ILF]-?[0-9]\S*\n[ILFSVat(]|\([SV].*\np[0-9]+\n/#
    let call = #/c[\w.]+\n\w+\n(p[0-9]+\n|\()/#
    return text.prefixMatch(of: container) != nil || text.prefixMatch(of: call) != nil
  }
}
