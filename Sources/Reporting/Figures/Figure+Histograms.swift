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
  /// The histograms of one layer side by side, all spread over the same bins.
  fileprivate init(_ histograms: [HistogramRecord], quantity: HistogramRecord.Quantity) {
    let bins = 60
    let lower = histograms.map(\.lower).min() ?? 0
    let upper = max(histograms.map(\.upper).max() ?? 1, lower.nextUp)
    let epochs = histograms.map(\.epoch)
    // Half an epoch to either side, so that an epoch stands in the middle of its column.
    let first = Double(epochs.min() ?? 0) - 0.5
    let last = Double(epochs.max() ?? 0) + 0.5
    let byEpoch = Dictionary(histograms.map { ($0.epoch, $0) }, uniquingKeysWith: { $1 })
    let columns = (epochs.min() ?? 0)...(epochs.max() ?? 0)
    self.init(
      title: histograms.first?.layer ?? "", horizontal: Axis("epoch"), columns: first...last,
      vertical: Axis(quantity.rawValue), rows: lower...upper,
      colour: Axis("share", unit: "% of values"),
      values: columns.map { epoch in
        byEpoch[epoch].map { $0.shares(lower: lower, upper: upper, bins: bins) }
          ?? Array(repeating: .nan, count: bins)
      })
  }
}

extension HistogramRecord {
  /// The percentage of the values in each of `bins` bins, values spread evenly within the stored ones.
  fileprivate func shares(lower newLower: Double, upper newUpper: Double, bins: Int) -> [Double] {
    let newWidth = (newUpper - newLower) / Double(bins)
    let width = (upper - lower) / Double(max(1, counts.count))
    var shares = Array(repeating: 0.0, count: bins)
    for (index, count) in counts.enumerated() where count > 0 {
      let start = (lower + Double(index) * width - newLower) / newWidth
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
