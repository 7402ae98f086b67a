/// The forms in which a table can be written.
public enum TableFormat: String, CaseIterable, Sendable {
  /// Aligned columns for a terminal.
  case text
  /// A table of GitHub's Markdown.
  case markdown
  /// Comma-separated values as in RFC 4180, with lines that end in LF.
  case csv
  /// One JSON array with an object a row.
  case json
  /// One JSON object a line.
  case jsonl
  /// A LaTeX `tabular` with the rules of `booktabs`.
  case latex

  /// Whether people read it as it is, rather than programs.
  public var isForPeople: Bool {
    switch self {
    case .text, .markdown, .latex: true
    case .csv, .json, .jsonl: false
    }
  }
}
