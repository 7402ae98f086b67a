extension HistogramPlot: Drawing {
  var ownTitle: String? { title }

  func write(to writer: inout ScriptWriter) {
    writer.setFrame()
    writer.add("set key off")
    let sums = group > 1 ? "each bar the sum of \(group) of \(counts.count) bins" : nil
    let caption = [horizontal.caption, note, sums].compactMap(\.self).joined(separator: ", ")
    writer.setCaptions(caption, "count")
    let span = AxisRange.around([lower, upper], on: Axis(""), isTight: true)
    writer.add("set xrange \(GnuplotText.range(span))")
    writer.setTicks("x", AxisTicks.linear(span, atMost: 5))
    let highest = max(1, bars.map(\.count).max() ?? 0)
    writer.add("set yrange [0:\(GnuplotText.number(1.05 * Double(highest)))]")
    writer.plot([element(over: span, in: &writer)])
  }

  /// More bins than this are narrower than what can be drawn.
  private static let mostBins = 2_000

  /// How many bins beside each other are drawn as one.
  private var group: Int { max(1, (counts.count + Self.mostBins - 1) / Self.mostBins) }

  /// What is drawn: the bins, or groups of them, the last of which may be narrower.
  private var bars: [(first: Int, bins: Int, count: Int)] {
    guard group > 1 else { return counts.enumerated().map { ($0, 1, $1) } }
    return stride(from: 0, to: counts.count, by: group).map { first in
      let bins = counts[first..<min(first + group, counts.count)]
      return (first, bins.count, bins.clampedSum)
    }
  }

  private func element(over span: ClosedRange<Double>, in writer: inout ScriptWriter) -> String {
    guard lower < upper, span == lower...upper, !counts.isEmpty else {
      writer.noteAbsence()
      return "NaN notitle"
    }
    let bars = bars
    if case .characters(let columns, _) = writer.canvas {
      // One upright line a column of characters: the bins stand side by side without gaps.
      let values = (0..<columns).map { column in
        let place = (Double(column) + 0.5) / Double(columns)
        let bin = Int(place * Double(counts.count))
        return [lower + place * (upper - lower), Double(bars[bin / group].count)]
      }
      return "\(writer.addBlock(values)) with impulses lt 1 notitle"
    }
    let width = (upper - lower) / Double(counts.count)
    let block = writer.addBlock(
      bars.map { bar in
        [lower + (Double(bar.first) + 0.5 * Double(bar.bins)) * width, Double(bar.count)]
          + (group > 1 ? [Double(bar.bins) * width] : [])
      })
    writer.add("set boxwidth \(GnuplotText.number(width)) absolute")
    return "\(block) with boxes fs solid 0.8 noborder lc rgb '#0072B2' notitle"
  }
}
