import Foundation

extension LinePlot: Drawing {
  /// A legend of many lines makes the picture higher; it must not squeeze the curves.
  func imageSize(scale: Double) -> (width: Int, height: Int) {
    let width = Int(800 * scale)
    let characters = Int(Double(width) / ScriptWriter.characterWidth)
    return (width, Int(480 * scale) + 24 * legendLines(characters: characters))
  }

  func terminalSize(columns: Int, rows: Int) -> (columns: Int, rows: Int) {
    (columns, max(rows, legendLines(characters: columns) + 13))
  }

  /// About how many lines the legend takes below a plot of this width.
  private func legendLines(characters: Int) -> Int {
    if isCrowd { return 1 }
    let sample = 9
    let vertical = verticalAxis
    let labels = series.filter { !$0.label.isEmpty }.map { series in
      let curve = CurveSegments(series.points, horizontal: horizontal, vertical: vertical)
      return DisplayWidth.of([series.label, curve.note].compactMap(\.self).joined(separator: " "))
    }
    let entries = max(1, characters / ((labels.max() ?? 0) + sample))
    return (labels.count + entries - 1) / entries
  }

  /// More curves than a reader tells apart, or finds in a legend.
  private var isCrowd: Bool {
    Set(series.indices.map { series[$0].family ?? $0 }).count > Self.mostFamilies
  }

  private static let mostFamilies = 12

  func write(to writer: inout ScriptWriter) {
    let vertical = verticalAxis
    let whole = series.map {
      CurveSegments($0.points, horizontal: horizontal, vertical: vertical)
    }
    let visible = whole.lazy.flatMap { $0.segments.joined() }
    let edges = series.lazy.flatMap { $0.band.flatMap { [$0.lower, $0.upper] } }
    let x = writer.placement(
      "x", horizontal, holding: visible.map(\.x) + series.flatMap { $0.band.map(\.x) },
      isTight: true)
    let y = writer.placement("y", vertical, holding: visible.map(\.y) + edges)
    writer.setFrame()
    writer.setCaptions(x.caption, y.caption)
    writer.setAxis("x", x, scale: horizontal.scale)
    writer.setAxis("y", y, scale: vertical.scale)
    if visible.isEmpty { writer.noteAbsence() }
    let columns = max(40, min(writer.pixels, Self.mostPoints / (4 * max(1, series.count))))
    let curves = whole.map { $0.outlined(columns: columns) }
    let sheet = CurveSheet(x: x, y: y)
    let elements = isCrowd ? crowd(curves, sheet, &writer) : separate(curves, sheet, &writer)
    writer.plot(elements.isEmpty ? ["NaN notitle"] : elements)
  }

  /// The most points of a picture; of more, each curve is drawn by fewer columns.
  private static let mostPoints = 400_000

  /// Each curve with its band, its look and its entry of the legend.
  private func separate(
    _ curves: [CurveSegments], _ sheet: CurveSheet, _ writer: inout ScriptWriter
  ) -> [String] {
    let labels = writer.legendTexts(
      zip(series, curves).map { [$0.label, $1.note].compactMap(\.self).joined(separator: " ") })
    let bands = series.enumerated().flatMap {
      band($1, sheet, style(of: $1, at: $0), &writer)
    }
    let lines = series.indices.map {
      line(series[$0], curves[$0], sheet, style(of: series[$0], at: $0), label: labels[$0], &writer)
    }
    // Last, so that no curve hides where another one ends.
    let ends = series.indices.flatMap { index in
      let style = style(of: series[index], at: index)
      write(series[index].remarks, sheet, style, &writer)
      return crosses(curves[index].ends, sheet, style, &writer)
    }
    return bands + lines + ends
  }

