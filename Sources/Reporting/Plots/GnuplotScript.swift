import Foundation

/// A figure in gnuplot's language: one self-contained text, data included, that draws to the standard output.
///
/// Nothing in a figure can add a command: text stands in literals that gnuplot takes as they are.
public struct GnuplotScript: Sendable, Hashable {
  /// The commands.
  public let text: String

  /// Writes down how `figure` is drawn as `format`.
  /// - Parameter scale: How large an image is for the size of its text; nil for as large as usual.
  public init(_ figure: Figure, as format: PlotFormat, scale: Double? = nil) {
    switch format {
    case .terminal(let columns, let rows, let colours):
      text = Self.terminalPages(
        figure, columns: max(columns, 40), rows: max(rows, 12), colours: colours)
    case .svg, .png, .pdf:
      text = Self.image(figure, format, scale: scale)
    }
  }

  /// One page a panel, each as wide as the terminal; a single one fills it but for the prompt's line.
  private static func terminalPages(
    _ figure: Figure, columns: Int, rows: Int, colours: PlotFormat.Colours
  ) -> String {
    let pageRows = figure.panels.count == 1 ? rows - 1 : max(12, rows / 2)
    return figure.panels.map { panel in
      let drawing = panel.drawing
      let size = drawing.terminalSize(columns: columns, rows: pageRows)
      var writer = ScriptWriter(canvas: .characters(columns: size.columns, rows: size.rows))
      writer.hasColour = colours != .none
      writer.add("reset session")
      writer.add(
        "set terminal dumb \(colours.mode) size \(size.columns), \(size.rows) noenhanced")
      writer.add("set encoding utf8")
      writer.setTitle(title(of: figure, drawing))
      drawing.write(to: &writer)
      return writer.text
    }
    .joined()
  }

  /// The title of the figure and that of its panel, as far as there are any.
  private static func title(of figure: Figure, _ drawing: any Drawing) -> String {
    [figure.title, drawing.ownTitle ?? ""].filter { !$0.isEmpty }.joined(separator: ": ")
  }

  private static func image(
    _ figure: Figure, _ format: PlotFormat, scale givenScale: Double?
  ) -> String {
    let drawings = figure.panels.map(\.drawing)
    let columns = drawings.count == 1 ? 1 : drawings.count <= 4 ? 2 : 3
    let rows = (drawings.count + columns - 1) / columns
    // Panels of a grid are smaller, because they share the page.
    let scale = givenScale ?? (columns == 1 ? 1 : 0.55)
    let sizes = drawings.map { $0.imageSize(scale: scale) }
    let (width, height) = (sizes.map(\.width).max() ?? 0, sizes.map(\.height).max() ?? 0)
    var writer = ScriptWriter(canvas: .image(width: columns * width, height: height))
    writer.add(
      terminal(
        format, width: columns * width, height: rows * height,
        magnification: drawings.contains(where: \.isDense) ? 1 : 2))
    writer.add("set encoding utf8")
    if drawings.count == 1 {
      writer.setTitle(title(of: figure, drawings[0]))
      drawings[0].write(to: &writer)
      return writer.text
    }
    let title = FittedText.cut(VisibleText.escaping(figure.title), to: writer.columns - 2)
    writer.add("set multiplot layout \(rows),\(columns) title \(GnuplotText.quoted(title))")
    writer.canvas = .image(width: width, height: height)
    for drawing in drawings {
      writer.add("reset")
      drawing.ownTitle.map { writer.setTitle($0) }
      drawing.write(to: &writer)
    }
    writer.add("unset multiplot")
    return writer.text
  }

  /// - Parameters:
  ///   - width: In the pixels of a screen without magnification.
  ///   - height: The same.
  ///   - magnification: How many pixels a PNG has for each of these.
  private static func terminal(
    _ format: PlotFormat, width: Int, height: Int, magnification: Int
  ) -> String {
    switch format {
    case .png:
      "set terminal pngcairo size \(magnification * width),\(magnification * height) "
        + "font 'sans-serif,10.5' fontscale \(magnification) linewidth \(magnification) "
        + "pointscale \(magnification) noenhanced"
    case .pdf:
      // 40 pixels a centimetre make a figure as wide as the text of a page.
      "set terminal pdfcairo size \(Double(width) / 40)cm,\(Double(height) / 40)cm "
        + "font 'sans-serif,10' noenhanced"
    case .svg, .terminal:
      "set terminal svg size \(width),\(height) dynamic font 'sans-serif,14' "
        + "background rgb 'white' noenhanced"
    }
  }
}

/// The spelling of gnuplot's language.
enum GnuplotText {
  /// The start of `text` as a string literal. What could end the literal, or that gnuplot replaces even inside one
  /// (back-quotes run commands), is written as octal numbers; control characters become visible escapes.
  ///
  /// The numbers have four digits, a zero first, which is the only length that gnuplot never exceeds: it takes
  /// the 5 of `\0445` for part of the number.
  static func quoted(_ text: String) -> String {
    let start = String(String.UnicodeScalarView(text.unicodeScalars.prefix(longest)))
    let content = VisibleText.escaping(start).unicodeScalars.reduce(into: "") { literal, scalar in
      if special.contains(scalar) {
        literal += "\\" + String(scalar.value + 0o10000, radix: 8).dropFirst()
      } else {
        literal.unicodeScalars.append(scalar)
      }
    }
    return "\"\(content)\""
  }

  /// The most characters of a literal, far more than a picture has room for.
  private static let longest = 2_000

  private static let special = Set("\"\\`'@$".unicodeScalars)

  /// `text` as the label of a tick, where gnuplot takes `%` for the start of a format.
  static func quotedTick(_ text: String) -> String {
    quoted(text).unicodeScalars.reduce(into: "") { $0 += $1 == "%" ? "%%" : String($1) }
  }

  /// A number in full; NaN is nothing to gnuplot.
  static func number(_ value: Double) -> String {
    if value.isNaN { return "NaN" }
    let text = NumberText.exact(value)
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }

  /// A range as `[lower:upper]`.
  static func range(_ range: ClosedRange<Double>) -> String {
    "[\(number(range.lowerBound)):\(number(range.upperBound))]"
  }
}
