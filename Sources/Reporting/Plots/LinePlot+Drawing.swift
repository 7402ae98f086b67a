import Foundation

extension LinePlot: Drawing {
  /// A legend of many lines makes the picture higher; it must not squeeze the curves.
  func imageSize(scale: Double) -> (width: Int, height: Int) {
    (Int(800 * scale), Int(480 * scale) + 18 * legendLines(characters: Int(100 * scale)))
  }

  func terminalSize(columns: Int, rows: Int) -> (columns: Int, rows: Int) {
    (columns, max(rows, legendLines(characters: columns) + 13))
  }

  /// About how many lines the legend takes below a plot of this width.
  private func legendLines(characters: Int) -> Int {
    let sample = 9
    let longest = series.map { DisplayWidth.of($0.label) }.max() ?? 0
    let entries = max(1, characters / (longest + sample))
    return (series.count + entries - 1) / entries
  }

  func write(to writer: inout ScriptWriter) {
    let vertical = verticalAxis
    let curves = series.map {
      CurveSegments($0.points, horizontal: horizontal, vertical: vertical)
    }
    let visible = curves.flatMap { $0.segments.joined() }
    let edges = series.flatMap { $0.band.flatMap { [$0.lower, $0.upper] } }
    writer.setFrame()
    writer.setCaptions(horizontal.caption, vertical.caption)
    writer.setAxis("x", horizontal, values: visible.map(\.x))
    writer.setAxis("y", vertical, values: visible.map(\.y) + edges)
    if visible.isEmpty { writer.noteAbsence() }
    let bands = series.enumerated().flatMap { band($1, style(of: $1, at: $0), &writer) }
    let lines = zip(series, curves).enumerated().map { index, pair in
      line(pair.0, pair.1, style(of: pair.0, at: index), &writer)
    }
    // Last, so that no curve hides where another one ends.
    let ends = zip(series, curves).enumerated().compactMap { index, pair in
      crosses(pair.1.ends, style(of: pair.0, at: index), &writer)
    }
    writer.plot(bands + lines + ends + (lines.isEmpty ? ["NaN notitle"] : []))
  }

  /// The vertical axis, which a curve that diverges must not stretch until the others are flat: it shows such a
  /// curve from its start to somewhat above all curves that stay finite.
  private var verticalAxis: Axis {
    let diverging = series.filter { $0.points.contains { !$0.y.isFinite } }
    guard vertical.range == nil, !diverging.isEmpty, diverging.count < series.count else {
      return vertical
    }
    let healthy = series.filter { $0.points.allSatisfy(\.y.isFinite) }
    let expected =
      healthy.flatMap { $0.points.map(\.y) + $0.band.flatMap { [$0.lower, $0.upper] } }
      + diverging.compactMap { $0.points.first { vertical.canShow($0.y) }?.y }
    guard expected.contains(where: vertical.canShow) else { return vertical }
    let core = AxisRange.around(expected, on: vertical, isTight: false)
    var highest = vertical.value(at: 1.3, from: core.lowerBound, to: core.upperBound)
    if vertical.scale == .logarithmic { highest = pow(10, log10(highest).rounded(.up)) }
    var axis = vertical
    let values = diverging.flatMap { $0.points.map(\.y) }.filter { $0.isFinite }
    if let peak = values.max(), peak > highest { axis.range = core.lowerBound...highest }
    return axis
  }

  private func style(of series: Series, at index: Int) -> SeriesStyle {
    SeriesStyle(family: series.family ?? index, stroke: series.stroke)
  }

  private func band(
    _ series: Series, _ style: SeriesStyle, _ writer: inout ScriptWriter
  ) -> [String] {
    let rows = series.band.filter {
      horizontal.canShow($0.x) && vertical.canShow($0.lower) && vertical.canShow($0.upper)
    }
    guard !rows.isEmpty else { return [] }
    let block = writer.addBlock(rows.map { [$0.x, $0.lower, $0.upper] })
    if writer.isTerminal {
      return [2, 3].map { "\(block) using 1:\($0) with lines lt 0 notitle" }
    }
    return [
      "\(block) using 1:2:3 with filledcurves fs transparent solid 0.2 noborder "
        + "lc rgb '\(style.colour)' notitle"
    ]
  }

  private func line(
    _ series: Series, _ curve: CurveSegments, _ style: SeriesStyle, _ writer: inout ScriptWriter
  ) -> String {
    let label = [series.label, curve.note].compactMap(\.self).joined(separator: " ")
    let title = label.isEmpty ? "notitle" : "title \(writer.legendText(label))"
    let look =
      "\(style.line(isTerminal: writer.isTerminal)) pt \(style.marker(isTerminal: writer.isTerminal))"
    guard !curve.segments.isEmpty else { return "NaN with linespoints \(look) \(title)" }

    let rows = curve.segments.map { $0.map { [$0.x, $0.y] } }.joined(separator: [[]])
    let block = writer.addBlock(Array(rows))
    // About a dozen markers tell curves apart without hiding them.
    let interval = max(1, (curve.segments.map(\.count).max() ?? 0) / 12)
    return "\(block) with linespoints \(look) pi \(interval) \(title)"
  }

  private func crosses(
    _ ends: [Point], _ style: SeriesStyle, _ writer: inout ScriptWriter
  ) -> String? {
    guard !ends.isEmpty else { return nil }
    let block = writer.addBlock(ends.map { [$0.x, $0.y] })
    let look = writer.isTerminal ? "'x'" : "2 ps 2 lw 2 lc rgb '\(style.colour)'"
    return "\(block) with points pt \(look) notitle"
  }
}
