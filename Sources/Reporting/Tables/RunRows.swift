import RunStore

/// The parts of a run that may have millions of rows, as tables that are written as the rows come from the
/// file: memory does not grow with their number.
public enum RunRows: Sendable {
  /// The parameters, by name.
  case parameters
  /// The points of all metrics, a row each.
  case metrics
  /// The points of all metrics, a row a step and a column a metric, by name. A metric without a point at
  /// a step leaves its cell empty; NaN is `nan`. Of several points of a step, the latest counts.
  case wideMetrics
  /// The bins of all histograms, a row each.
  case histograms
  /// The truth table, as `Table.predictions` has it.
  case predictions

  /// Whether the rows belong to epochs.
  public var haveEpochs: Bool {
    switch self {
    case .metrics, .wideMetrics, .histograms: true
    case .parameters, .predictions: false
    }
  }

  /// Writes the rows of a run, from `begin` to `end`.
  /// - Parameter epoch: The epoch that they belong to; nil for all.
  /// - Throws: `RunStoreError.noEpoch` for an epoch without any, before anything is written; and
  ///   `RunStoreError.unreadableRows`, after all the others were.
  public func write<Output>(
    ofRun run: Int, epoch: Int? = nil, in database: RunDatabase,
    to writer: inout TableWriter<Output>
  ) throws {
    var hasBegun = false
    func row(_ values: [SQLValue], _ columns: [Table.Column]) {
      if !hasBegun { writer.begin(columns) }
      hasBegun = true
      writer.row(values)
    }
    var unreadable: UnreadableRows?
    let columns = try columns(ofRun: run, epoch: epoch, in: database)
    switch self {
    case .parameters:
      try database.forEachValue(.parameters, ofRun: run) {
        row([.text($0), Setting.cell($1, in: writer.format)], columns)
      }
    case .metrics:
      try database.forEachMetricRow(ofRun: run, epoch: epoch) { row($0, columns) }
    case .wideMetrics:
      let names = columns.dropFirst(2).map(\.name)
      let places = NamedValueMap(zip(names, names.indices))
      try database.forEachMetricStep(ofRun: run, epoch: epoch) { step, points in
        var values = [SQLValue](repeating: .null, count: names.count)
        var epoch: Int?
        for point in points.latestOfEachStep {
          epoch = point.epoch ?? epoch
          if let place = places[point.name] { values[place] = .real(point.value) }
        }
        row([.integer(Int64(step)), SQLValue(epoch)] + values, columns)
      }
    case .histograms:
      unreadable = try database.forEachHistogram(ofRun: run, epoch: epoch) { histogram in
        let width = (histogram.upper - histogram.lower) / Double(histogram.counts.count)
        for (bin, count) in histogram.counts.enumerated() {
          row(
            [
              .integer(Int64(histogram.epoch)), .text(histogram.layer),
              .text(histogram.quantity.rawValue), .integer(Int64(bin)),
              .real(histogram.lower + Double(bin) * width),
              .real(histogram.lower + Double(bin + 1) * width), .integer(Int64(count)),
            ], columns)
        }
      }
    case .predictions:
      let inputCount = columns[1].name == "inputs" ? nil : columns.count - 4
      unreadable = try database.forEachPrediction(ofRun: run) { prediction in
        row(Table.row(of: prediction, inputCount: inputCount), columns)
      }
    }
    if !hasBegun { writer.begin(columns) }
    writer.end()
    try unreadable?.refuse()
  }

  private func columns(
    ofRun run: Int, epoch: Int?, in database: RunDatabase
  ) throws -> [Table.Column] {
    switch self {
    case .parameters: return Table.settingColumns
    case .metrics: return ["name", "step", "epoch", "value", "recorded_at", "repeat"]
    case .wideMetrics:
      return try ["step", "epoch"]
        + database.metricNames(ofRun: run, epoch: epoch).map { Table.Column($0) }
    case .histograms: return ["epoch", "layer", "quantity", "bin", "lower", "upper", "count"]
    case .predictions:
      var counts: Set<Int> = []
      _ = try database.forEachPrediction(ofRun: run) { counts.insert($0.inputs.count) }
      return Table.predictionColumns(inputCount: counts.count > 1 ? nil : counts.first ?? 0)
    }
  }
}
