import GRDB

/// What a run has by names.
public enum NamedValues: String, Sendable {
  /// What was set.
  case parameters = "params"
  /// What people hung on it.
  case tags
  /// Facts about the machine, the tools and the data.
  case environment

  /// What a parameter is, in SQL: NaN has no value there, but its text.
  static let parameter = "COALESCE(value, text)"

  /// The same for people, who wrote true where the value is 1.
  private static let shownParameter =
    "iif(lower(text) IN ('true', 'false'), text, COALESCE(value, text))"

  /// The raw value is the name of the table.
  ///
  /// People look for `run2` before `run10`. For programs a million names are not sorted anew: the index has
  /// the order of their bytes.
  fileprivate func statement(forPeople isForPeople: Bool) -> String {
    let order = isForPeople ? "name COLLATE natural_order" : "name"
    let value =
      self != .parameters ? "value" : isForPeople ? Self.shownParameter : Self.parameter
    return """
      SELECT name, iif(:characters, shortened(\(value), :characters), \(value)) AS value
      FROM \(rawValue)
      WHERE run_id = :run
      ORDER BY \(order)
      LIMIT :limit
      """
  }
}

/// Parts of a run that may have millions of rows, handed over as they come: memory does not grow with
/// their number.
extension RunDatabase {
  /// The values of a run by their names, in the order of these.
  /// - Parameter limit: The most values; nil for all, in the order of their bytes.
  public func forEachValue(
    _ values: NamedValues, ofRun run: Int, limit: Int? = nil,
    _ body: (_ name: String, SQLValue) throws -> Void
  ) throws {
    try read { db in
      try db.forEachRow(
        values.statement(forPeople: limit != nil),
        [
          "run": SQLValue(run), "limit": SQLValue(limit ?? -1), "characters": SQLValue(characters),
        ]
      ) { row in try body(row.text("name"), row["value"]) }
    }
  }

  /// All values of a run by their names.
  public func namedValues(
    _ values: NamedValues, ofRun run: Int
  ) throws -> NamedValueMap<SQLValue> {
    var map = NamedValueMap<SQLValue>()
    try forEachValue(values, ofRun: run) { name, value in map[name] = value }
    return map
  }

  /// The alerts of a run, in the order in which they were raised.
  /// - Parameter limit: The most alerts; nil for all.
  public func forEachAlert(
    ofRun run: Int, limit: Int? = nil, _ body: (AlertRecord) throws -> Void
  ) throws {
    try read { db in
      try db.forEachRow(
        """
        SELECT at, epoch, step, level, kind, shortened(message, :characters) AS message
        FROM alerts
        WHERE run_id = :run
        ORDER BY at, id
        LIMIT :limit
        """,
        [
          "run": SQLValue(run), "limit": SQLValue(limit ?? -1), "characters": SQLValue(characters),
        ]
      ) { row in try body(AlertRecord(row)) }
    }
  }

  /// The points of a run's metrics by name, step and repeat: name, step, epoch, value, time and repeat of
  /// each, NaN as NaN.
  /// - Parameter epoch: The epoch; nil for all.
  /// - Throws: `noEpoch`, which lists the epochs there are, if there are none of this one.
  public func forEachMetricRow(
    ofRun run: Int, epoch: Int? = nil, _ body: ([SQLValue]) throws -> Void
  ) throws {
    try read { db in
      var isEmpty = true
      let series = try db.rows(
        "SELECT id, name FROM metric_series WHERE run_id = :run ORDER BY name",
        ["run": SQLValue(run)])
      // A series after the other: sorting all points by name would take the disk.
      for series in series {
        let name = series["name"]
        try db.forEachRow(
          """
          SELECT step, epoch, value, recorded_at, repeat
          FROM metric_points
          WHERE series_id = :series AND (:epoch IS NULL OR epoch = :epoch)
          ORDER BY step, repeat
          """,
          ["series": series["id"], "epoch": SQLValue(epoch)]
        ) { row in
          isEmpty = false
          var values = [name] + row.values
          if values[3] == .null { values[3] = .real(.nan) }
          try body(values)
        }
      }
      if isEmpty { try requireMetrics(ofRun: run, epoch: epoch, in: db) }
    }
  }

  /// The names of the metrics of which a run has points, by name.
  /// - Parameter epoch: The epoch; nil for all.
  public func metricNames(ofRun run: Int, epoch: Int? = nil) throws -> [String] {
    try read { db in
      try db.rows(
        """
        SELECT name
        FROM metric_series AS series
        WHERE run_id = :run AND EXISTS (
          SELECT 1
          FROM metric_points AS point
          WHERE point.series_id = series.id AND (:epoch IS NULL OR point.epoch = :epoch))
        ORDER BY name
        """,
        ["run": SQLValue(run), "epoch": SQLValue(epoch)]
      ).map { try $0.text("name") }
    }
  }

