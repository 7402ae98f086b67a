import RunStore

/// What was measured, point by point.
extension Call {
  /// `GET metrics/get-history`.
  func getHistory() throws -> [UInt8] {
    let id = try message.runID()
    let key = try message.requiredText("metric_key")
    guard let run = try findRun(id) else { return Self.nothing }
    let size = try message.integer("max_results").map {
      try Rules.pageSize($0, usual: 0, most: Int(Int32.max))
    }
    let offset = try PageToken.offset(message.text("page_token"))
    return try answer(capacity: 65_536) { writer in
      writer.name("metrics")
      var count = 0
      try writer.array { writer in
        try forEachPoint(
          of: key, run: run.id, limit: size.map { $0 + 1 } ?? -1, offset: offset
        ) { row in
          count += 1
          if count <= size ?? .max {
            writer.object { writer in
              writer.member("key", key)
              Self.write(point: row, to: &writer)
            }
          }
        }
      }
      if let size, count > size {
        writer.member("next_page_token", PageToken.token(offset + size))
      }
    }
  }

  /// `GET metrics/get-history-bulk`.
  func getHistoryOfRuns() throws -> [UInt8] {
    var ids = try message.texts("run_id")
    if ids.isEmpty { ids = try message.texts("run_ids") }
    guard !ids.isEmpty else {
      throw Refusal.invalid("GetMetricHistoryBulk request must specify at least one run_id.")
    }
    guard ids.count <= 100 else {
      throw Refusal.invalid(
        "GetMetricHistoryBulk request cannot specify more than 100 run_ids. Received \(ids.count)"
          + " run_ids.")
    }
    guard let key = try message.text("metric_key"), !key.isEmpty else {
      throw Refusal.invalid("GetMetricHistoryBulk request must specify a metric_key.")
    }
    let most = min(
      25_000, try message.integer("max_results").map { max(0, Int(clamping: $0)) } ?? 25_000)
    return try answer(capacity: 65_536) { writer in
      writer.name("metrics")
      var left = most
      try writer.array { writer in
        for id in ids.sorted() {
          guard left > 0, let run = try findRun(id) else { continue }
          try forEachPoint(of: key, run: run.id, limit: left, offset: 0) { row in
            left -= 1
            writer.object { writer in
              writer.member("key", key)
              Self.write(point: row, to: &writer)
              writer.member("run_id", id)
            }
          }
        }
      }
    }
  }

  /// `GET metrics/get-history-bulk-interval`: some of the points between two steps.
  func getHistoryInterval() throws -> [UInt8] {
    let ids = try message.texts("run_ids")
    guard !ids.isEmpty else { throw Refusal.missing("run_ids") }
    guard ids.count <= 100 else {
      throw Refusal.invalid(
        "GetMetricHistoryBulkInterval request must specify at most 100 run_ids. Received"
          + " \(ids.count) run_ids.")
    }
    let key = try message.requiredText("metric_key")
    let most = Int(clamping: try message.integer("max_results") ?? 320)
    guard (1...2_500).contains(most) else {
      throw Refusal.invalid("max_results must be between 1 and 2500, not \(most).")
    }
    let (start, end) = (try message.integer("start_step"), try message.integer("end_step"))
    guard (start == nil) == (end == nil) else {
      throw Refusal.invalid(
        "If either start step or end step are specified, both must be specified.")
    }
    let (first, last) = (start ?? .min, end ?? .max)
    guard first <= last else {
      throw Refusal.invalid(
        "end_step must be greater than start_step. Found start_step=\(first) and end_step=\(last).")
    }
    return try answer(capacity: 65_536) { writer in
      writer.name("metrics")
      try writer.array { writer in
        for id in ids {
          let run = try requiredRun(id)
          let points = try points(of: key, run: run.id, from: first, to: last)
          let chosen = Self.evenly(most, of: points.count)
          for place in chosen {
            writer.object { writer in
              writer.member("key", key)
              Self.write(points[place], to: &writer)
              writer.member("run_id", id)
            }
          }
        }
      }
    }
  }

  /// The places of `most` things among `count`, evenly spread, the last with them.
  private static func evenly(_ most: Int, of count: Int) -> [Int] {
    guard count > most else { return Array(0..<count) }
    return (0..<most - 1).map { $0 * count / most } + [count - 1]
  }

  private struct Point {
    let value: Double
    let time: Int64
    let step: Int64
  }

  private func points(of key: String, run: Int, from: Int64, to: Int64) throws -> [Point] {
    var points: [Point] = []
    try db.forEachStep(
      """
      SELECT point.value, COALESCE(point.recorded_at, 0), point.step
      FROM metric_series AS series
      JOIN metric_points AS point ON point.series_id = series.id
      WHERE series.run_id = :run AND series.name = :name AND point.step BETWEEN :from AND :to
      ORDER BY point.step, point.recorded_at, point.repeat
      """,
      ["run": SQLValue(run), "name": .text(key), "from": .integer(from), "to": .integer(to)]
    ) { row in
      points.append(
        Point(
          value: row.value(at: 0).real ?? .nan, time: row.value(at: 1).integer ?? 0,
          step: row.value(at: 2).integer ?? 0))
    }
    return points
  }

  private static func write(_ point: Point, to writer: inout JSONWriter) {
    writer.name("value")
    writer.real(point.value)
    writer.member("timestamp", point.time)
    writer.member("step", point.step)
  }

  private static func write(point row: StatementHandle, to writer: inout JSONWriter) {
    writer.name("value")
    writer.real(row.value(at: 0).real ?? .nan)
    writer.member("timestamp", column: 1, of: row)
    writer.member("step", column: 2, of: row)
  }

  /// Hands over points by time, step and value. A point whose time was not noted has that of the next one.
  private func forEachPoint(
    of key: String, run: Int, limit: Int, offset: Int,
    _ body: (StatementHandle) throws -> Void
  ) throws {
    let found = try db.row(
      "SELECT id FROM metric_series WHERE run_id = :run AND name = :name",
      ["run": SQLValue(run), "name": .text(key)])
    guard let series = try found?.integer("id") else { return }
    let lacksTimes =
      try db.row(
        "SELECT 1 FROM metric_points WHERE series_id = :series AND recorded_at IS NULL LIMIT 1",
        ["series": SQLValue(series)]) != nil
    try db.forEachStep(
      lacksTimes ? Self.filledPoints : Self.timedPoints,
      ["series": SQLValue(series), "limit": SQLValue(limit), "offset": SQLValue(offset)], body)
  }

  private static let timedPoints = """
    SELECT value, recorded_at, step
    FROM metric_points
    WHERE series_id = :series
    ORDER BY recorded_at, step, COALESCE(value, 0.0), repeat
    LIMIT :limit OFFSET :offset
    """

  private static let filledPoints = """
    SELECT value, at, step
    FROM (
      SELECT
        value, step, repeat,
        COALESCE(
          recorded_at,
          MIN(recorded_at) OVER (
            ORDER BY step, repeat ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING),
          0) AS at
      FROM metric_points
      WHERE series_id = :series)
    ORDER BY at, step, COALESCE(value, 0.0), repeat
    LIMIT :limit OFFSET :offset
    """
}
