/// How curves are told apart: by colour, and without colour by marker and dashes.
struct SeriesStyle {
  private let family: Int
  private let stroke: LinePlot.Series.Stroke

  init(family: Int, stroke: LinePlot.Series.Stroke) {
    self.family = family
    self.stroke = stroke
  }

  /// The colours of Okabe and Ito, which people with colour blindness tell apart, ordered so that
  /// neighbours differ in lightness too.
  private static let colours = [
    "#0072B2", "#E69F00", "#000000", "#56B4E9", "#D55E00", "#009E73", "#CC79A7",
  ]

  /// gnuplot's filled and open circles, triangles, squares and diamonds; not the cross, which ends a curve.
  private static let markers = [7, 9, 5, 6, 13, 8, 4, 12, 11]

  var colour: String {
    Self.colours[family % Self.colours.count]
  }

  /// The marker as gnuplot numbers it, or in the terminal a letter: capital for unbroken lines.
  func marker(in writer: ScriptWriter) -> String {
    guard writer.isTerminal else { return String(Self.markers[family % Self.markers.count]) }
    let letter = String(UnicodeScalar(UInt8(ascii: "A") + UInt8(family % 26)))
    return "'\(stroke == .dashed ? letter.lowercased() : letter)'"
  }

  /// How gnuplot draws the line.
  func line(in writer: ScriptWriter) -> String {
    if writer.isTerminal { return "lt \(family % 7 + 1)\(shade(in: writer))" }
    let dash = stroke == .dashed ? 2 : 1
    return "lc rgb '\(colour)' lw 2 dt \(dash)"
  }

  /// The colour as an option; nothing where there are none. A terminal may be black, or white.
  func shade(in writer: ScriptWriter) -> String {
    guard writer.isTerminal else { return " lc rgb '\(colour)'" }
    return writer.hasColour ? " lc rgb '\(colour == "#000000" ? "#808080" : colour)'" : ""
  }
}
