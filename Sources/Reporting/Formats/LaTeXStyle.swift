import RunStore

/// A `tabular` with the three rules of the package `booktabs`; goes into a document as it is. One that is wider
/// than the lines of the text is made smaller until it fits.
struct LaTeXStyle: AlignedStyle {
  static let minimumWidth = 0
  static let gap = " & "

  func cell(_ value: SQLValue) -> String {
    let text = PlainStyle.text(of: value)
    return switch value {
    case .integer: text.hasPrefix("-") ? "$\(text)$" : text
    case .real(let number): Self.mathematics(text, number)
    case .null, .text, .blob: Self.escaping(text)
    }
  }

  func head(_ cells: [String], _ layout: ColumnLayout) -> String {
    let columns = layout.isRight.map { $0 ? "r" : "l" }.joined()
    return """
      % In the preamble: \\usepackage{booktabs,graphicx}
      \\resizebox{\\ifdim\\width>\\linewidth\\linewidth\\else\\width\\fi}{!}{%
      \\begin{tabular}{\(columns)}
      \\toprule
      \(line(cells, layout))\\midrule

      """
  }

  func append(_ cells: [String], _ layout: ColumnLayout, to text: inout String) {
    layout.append(cells, separatedBy: Self.gap, to: &text)
    text += " \\\\\n"
  }

  func foot() -> String {
    """
    \\bottomrule
    \\end{tabular}}

    """
  }

  /// A rounded number with a true minus sign and a power of ten instead of an `e`.
  private static func mathematics(_ text: String, _ number: Double) -> String {
    if number.isNaN { return "NaN" }
    if number.isInfinite { return number > 0 ? "$\\infty$" : "$-\\infty$" }
    let parts = text.split(separator: "e")
    if parts.count == 2, let exponent = Int(parts[1]) {
      return "$\(parts[0]) \\times 10^{\(exponent)}$"
    }
    return text.hasPrefix("-") ? "$\(text)$" : text
  }

  /// `text` so that TeX sets it as it stands, in any encoding and at any place in a row.
  private static func escaping(_ text: String) -> String {
    var result = ""
    var previous: Unicode.Scalar?
    for scalar in text.unicodeScalars {
      // Two hyphens would become a dash, and two quotes one.
      if scalar == previous, "-'`<>,".unicodeScalars.contains(scalar) { result += "{}" }
      result += replacements[scalar] ?? String(scalar)
      previous = scalar
    }
    // After the end of a row, `[` starts an option and `*` a variant of the line break.
    let startsOption = result.hasPrefix("[") || result.hasPrefix("*")
    return startsOption ? "{}" + result : result
  }

  private static let replacements: [Unicode.Scalar: String] = [
    "\\": "\\textbackslash{}", "{": "\\{", "}": "\\}", "$": "\\$", "&": "\\&", "#": "\\#",
    "_": "\\_", "%": "\\%", "~": "\\textasciitilde{}", "^": "\\textasciicircum{}",
    "<": "\\textless{}", ">": "\\textgreater{}", "|": "\\textbar{}",
  ]
}
