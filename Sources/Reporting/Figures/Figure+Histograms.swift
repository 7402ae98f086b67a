import RunStore

extension Figure {
  /// The histograms of one moment of a run, a panel a layer.
  /// - Parameter epoch: The epoch; nil for the last that has histograms.
  /// - Throws: `FigureError.noHistograms`.
  public static func histograms(
    ofRun run: Int, quantity: HistogramRecord.Quantity, epoch: Int? = nil,
    in database: RunDatabase
  ) throws -> Figure {
    let all = try database.histograms(ofRun: run, quantity: quantity, epoch: epoch)
    guard let last = all.last else {
      throw FigureError.noHistograms(quantity: quantity.rawValue, run: run, epoch: epoch)
    }
    let moment = all.filter { $0.epoch == last.epoch && $0.step == last.step }
    let name = try database.run(run).name
    let when = last.epoch == 0 ? "before training" : "after epoch \(last.epoch)"
    return Figure(
      title: "\(quantity.title) \(when), run \(run) (\(name))",
      panels: moment.map { .histogram(HistogramPlot($0)) })
  }

  /// How the histogram of each layer changes from epoch to epoch, a heat map a layer.
  /// - Throws: `FigureError.noHistograms`.
  public static func histogramsOverTime(
    ofRun run: Int, quantity: HistogramRecord.Quantity, in database: RunDatabase
  ) throws -> Figure {
    let all = try database.histograms(ofRun: run, quantity: quantity)
    guard !all.isEmpty else {
      throw FigureError.noHistograms(quantity: quantity.rawValue, run: run, epoch: nil)
    }
    var layers: [String] = []
    for histogram in all where !layers.contains(histogram.layer) { layers.append(histogram.layer) }
    let name = try database.run(run).name
    return Figure(
      title: "\(quantity.title) by epoch, run \(run) (\(name))",
      panels: layers.map { layer in
        .heatMap(HeatMap(all.filter { $0.layer == layer }, quantity: quantity))
      })
  }
}

extension HistogramRecord.Quantity {
  fileprivate var title: String {
    switch self {
    case .weight: "Weights"
    case .gradient: "Gradients of the weights"
    case .activation: "Activations"
    }
  }
}

extension HistogramPlot {
  /// The picture of a stored histogram. Values that are all equal have one bin around them.
  init(_ histogram: HistogramRecord) {
    var notes = ["\(histogram.count) values"]
    if histogram.nonfiniteCount > 0 { notes.append("\(histogram.nonfiniteCount) not finite") }
    if let value = histogram.minimum, value == histogram.maximum {
      notes = ["all \(histogram.count) values are \(NumberText.rounded(value))"]
    }
    let isSingle = histogram.lower == histogram.upper
    self.init(
      title: histogram.layer, horizontal: Axis(histogram.quantity.rawValue),
      lower: histogram.lower - (isSingle ? 0.5 : 0), upper: histogram.upper + (isSingle ? 0.5 : 0),
      // An odd number of bins puts the one with the values in the middle.
      counts: isSingle
        ? (0..<21).map { $0 == 10 ? histogram.count : 0 } : histogram.counts,
      note: notes.joined(separator: ", "))
  }
}

extension HeatMap {
  /// The most columns of a picture; of several epochs in one, the last is shown.
  private static let mostColumns = 1_000

  /// The histograms of one layer side by side, all spread over the same bins.
  fileprivate init(_ histograms: [HistogramRecord], quantity: HistogramRecord.Quantity) {
    let edges = histograms.flatMap { [$0.lower, $0.upper] }
    let axis = Axis(quantity.rawValue)
    let rows = AxisRange.around(edges, on: axis, isTight: true)
    let epochs = histograms.map { Double($0.epoch) }
    let (first, last) = (epochs.min() ?? 0, epochs.max() ?? 0)
    // Half an epoch to either side, so that an epoch stands in the middle of its column.
    let start = first - 0.5
    self.init(
      title: histograms.first?.layer ?? "", horizontal: Axis("epoch"),
      columns: start...max(last + 0.5, start.nextUp), vertical: axis, rows: rows,
      colour: Axis("share", unit: "% of values"),
      values: edges.allSatisfy(axis.canShow)
        ? Self.columns(histograms, from: first, through: last, rows: rows) : [])
  }

  /// The shares of each epoch's histogram; without any where an epoch has none.
  private static func columns(
    _ histograms: [HistogramRecord], from first: Double, through last: Double,
    rows: ClosedRange<Double>
  ) -> [[Double]] {
    let bins = 60
    let epochCount = last - first + 1
    let columnCount = Int(min(epochCount, Double(mostColumns)))
    var columns = Array(
      repeating: Array(repeating: Double.nan, count: bins), count: columnCount)
    var shown: [Int: HistogramRecord] = [:]
    for histogram in histograms {
      let place = (Double(histogram.epoch) - first) * Double(columnCount) / epochCount
      shown[min(Int(place), columnCount - 1)] = histogram
    }
    for (column, histogram) in shown { columns[column] = histogram.shares(over: rows, bins: bins) }
    return columns
  }
}

extension HistogramRecord {
  /// The percentage of the values in each of `bins` bins, values spread evenly within the stored ones;
  /// NaN where the bins are too narrow for numbers.
  fileprivate func shares(over range: ClosedRange<Double>, bins: Int) -> [Double] {
    let newWidth = (range.upperBound - range.lowerBound) / Double(bins)
    guard newWidth.isNormal else { return Array(repeating: .nan, count: bins) }
    let width = (upper - lower) / Double(max(1, counts.count))
    var shares = Array(repeating: 0.0, count: bins)
    for (index, count) in counts.enumerated() where count > 0 {
      let start = (lower + Double(index) * width - range.lowerBound) / newWidth
      let end = start + width / newWidth
      let touched =
        max(0, min(bins - 1, Int(start)))...max(0, min(bins - 1, Int(max(start, end.nextDown))))
      for bin in touched {
        let overlap = min(end, Double(bin + 1)) - max(start, Double(bin))
        let part = end > start && touched.count > 1 ? max(0, overlap) / (end - start) : 1
        shares[bin] += 100 * part * Double(count) / Double(self.count)
      }
    }
    return shares
  }
}
