import RunStore

/// Values as TeX sets them, and how much room they take.
enum LaTeXText {
  /// A value in its cell.
  /// - Parameter digits: How many significant digits a real number has at least.
  static func cell(_ value: SQLValue, digits: Int = NumberText.digits) -> String {
    switch value {
    case .integer(let number): number < 0 ? "$\(number)$" : String(number)
    case .real(let number): mathematics(NumberText.rounded(number, digits: digits), number)
    case .null, .text, .blob: escaping(PlainStyle.text(of: value))
    }
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
  static func escaping(_ text: String) -> String {
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

  /// The same for lines of so many points: a word that is too long for one goes on in the next.
  static func wrapping(_ text: String, in width: Double) -> String {
    text.split(separator: " ", omittingEmptySubsequences: false).map { word in
      self.width(of: String(word)) > width / 2
        ? pieces(of: String(word), longest: width / 2).map(escaping).joined(
          separator: "\\allowbreak{}")
        : escaping(String(word))
    }.joined(separator: " ")
  }

  private static let replacements: [Unicode.Scalar: String] = [
    "\\": "\\textbackslash{}", "{": "\\{", "}": "\\}", "$": "\\$", "&": "\\&", "#": "\\#",
    "_": "\\_", "%": "\\%", "~": "\\textasciitilde{}", "^": "\\textasciicircum{}",
    "<": "\\textless{}", ">": "\\textgreater{}", "|": "\\textbar{}",
  ]

  /// After which characters a name may go on in the next line.
  private static let breaks = Set("/_-.,:=".unicodeScalars)

  /// The parts of a name that may stand below each other, each with what ends it.
  /// - Parameter longest: After how many points a part without an end is cut.
  static func pieces(of name: String, longest: Double = 70) -> [String] {
    var pieces = [""]
    for character in name {
      let last = pieces[pieces.count - 1]
      let endsPiece = last.unicodeScalars.last.map { $0 == " " || breaks.contains($0) } ?? false
      if endsPiece || width(of: last) > longest { pieces.append("") }
      pieces[pieces.count - 1].append(character)
    }
    return pieces
  }

  /// How wide a text is in Computer Modern at 10 points, in points.
  static func width(of text: String) -> Double {
    text.unicodeScalars.reduce(0) { $0 + width(of: $1) }
  }

  /// How wide a value is in its cell.
  static func width(of value: SQLValue, digits: Int) -> Double {
    guard case .real(let number) = value else { return width(of: PlainStyle.text(of: value)) }
    guard number.isFinite else { return number.isNaN ? width(of: "NaN") : 18 }
    let parts = NumberText.rounded(number, digits: digits).split(separator: "e")
    let exponent = parts.count == 2 ? Int(parts[1]).map { String($0) } : nil
    // The times sign with its gaps and a 10; digits at 7 points.
    let power = exponent.map { 22.3 + 0.8 * width(of: $0) } ?? 0
    return width(of: parts.first.map(String.init) ?? "") + power
  }

  private static func width(of scalar: Unicode.Scalar) -> Double {
    switch scalar {
    // The minus of mathematics, which is longer than a hyphen.
    case "-": 7.8
    case " "..."~": Double(widths[Int(scalar.value) - 32]) / 100
    default: 5.1 * Double(DisplayWidth.of(String(scalar)))
    }
  }

  /// The characters of cmr10 from the blank to the tilde, in hundredths of a point.
  private static let widths = [
    334, 278, 500, 834, 500, 834, 778, 278, 389, 389, 500, 778, 278, 334, 278, 500, 500, 500, 500,
    500, 500, 500, 500, 500, 500, 500, 278, 278, 778, 778, 778, 473, 778, 750, 709, 722, 764, 681,
    653, 785, 750, 361, 514, 778, 625, 917, 750, 778, 681, 778, 736, 556, 722, 750, 750, 1_028, 750,
    750, 611, 278, 500, 278, 500, 360, 278, 500, 556, 445, 556, 445, 306, 500, 556, 278, 306, 528,
    278, 834, 556, 500, 556, 528, 392, 395, 389, 556, 528, 722, 528, 528, 445, 500, 278, 500, 500,
  ]
}
