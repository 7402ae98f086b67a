/// Counts in bins of equal width.
public struct HistogramPlot: Sendable, Hashable {
  /// What stands above the panel, for example the layer.
  public var title: String
  /// What was counted.
  public var horizontal: Axis
  /// The lower edge of the first bin.
  public var lower: Double
  /// The upper edge of the last bin.
  public var upper: Double
  /// How many values lie in each bin.
  public var counts: [Int]
  /// A remark under the title, for example how many values are zero.
  public var note: String?

  /// A histogram of `counts` over `lower ... upper`.
  public init(
    title: String, horizontal: Axis, lower: Double, upper: Double, counts: [Int],
    note: String? = nil
  ) {
    self.title = title
    self.horizontal = horizontal
    self.lower = lower
    self.upper = upper
    self.counts = counts
    self.note = note
  }
}

extension HistogramPlot: Drawing {
  var ownTitle: String? { title }

  func write(to writer: inout ScriptWriter) {
    writer.setFrame()
    writer.add("set key off")
    let sums = group > 1 ? "each bar the sum of \(group) of \(counts.count) bins" : nil
    var axis = horizontal
    axis.scale = .linear  // Bins are equally wide.
    let isDrawable = lower < upper && axis.canShow(lower) && axis.canShow(upper)
    axis.range = isDrawable ? lower...upper : 0...1
    let x = writer.placement("x", axis)
    let caption = [x.caption, note, sums].compactMap(\.self).joined(separator: ", ")
    writer.setCaptions(caption, "count")
    writer.setAxis("x", x)
    let highest = Double(max(1, bars.map(\.count).max() ?? 0))
    let height = Axis("count", range: 0...(1.05 * highest), isWhole: true)
    writer.setAxis("y", writer.placement("y", height))
    guard isDrawable, !counts.isEmpty else {
      writer.noteAbsence()
      writer.plot(["NaN notitle"])
      return
    }
    writer.plot([element(over: x.range, in: &writer)])
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
    let bars = bars
    let (lower, length) = (span.lowerBound, span.upperBound - span.lowerBound)
    if case .characters(let columns, _) = writer.canvas {
      // One upright line a column of characters: the bins stand side by side without gaps.
      let values = (0..<columns).map { column in
        let place = (Double(column) + 0.5) / Double(columns)
        let bin = Int(place * Double(counts.count))
        return [lower + place * length, Double(bars[bin / group].count)]
      }
      return "\(writer.addBlock(values)) with impulses lt 1 notitle"
    }
    let width = length / Double(counts.count)
    let block = writer.addBlock(
      bars.map { bar in
        [lower + (Double(bar.first) + 0.5 * Double(bar.bins)) * width, Double(bar.count)]
          + (group > 1 ? [Double(bar.bins) * width] : [])
      })
    writer.add("set boxwidth \(GnuplotText.number(width)) absolute")
    return "\(block) with boxes fs solid 0.8 noborder lc rgb '#0072B2' notitle"
  }
}
