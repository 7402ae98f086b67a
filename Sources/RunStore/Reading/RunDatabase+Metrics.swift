import GRDB

extension RunDatabase {
  /// What each metric of a run amounts to, by name.
  public func metricSummaries(ofRun run: Int) throws -> [MetricSummary] {
    var summaries: [MetricSummary] = []
    try forEachMetricSummary(ofRun: run) { summaries.append($0) }
    return summaries
  }

  /// What each metric of a run amounts to, by name, handed over as it comes.
  /// - Parameter limit: The most metrics, the losses first; nil for all, in the order of their bytes.
  public func forEachMetricSummary(
    ofRun run: Int, limit: Int? = nil, _ body: (MetricSummary) throws -> Void
  ) throws {
    try read { db in
      try db.forEachRow(
        """
        SELECT name,
          (SELECT goal FROM metric_names AS metric WHERE metric.name = series.name) AS goal,
          \(MetricSummary.columns)
        FROM metric_series AS series
        WHERE run_id = :run
        ORDER BY \(limit == nil ? "" : Self.lossesFirst)name
        LIMIT :limit
        """,
        ["run": SQLValue(run), "limit": SQLValue(limit ?? -1)]
      ) { row in try body(MetricSummary(row)) }
    }
  }

  /// What people look for first, and then the names in their order.
  private static let lossesFirst = """
    name NOT IN ('train/loss', 'val/loss', 'val/accuracy'), instr(name, 'loss') = 0,
    name COLLATE natural_order,
    """

  /// The points of a run's metrics, by name and then by step; NaN comes back as NaN.
  /// - Parameter name: The metric; nil for all.
  public func metrics(ofRun run: Int, name: String? = nil) throws -> [MetricPoint] {
    try read { db in
      try db.rows(
        """
        SELECT name, step, epoch, value, recorded_at, repeat
        FROM metrics
        WHERE run_id = :run AND (:name IS NULL OR name = :name)
        ORDER BY name, step, repeat
        """,
        ["run": SQLValue(run), "name": SQLValue(name)]
      ).map { try MetricPoint($0) }
    }
  }

  /// The histograms of a run that belong to an epoch and have bins of equal width, by epoch and step;
  /// within these, by layer and quantity.
  /// - Parameters:
  ///   - quantity: What the values are; nil for all.
  ///   - epoch: The epoch; nil for all.
  /// - Throws: `unreadableRows`.
  public func histograms(
    ofRun run: Int, quantity: HistogramRecord.Quantity? = nil, epoch: Int? = nil
  ) throws -> [HistogramRecord] {
    var histograms: [HistogramRecord] = []
    let unreadable = try read { db in
      try forEachHistogram(ofRun: run, quantity: quantity, epoch: epoch, in: db) {
        histograms.append($0)
      }
    }
    try unreadable.refuse()
    return histograms
  }

  func forEachHistogram(
    ofRun run: Int, quantity: HistogramRecord.Quantity?, epoch: Int?, in db: Database,
    _ body: (HistogramRecord) throws -> Void
  ) throws -> UnreadableRows {
    var unreadable = UnreadableRows(run: run)
    try db.forEachRow(
      """
      SELECT epoch, step, layer, quantity, lower, upper, counts, min, max, mean, std,
        nonfinite_count
      FROM histograms
      WHERE run_id = :run
        AND (:quantity IS NULL OR quantity = :quantity)
        AND (:epoch IS NULL OR epoch = :epoch)
        AND epoch IS NOT NULL
        AND quantity IS NOT NULL
        AND edges IS NULL
      ORDER BY epoch, step, id
      """,
      [
        "run": SQLValue(run), "quantity": SQLValue(quantity?.rawValue),
        "epoch": SQLValue(epoch),
      ]
    ) { row in
      let record = try unreadable.record {
        try HistogramRecord(row)
      } named: {
        "the \(row["quantity"].text ?? "?") histogram of \(row["layer"].text ?? "?") after epoch"
          + " \(row["epoch"].integer ?? -1), step \(row["step"].integer ?? -1)"
      }
      if let record { try body(record) }
    }
    return unreadable
  }
}