  /// The steps at which a run has points, in order, with the points of each by name and repeat.
  /// - Parameter epoch: The epoch; nil for all.
  /// - Throws: `noEpoch`, which lists the epochs there are, if there are none of this one.
  public func forEachMetricStep(
    ofRun run: Int, epoch: Int? = nil, _ body: (_ step: Int, [MetricPoint]) throws -> Void
  ) throws {
    try read { db in
      var points: [MetricPoint] = []
      try db.forEachRow(
        """
        SELECT series.name, point.step, point.epoch, point.value, point.recorded_at, point.repeat
        FROM metric_series AS series
        JOIN metric_points AS point ON point.series_id = series.id
        WHERE series.run_id = :run AND (:epoch IS NULL OR point.epoch = :epoch)
        ORDER BY point.step, series.name, point.repeat
        """,
        ["run": SQLValue(run), "epoch": SQLValue(epoch)]
      ) { row in
        let point = try MetricPoint(row)
        if let step = points.last?.step, step != point.step {
          try body(step, points)
          points.removeAll(keepingCapacity: true)
        }
        points.append(point)
      }
      if let step = points.last?.step {
        try body(step, points)
      } else {
        try requireMetrics(ofRun: run, epoch: epoch, in: db)
      }
    }
  }

  /// What to say when a run has no points of an epoch; nothing if none was named.
  private func requireMetrics(ofRun run: Int, epoch: Int?, in db: Database) throws {
    guard let epoch else { return }
    let available = try db.rows(
      """
      SELECT DISTINCT point.epoch
      FROM metric_series AS series
      JOIN metric_points AS point ON point.series_id = series.id
      WHERE series.run_id = :run AND point.epoch IS NOT NULL
      ORDER BY point.epoch
      """, ["run": SQLValue(run)]
    ).map { try $0.integer("epoch") }
    throw RunStoreError.noEpoch(run: run, epoch: epoch, part: "metrics", available: available)
  }

  /// The histograms of a run, as `histograms(ofRun:)` has them.
  /// - Parameter epoch: The epoch; nil for all.
  /// - Returns: What was left out.
  /// - Throws: `noEpoch`, which lists the epochs there are, if there are none of this one.
  public func forEachHistogram(
    ofRun run: Int, epoch: Int? = nil, _ body: (HistogramRecord) throws -> Void
  ) throws -> UnreadableRows {
    try read { db in
      var isEmpty = true
      let unreadable = try forEachHistogram(
        ofRun: run, quantity: nil, epoch: epoch, in: db
      ) { histogram in
        isEmpty = false
        try body(histogram)
      }
      guard isEmpty, unreadable.isEmpty, let epoch else { return unreadable }
      throw RunStoreError.noEpoch(
        run: run, epoch: epoch, part: "histograms",
        available: try histogramEpochs(ofRun: run, quantity: nil, in: db))
    }
  }

  /// The epochs of which a run has histograms of a quantity.
  public func histogramEpochs(
    ofRun run: Int, quantity: HistogramRecord.Quantity
  ) throws -> [Int] {
    try read { db in try histogramEpochs(ofRun: run, quantity: quantity, in: db) }
  }

  private func histogramEpochs(
    ofRun run: Int, quantity: HistogramRecord.Quantity?, in db: Database
  ) throws -> [Int] {
    try db.rows(
      """
      SELECT DISTINCT epoch
      FROM histograms
      WHERE run_id = :run AND epoch IS NOT NULL AND quantity IS NOT NULL AND edges IS NULL
        AND (:quantity IS NULL OR quantity = :quantity)
      ORDER BY epoch
      """, ["run": SQLValue(run), "quantity": SQLValue(quantity?.rawValue)]
    ).map { try $0.integer("epoch") }
  }

  /// The histograms of a run of one quantity, as `histograms(ofRun:quantity:epoch:)` has them.
  /// - Returns: What was left out.
  public func forEachHistogram(
    ofRun run: Int, quantity: HistogramRecord.Quantity, epoch: Int? = nil,
    _ body: (HistogramRecord) throws -> Void
  ) throws -> UnreadableRows {
    try read { db in
      try forEachHistogram(ofRun: run, quantity: quantity, epoch: epoch, in: db, body)
    }
  }

  /// The truth table of a run, row by row.
  /// - Returns: What was left out.
  public func forEachPrediction(
    ofRun run: Int, _ body: (PredictionRecord) throws -> Void
  ) throws -> UnreadableRows {
    try read { db in try forEachPrediction(ofRun: run, in: db, body) }
  }
}

/// Rows of a run that hold something that the schema does not allow, and that are left out so that the
/// others can be had.
public struct UnreadableRows: Sendable, Equatable {
  /// The run.
  public let run: Int
  /// How many there are.
  public private(set) var count = 0
  private var first: [String] = []

  /// No rows of a run, as yet.
  init(run: Int) { self.run = run }

  /// Whether all rows could be read.
  public var isEmpty: Bool { count == 0 }

  /// The first few, in words.
  var listed: String {
    first.joined(separator: ", ") + (count > first.count ? " and \(count - first.count) more" : "")
  }

  /// Says which rows could not be read.
  /// - Throws: `RunStoreError.unreadableRows` if there are any.
  public func refuse() throws {
    guard isEmpty else { throw RunStoreError.unreadableRows(self) }
  }

  /// The record that `make` reads; nil for a row that holds what it may not, which is noted by its name.
  mutating func record<Record>(
    _ make: () throws -> Record, named name: () -> String
  ) throws -> Record? {
    do {
      return try make()
    } catch RunStoreError.unexpectedValue {
      count += 1
      if first.count < 5 { first.append(name()) }
      return nil
    }
  }
}
