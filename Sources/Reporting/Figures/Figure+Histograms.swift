import RunStore

extension Figure {
  /// The histograms of one moment of a run, a panel a layer. The title says how many cannot be read.
  /// - Parameter epoch: The epoch; nil for the last that has histograms.
  /// - Throws: `FigureError.noHistograms`, or `RunStoreError.unreadableRows` if none can be read.
  public static func histograms(
    ofRun run: Int, quantity: HistogramRecord.Quantity, epoch: Int? = nil,
    in database: RunDatabase
  ) throws -> Figure {
    var moment: [HistogramRecord] = []
    // A histogram may have millions of bins: only those of the last moment are kept.
    let unreadable = try database.forEachHistogram(
      ofRun: run, quantity: quantity, epoch: epoch
    ) { histogram in
      if let last = moment.last, (last.epoch, last.step) != (histogram.epoch, histogram.step) {
        moment = []
      }
      moment.append(histogram)
    }
    guard let last = moment.last else {
      try unreadable.refuse()
      throw FigureError.noHistograms(
        quantity: quantity.rawValue, run: run, epoch: epoch,
        available: epoch == nil
          ? [] : try database.histogramEpochs(ofRun: run, quantity: quantity))
    }
    let name = try database.run(run).name
    let when = last.epoch == 0 ? "before training" : "after epoch \(last.epoch)"
    return Figure(
      title: "\(quantity.title) \(when), run \(run) (\(name))\(unreadable.remark)",
      panels: moment.map { .histogram(HistogramPlot($0)) })
  }