  /// All curves of a stroke as one, thin and without names.
  private func crowd(
    _ curves: [CurveSegments], _ sheet: CurveSheet, _ writer: inout ScriptWriter
  ) -> [String] {
    var elements: [String] = []
    for (family, stroke) in Series.Stroke.allCases.enumerated() {
      let members = series.indices.filter { series[$0].stroke == stroke }
      let segments = members.flatMap { curves[$0].segments }
      guard !segments.isEmpty else { continue }
      let style = SeriesStyle(family: family, stroke: .solid)
      let opacity = members.count > 100 ? "a0" : "60"
      let look =
        writer.isTerminal
        ? style.line(in: writer)
        : "lw 1 lc rgb '#\(opacity)\(style.colour.dropFirst())'"
      let block = writer.addBlock(sheet.rows(segments))
      elements.append("\(block) with lines \(look) notitle")
      guard let name = members.lazy.compactMap({ series[$0].member }).first else { continue }
      let label = writer.legendTexts([name])[0]
      elements.append("NaN with lines \(style.line(in: writer)) title \(label)")
    }
    let interrupted = curves.filter { $0.note != nil }
    guard !interrupted.isEmpty else { return elements }
    let text = "\(interrupted.count) of \(series.count) curves not shown whole"
    let label = writer.legendTexts([text])[0]
    let ends = interrupted.flatMap(\.ends)
    let block = ends.isEmpty ? "NaN" : writer.addBlock(sheet.rows([ends]))
    let look = writer.isTerminal ? "pt 'x'" : "pt 2 ps 1 lc rgb '#555555'"
    return elements + ["\(block) with points \(look) title \(label)"]
  }

  /// The vertical axis, which a curve that diverges must not stretch until the others are flat: it shows such a
  /// curve from its start to somewhat above all curves that do not.
  private var verticalAxis: Axis {
    guard vertical.range == nil else { return vertical }
    let reach = series.map {
      $0.points.lazy.filter { vertical.canShow($0.y) }.map(\.y.magnitude).max() ?? 0
    }
    let usual = reach.sorted()[max(0, (series.count - 1) / 2)]
    let diverging = series.indices.filter { index in
      series[index].points.contains { !$0.y.isFinite }
        || vertical.scale == .linear && explodes(series[index], reach: reach[index], usual: usual)
    }
    if series.count == 1 { return withoutExplosion(series[0]) }
    guard !diverging.isEmpty, diverging.count < series.count else { return vertical }
    let healthy = Set(series.indices).subtracting(diverging).map { series[$0] }
    let values =
      healthy.flatMap { $0.points.map(\.y) + $0.band.flatMap { [$0.lower, $0.upper] } }
    // Where a diverging curve starts belongs to the picture, unless it is far beyond all others already.
    let highestHealthy = values.filter(vertical.canShow).map(\.magnitude).max() ?? 0
    let starts = diverging.compactMap { series[$0].points.first { vertical.canShow($0.y) }?.y }
    let expected =
      values
      + starts.filter {
        vertical.scale == .logarithmic || $0.magnitude <= Self.farBeyond * highestHealthy
      }
    guard expected.contains(where: vertical.canShow) else { return vertical }
    let core = AxisRange.around(expected, on: vertical, isTight: false)
    var highest = vertical.value(at: 1.3, from: core.lowerBound, to: core.upperBound)
    if vertical.scale == .logarithmic { highest = pow(10, log10(highest).rounded(.up)) }
    var axis = vertical
    let reached = diverging.flatMap { series[$0].points.map(\.y) }.filter { $0.isFinite }
    let lowest = vertical.scale == .linear ? min(core.lowerBound, 0) : core.lowerBound
    if let peak = reached.max(), let bottom = reached.min(),
      peak > highest || bottom < lowest - (highest - lowest)
    {
      axis.range = core.lowerBound...highest
    }
    return axis
  }

  /// Whether a curve grows far beyond its own beginning and the others. One that is larger from the start is as
  /// healthy as they are, unless it leaves them no height at all.
  private func explodes(_ series: Series, reach: Double, usual: Double) -> Bool {
    guard usual > 0, let first = series.points.first(where: { vertical.canShow($0.y) }) else {
      return false
    }
    return first.y != 0 && reach > Self.farBeyond * max(usual, first.y.magnitude)
      || reach > 1e6 * usual
  }

  /// The vertical axis of a single curve, up to where it explodes: where its last values are a million times
  /// as large as usual.
  private func withoutExplosion(_ series: Series) -> Axis {
    let values = series.points.map(\.y).filter(vertical.canShow)
    let magnitudes = values.map(\.magnitude)
    guard vertical.scale == .linear, !values.isEmpty else { return vertical }
    let usual = magnitudes.sorted()[values.count / 2]
    let end = magnitudes.suffix(1 + values.count / 10).max() ?? 0
    guard usual > 0, end > 1e6 * usual else { return vertical }
    let core = values.filter { $0.magnitude <= Self.farBeyond * usual }
    var axis = vertical
    axis.range = AxisRange.around(core, on: vertical, isTight: false)
    return axis
  }

  /// How many times as large as usual a curve is that would leave no height for the others.
  private static let farBeyond = 20.0

  private func style(of series: Series, at index: Int) -> SeriesStyle {
    SeriesStyle(family: series.family ?? index, stroke: series.stroke)
  }

