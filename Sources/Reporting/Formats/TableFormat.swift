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
  /// LaTeX `tabular`s with the rules of `booktabs`, as wide as the lines of a page.
  case latex

  /// Whether people read it as it is, rather than programs.
  public var isForPeople: Bool {
    switch self {
    case .text, .markdown, .latex: true
    case .csv, .json, .jsonl: false
    }
  }

  /// What the name of a file ends with.
  public var fileExtension: String {
    switch self {
    case .text: "txt"
    case .markdown: "md"
    case .latex: "tex"
    case .csv, .json, .jsonl: rawValue
    }
  }

  /// What makes the text.
  /// - Parameters:
  ///   - sampleSize: After how many rows the widths of aligned columns are settled.
  ///   - width: What a table of `text` fits into; nil for any.
  func encoder(sampleSize: Int, width: Int?) -> any RowEncoder {
    switch self {
    case .text: AlignedRows(PlainStyle(), sampleSize: sampleSize, width: width)
    case .markdown: AlignedRows(MarkdownStyle(), sampleSize: sampleSize)
    case .latex: LaTeXRows(sampleSize: sampleSize)
    case .csv: CSVRows()
    case .json: JSONRows(layout: .array)
    case .jsonl: JSONRows(layout: .lines)
    }
  }

  /// How several tables are one text.
  var sheetLayout: SheetLayout {
    switch self {
    case .text: .titled { "\($0)\n" }
    case .markdown: .titled { "## \($0)\n\n" }
    case .latex:
      .titled {
        "\\medskip\\noindent\\textbf{\($0)}\\par\\nopagebreak\\smallskip\\nopagebreak\\noindent\n"
      }
    case .json: .object
    case .csv, .jsonl: .flattened
    }
  }

  enum SheetLayout {
    /// One table after the other, each below its title.
    case titled((_ title: String) -> String)
    /// One JSON object with an array for each table.
    case object
    /// One table with a row for each value.
    case flattened
  }
}
