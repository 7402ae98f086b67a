extension HistogramPlot: Drawing {
  var ownTitle: String? { title }

  func write(to writer: inout ScriptWriter) {
    writer.setFrame()
    writer.add("set key off")
    let caption = [horizontal.caption, note].compactMap(\.self).joined(separator: ", ")
    writer.setCaptions(caption, "count")
    let span = AxisRange.around([lower, upper], on: Axis(""), isTight: true)
    writer.add("set xrange \(GnuplotText.range(span))")
    writer.setTicks("x", AxisTicks.linear(span, atMost: 5))
    writer.add("set yrange [0:\(GnuplotText.number(1.05 * Double(max(1, counts.max() ?? 0))))]")
    writer.plot([element(over: span, in: &writer)])
  }

  private func element(over span: ClosedRange<Double>, in writer: inout ScriptWriter) -> String {
    guard lower < upper, span == lower...upper, !counts.isEmpty else {
      writer.noteAbsence()
      return "NaN notitle"
    }
    if case .characters(let columns, _) = writer.canvas {
      // One upright line a column of characters: the bins stand side by side without gaps.
      let values = (0..<columns).map { column in
        let place = (Double(column) + 0.5) / Double(columns)
        let bin = Int(place * Double(counts.count))
        return [lower + place * (upper - lower), Double(counts[bin])]
      }
      return "\(writer.addBlock(values)) with impulses lt 1 notitle"
    }
    let width = (upper - lower) / Double(counts.count)
    let block = writer.addBlock(
      counts.enumerated().map { [lower + (Double($0) + 0.5) * width, Double($1)] })
    writer.add("set boxwidth \(GnuplotText.number(width)) absolute")
    return "\(block) with boxes fs solid 0.8 noborder lc rgb '#0072B2' notitle"
  }
}