  private func band(
    _ series: Series, _ sheet: CurveSheet, _ style: SeriesStyle, _ writer: inout ScriptWriter
  ) -> [String] {
    let bottom = sheet.y.range.lowerBound
    let rows = Dictionary(
      series.band.filter { horizontal.canShow($0.x) && vertical.canShow($0.upper) }
        .map { spread in
          // What lies below a logarithmic axis is cut at its end.
          let lower = vertical.canShow(spread.lower) ? sheet.y.place(spread.lower) : bottom
          return (spread.x, [sheet.x.place(spread.x), lower, sheet.y.place(spread.upper)])
        }, uniquingKeysWith: { _, last in last })
    // A point without a spread parts the band.
    let places = series.points.isEmpty ? series.band.map(\.x) : series.points.map(\.x)
    let stretches = places.map { rows[$0] }.split(separator: nil).map { $0.compactMap(\.self) }
    let wide = Array(stretches.filter { $0.count > 1 }.joined(separator: [[]]))
    let single = stretches.filter { $0.count == 1 }.flatMap(\.self)
    var elements: [String] = []
    if !wide.isEmpty {
      let block = writer.addBlock(wide)
      elements =
        writer.isTerminal
        ? [2, 3].map { "\(block) using 1:\($0) with lines lt 0 notitle" }
        : [
          "\(block) using 1:2:3 with filledcurves fs transparent solid 0.2 noborder "
            + "lc rgb '\(style.colour)' notitle"
        ]
    }
    if !single.isEmpty {
      let block = writer.addBlock(single.map { [$0[0], ($0[1] + $0[2]) / 2, $0[1], $0[2]] })
      let look = writer.isTerminal ? "lt 0" : "pt 0 lw 1.5 lc rgb '\(style.colour)'"
      elements.append("\(block) with yerrorbars \(look) notitle")
    }
    return elements
  }

  private func line(
    _ series: Series, _ curve: CurveSegments, _ sheet: CurveSheet, _ style: SeriesStyle,
    label: String,
    _ writer: inout ScriptWriter
  ) -> String {
    let title = label == "\"\"" || label == "\" \"" ? "notitle" : "title \(label)"
    let look = "\(style.line(in: writer)) pt \(style.marker(in: writer))"
    guard !curve.segments.isEmpty else { return "NaN with linespoints \(look) \(title)" }
    let block = writer.addBlock(sheet.rows(curve.segments))
    if series.stroke == .unconnected {
      return
        "\(block) with points pt \(style.marker(in: writer))\(style.shade(in: writer)) \(title)"
    }
    guard series.hasMarkers else {
      return "\(block) with lines \(style.line(in: writer)) \(title)"
    }
    // About a dozen markers tell curves apart without hiding them.
    let interval = max(1, (curve.segments.map(\.count).max() ?? 0) / 12)
    return "\(block) with linespoints \(look) pi \(interval) \(title)"
  }

  private func crosses(
    _ ends: [Point], _ sheet: CurveSheet, _ style: SeriesStyle, _ writer: inout ScriptWriter
  ) -> [String] {
    guard !ends.isEmpty else { return [] }
    let block = writer.addBlock(sheet.rows([ends]))
    let look = writer.isTerminal ? "'x'" : "2 ps 2 lw 2"
    return ["\(block) with points pt \(look)\(style.shade(in: writer)) notitle"]
  }

  private func write(
    _ remarks: [Remark], _ sheet: CurveSheet, _ style: SeriesStyle, _ writer: inout ScriptWriter
  ) {
    for remark in remarks
    where horizontal.canShow(remark.point.x) && vertical.canShow(remark.point.y) {
      let place = sheet.row(remark.point).map(GnuplotText.number).joined(separator: ",")
      let look =
        writer.isTerminal
        ? "offset 1,1" : "offset 0.3,0.7 textcolor rgb '\(style.colour)' font ',11'"
      writer.add("set label \(GnuplotText.quoted(remark.text)) at \(place) front \(look)")
    }
  }
}

/// Where the points of curves stand on the two axes.
private struct CurveSheet {
  let x: AxisPlacement
  let y: AxisPlacement

  func row(_ point: LinePlot.Point) -> [Double] { [x.place(point.x), y.place(point.y)] }

  /// The points of segments, with an empty row between them.
  func rows(_ segments: [[LinePlot.Point]]) -> [[Double]] {
    Array(segments.map { $0.map(row) }.joined(separator: [[]]))
  }
}