  /// How the histogram of each layer changes from epoch to epoch, a heat map a layer. The title
  /// says how many cannot be read.
  /// - Throws: `FigureError.noHistograms`, or `RunStoreError.unreadableRows` if none can be read.
  public static func histogramsOverTime(
    ofRun run: Int, quantity: HistogramRecord.Quantity, in database: RunDatabase
  ) throws -> Figure {
    var layers: [ExactName] = []
    var grids: [ExactName: HistogramGrid] = [:]
    // Once for the edges and once for the counts, which may be millions a histogram.
    let unreadable = try database.forEachHistogram(ofRun: run, quantity: quantity) { histogram in
      let layer = ExactName(histogram.layer)
      if grids[layer] == nil { layers.append(layer) }
      grids[layer, default: HistogramGrid()].makeRoom(for: histogram)
    }
    guard !layers.isEmpty else {
      try unreadable.refuse()
      throw FigureError.noHistograms(
        quantity: quantity.rawValue, run: run, epoch: nil, available: [])
    }
    for layer in layers { grids[layer]?.settle() }
    _ = try database.forEachHistogram(ofRun: run, quantity: quantity) { histogram in
      grids[ExactName(histogram.layer)]?.add(histogram)
    }
    let name = try database.run(run).name
    return Figure(
      title: "\(quantity.title) by epoch, run \(run) (\(name))\(unreadable.remark)",
      panels: layers.compactMap { layer in
        grids[layer].map { .heatMap($0.heatMap(of: quantity, titled: layer.text)) }
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

extension UnreadableRows {
  /// What a title says of them.
  fileprivate var remark: String { isEmpty ? "" : "; left out as unreadable: \(count)" }
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

/// The histograms of one layer side by side, all spread over the same bins.
private struct HistogramGrid {
  private static let bins = 60
  /// The most columns of a picture; of several epochs in one, the last is shown.
  private static let mostColumns = 1_000

  private var edges: [Double] = []
  /// Places between which equal parts of each histogram's values lie.
  private var quantiles: [Double] = []
  private var first = Double.infinity
  private var last = -Double.infinity
  private var columns: [Int: [Double]] = [:]

  /// Widens the grid such that it reaches over a histogram; before any is added.
  mutating func makeRoom(for histogram: HistogramRecord) {
    edges += [histogram.lower, histogram.upper]
    if histogram.quantity == .gradient { quantiles += histogram.quantiles(50) }
    first = min(first, Double(histogram.epoch))
    last = max(last, Double(histogram.epoch))
  }

  /// Settles what the rows reach over: all values, or where few of them would take more than half of the
  /// height, those between the 1st and the 99th percentile.
  mutating func settle() {
    defer { quantiles = [] }
    let sorted = quantiles.sorted()
    guard let least = edges.min(), let largest = edges.max(), !sorted.isEmpty else { return }
    let middle = [sorted[sorted.count / 100], sorted[sorted.count - 1 - sorted.count / 100]]
    guard middle[0] < middle[1], middle[1] - middle[0] < (largest - least) / 2 else { return }
    edges = middle
    isClipped = true
  }

  private var isClipped = false

  /// Puts the shares of a histogram into the column of its epoch.
  mutating func add(_ histogram: HistogramRecord) {
    let axis = Axis(histogram.quantity.rawValue)
    let place = (Double(histogram.epoch) - first) * Double(columnCount) / epochCount
    // One that was stored after the grid was measured may lie outside of it.
    guard place >= 0, place <= Double(columnCount), edges.allSatisfy(axis.canShow) else { return }
    columns[min(Int(place), columnCount - 1)] = histogram.shares(
      over: AxisRange.around(edges, on: axis, isTight: true), bins: Self.bins)
  }

  /// The picture; a column without any shares where an epoch has no histogram.
  func heatMap(of quantity: HistogramRecord.Quantity, titled title: String) -> HeatMap {
    let axis = Axis(quantity.rawValue)
    // Half an epoch to either side, so that an epoch stands in the middle of its column.
    let start = first - 0.5
    let empty = Array(repeating: Double.nan, count: Self.bins)
    return HeatMap(
      title: isClipped ? "\(title), 1st to 99th percentile" : title,
      horizontal: Axis("epoch", isWhole: true),
      columns: start...max(last + 0.5, start.nextUp),
      vertical: axis, rows: AxisRange.around(edges, on: axis, isTight: true),
      colour: Axis("share", unit: "% of values"),
      values: edges.allSatisfy(axis.canShow)
        ? (0..<columnCount).map { columns[$0] ?? empty } : [])
  }

  private var epochCount: Double { last - first + 1 }
  private var columnCount: Int { Int(min(epochCount, Double(Self.mostColumns))) }
}

extension HistogramRecord {
  /// `count` places with an equal share of the values around each, values spread evenly within their bins.
  fileprivate func quantiles(_ count: Int) -> [Double] {
    let total = Double(self.count)
    guard total > 0, lower.isFinite, upper.isFinite else { return [] }
    let width = (upper - lower) / Double(counts.count)
    var (bin, before) = (0, 0.0)
    return (0..<count).map { index in
      let wanted = (Double(index) + 0.5) / Double(count) * total
      while bin < counts.count - 1, before + Double(counts[bin]) < wanted {
        before += Double(counts[bin])
        bin += 1
      }
      let share = (wanted - before) / Double(max(1, counts[bin]))
      return lower + (Double(bin) + min(1, max(0, share))) * width
    }
  }

  /// The percentage of the values in each of `bins` bins, values spread evenly within the stored ones;
  /// NaN where the bins are too narrow for numbers.
  fileprivate func shares(over range: ClosedRange<Double>, bins: Int) -> [Double] {
    let newWidth = (range.upperBound - range.lowerBound) / Double(bins)
    guard newWidth.isNormal else { return Array(repeating: .nan, count: bins) }
    let width = (upper - lower) / Double(max(1, counts.count))
    var shares = Array(repeating: 0.0, count: bins)
    let total = Double(self.count)
    for (index, count) in counts.enumerated() where count > 0 {
      let start = (lower + Double(index) * width - range.lowerBound) / newWidth
      let end = start + width / newWidth
      // What lies beyond a clipped range is not drawn.
      guard end >= 0, start <= Double(bins) else { continue }
      let touched =
        max(0, min(bins - 1, Int(start)))...max(0, min(bins - 1, Int(max(start, end.nextDown))))
      for bin in touched {
        let overlap = min(end, Double(bin + 1)) - max(start, Double(bin))
        let part = end > start && touched.count > 1 ? max(0, overlap) / (end - start) : 1
        shares[bin] += 100 * part * Double(count) / total
      }
    }
    return shares
  }
}
