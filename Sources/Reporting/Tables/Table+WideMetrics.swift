import RunStore

extension Table {
  /// The points of metrics, a row a step and a column a metric, in the order in which they first come.
  ///
  /// A metric without a point at a step leaves its cell empty; NaN is `nan`. Of several points of a step,
  /// the latest counts.
  public static func wideMetrics(_ points: [MetricPoint]) -> Table {
    var names = NamedValueMap<Int>()
    var ordered: [String] = []
    var rows: [Int: (epoch: Int?, values: [Int: Double])] = [:]
    for point in points.latestOfEachStep {
      let column = names[point.name] ?? ordered.count
      if column == ordered.count { ordered.append(point.name) }
      names[point.name] = column
      rows[point.step, default: (nil, [:])].values[column] = point.value
      if let epoch = point.epoch { rows[point.step]?.epoch = epoch }
    }
    return Table(
      columns: ["step", "epoch"] + ordered.map { Column($0) },
      rows: rows.sorted { $0.key < $1.key }.map { step, row in
        [.integer(Int64(step)), SQLValue(row.epoch)]
          + ordered.indices.map { row.values[$0].map { .real($0) } ?? .null }
      })
  }
}
