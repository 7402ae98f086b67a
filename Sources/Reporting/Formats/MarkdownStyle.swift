import RunStore

/// A table of GitHub's Markdown that also reads well as it is.
struct MarkdownStyle: AlignedStyle {
  static let minimumWidth = 3
  static let gap = " | "

  func cell(_ value: SQLValue) -> String {
    Self.escaping(PlainStyle.text(of: value))
  }

  func head(_ cells: [String], _ layout: ColumnLayout) -> String {
    let rules = zip(layout.widths, layout.isRight).map { width, isRight in
      String(repeating: "-", count: isRight ? width - 1 : width) + (isRight ? ":" : "")
    }
    return line(cells, layout) + line(rules, layout)
  }

  func append(_ cells: [String], _ layout: ColumnLayout, to text: inout String) {
    text += "| "
    layout.append(cells, separatedBy: Self.gap, to: &text)
    text += " |\n"
  }

  func foot() -> String { "" }

  /// `text` with a backslash before what Markdown would take for markup. An underscore inside a word is
  /// none, so that `train_loss` stays readable.
  private static func escaping(_ text: String) -> String {
    let scalars = Array(text.unicodeScalars)
    var result = String.UnicodeScalarView()
    for (index, scalar) in scalars.enumerated() {
      if "\\|`*[]<>&~".unicodeScalars.contains(scalar)
        || scalar == "_" && !isInsideWord(index, of: scalars)
      {
        result.append("\\")
      }
      result.append(scalar)
    }
    return String(result)
  }

  private static func isInsideWord(_ index: Int, of scalars: [Unicode.Scalar]) -> Bool {
    index > 0 && index + 1 < scalars.count
      && isWordPart(scalars[index - 1]) && isWordPart(scalars[index + 1])
  }

  private static func isWordPart(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.isAlphabetic || scalar.properties.numericType != nil
  }
}
