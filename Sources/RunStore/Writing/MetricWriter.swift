import Foundation
import GRDB
import GRDBSQLite

/// Stores metric points in bulk, with the summaries of their series.
///
/// The result is exactly that of inserting the points one by one into the view `metrics`, only
/// faster: a summary is read and written once per series and batch, and the rows of a series go in
/// by 25 through one statement (1.4 times as fast as one by one), bound without boxing. Of the points of
/// a series without a time of their own, only the last is stamped with the time of the batch: six bytes
/// on each of the others would say no more.
package struct MetricWriter {
  let run: Int
  let time: Date
  let db: Database

  /// Writes points of a run.
  /// - Parameter time: Now.
  package init(run: Int, time: Date, db: Database) {
    (self.run, self.time, self.db) = (run, time, db)
  }

  /// A series as the file has it.
  private struct Series {
    let id: Int
    var summary: MetricSummary
    /// The largest (step, repeat); nil for none.
    var largestKey: SeriesPoint.Key?
    var disorder: Int
  }

  /// Stores `points`. A point at a step and repeat that is there already, or earlier in `points`,
  /// replaces it.
  func write(_ points: [MetricPoint]) throws {
    for (name, points) in grouped(points) {
      var series = try findSeries(name)
      var isKnown = true
      // The points from here on come after all others and are not stored yet.
      var start = points.startIndex
      for (index, point) in points.enumerated() {
        if series.largestKey.map({ point.key > $0 }) ?? true {
          if point.step > series.largestKey?.step ?? .min || series.largestKey == nil {
            series.summary.append(point)
          } else {
            isKnown = series.summary.store(point, replacing: nil) && isKnown
          }
          series.largestKey = point.key
        } else {
          try insert(points[start..<index], into: series.id)
          start = index + 1
          let old = try value(at: point.key, in: series.id)
          isKnown = series.summary.store(point, replacing: old) && isKnown
          series.disorder &+= 1
          try insert(points[index...index], into: series.id)
        }
      }
      try insert(points[start...], into: series.id)
      try update(series)
      if !isKnown { try recompute(series.id) }
    }
  }

  /// Stores points as other trackers log them: several at one step are told apart by `repeat`, and the same
  /// one twice, of equal step, time and value, is one. To store what is there already changes nothing.
  package func add(_ points: [LoggedPoint]) throws {
    var places = NamedValueMap<Int>()
    var groups: [(name: String, points: [LoggedPoint])] = []
    for point in points {
      if let place = places[point.name] {
        groups[place].points.append(point)
      } else {
        places[point.name] = groups.count
        groups.append((point.name, [point]))
      }
    }
    for group in groups { try add(group.points, to: try findSeries(group.name)) }
  }

  private func add(_ points: [LoggedPoint], to old: Series) throws {
    var series = old
    // These come after all others and are not stored yet.
    var pending: [SeriesPoint] = []
    for point in points {
      var place = 0
      if let largest = series.largestKey, point.step <= largest.step {
        try insert(pending[...], into: series.id)
        pending.removeAll(keepingCapacity: true)
        let last =
          point.step == largest.step
          ? largest.repeat : try largestRepeat(at: point.step, in: series.id)
        if let last {
          if try holds(point, series: series.id) { continue }
          place = last + 1
        }
      }
      let stored = SeriesPoint(
        step: point.step, repeat: place, epoch: nil, value: point.value, time: point.time)
      if series.largestKey.map({ stored.key > $0 }) ?? true {
        if point.step > series.largestKey?.step ?? .min || series.largestKey == nil {
          series.summary.append(stored)
        } else {
          _ = series.summary.store(stored, replacing: nil)
        }
        series.largestKey = stored.key
        pending.append(stored)
      } else {
        _ = series.summary.store(stored, replacing: nil)
        series.disorder &+= 1
        try insert([stored], into: series.id)
      }
    }
    try insert(pending[...], into: series.id)
    if series.summary != old.summary || series.disorder != old.disorder { try update(series) }
  }

  private func largestRepeat(at step: Int, in series: Int) throws -> Int? {
    try db.row(
      """
      SELECT repeat
      FROM metric_points
      WHERE series_id = :series AND step = :step
      ORDER BY repeat DESC
      LIMIT 1
      """, ["series": SQLValue(series), "step": SQLValue(step)]
    )?.integer("repeat")
  }

  /// Whether a point of this step, time and value is there.
  private func holds(_ point: LoggedPoint, series: Int) throws -> Bool {
    try db.row(
      """
      SELECT 1
      FROM metric_points
      WHERE series_id = :series AND step = :step AND repeat = 0
        AND recorded_at = :time AND value IS :value
      UNION ALL
      SELECT 1
      FROM metric_points INDEXED BY metric_repeats
      WHERE series_id = :series AND step = :step AND repeat > 0
        AND recorded_at = :time AND value IS :value
      LIMIT 1
      """,
      [
        "series": SQLValue(series), "step": SQLValue(point.step), "time": .integer(point.time),
        "value": .real(point.value),
      ]) != nil
  }

  /// The points by metric, in the order in which the metrics appear.
  private func grouped(_ points: [MetricPoint]) -> [(name: String, points: [SeriesPoint])] {
    var places = NamedValueMap<Int>()
    var groups: [(name: String, points: [SeriesPoint])] = []
    for point in points {
      let entry = SeriesPoint(
        step: point.step, repeat: point.repeat, epoch: point.epoch, value: point.value,
        time: point.time?.milliseconds)
      if let place = places[point.name] {
        groups[place].points.append(entry)
      } else {
        places[point.name] = groups.count
        groups.append((point.name, [entry]))
      }
    }
    for group in groups.indices {
      let last = groups[group].points.count - 1
      groups[group].points[last].time = groups[group].points[last].time ?? time.milliseconds
    }
    return groups
  }

  private func findSeries(_ name: String) throws -> Series {
    let found = try db.row(
      """
      SELECT id, name, NULL AS goal, count, nan_count, first_step, first_value, last_step, last_epoch, last_value,
        min_value, min_step, max_value, max_step, first_repeat, last_at, last_repeat, min_epoch,
        min_repeat, max_epoch, max_repeat, infinite_count, disorder,
        (
          SELECT repeat
          FROM metric_points
          WHERE series_id = metric_series.id AND step = last_step
          ORDER BY repeat DESC
          LIMIT 1
        ) AS largest_repeat
      FROM metric_series
      WHERE run_id = :run AND name = :name
      """,
      ["run": SQLValue(run), "name": .text(name)])
    guard let found else {
      guard name.unicodeScalars.count <= MetricName.mostCharacters else {
        throw RunStoreError.longMetricName(name)
      }
      let id = try db.returnedInteger(
        "INSERT INTO metric_series (run_id, name) VALUES (:run, :name) RETURNING id",
        ["run": SQLValue(run), "name": .text(name)])
      return Series(id: id, summary: MetricSummary(name: name), largestKey: nil, disorder: 0)
    }
    let summary = try MetricSummary(found)
    let largest = try found.optionalInteger("largest_repeat")
    return Series(
      id: try found.integer("id"), summary: summary,
      largestKey: summary.lastStep.map { SeriesPoint.Key(step: $0, repeat: largest ?? 0) },
      disorder: try found.integer("disorder"))
  }

  /// The value of a point that is there; nil if there is none.
  private func value(at key: SeriesPoint.Key, in series: Int) throws -> Double? {
    let row = try db.row(
      """
      SELECT value
      FROM metric_points
      WHERE series_id = :series AND step = :step AND repeat = :repeat
      """,
      [
        "series": SQLValue(series), "step": SQLValue(key.step), "repeat": SQLValue(key.repeat),
      ])
    return try row.map { try $0.optionalReal("value") ?? .nan }
  }

  private func update(_ series: Series) throws {
    let summary = series.summary
    try db.run(
      """
      UPDATE metric_series
      SET
        count = :count, nan_count = :nans, infinite_count = :infinities, disorder = :disorder,
        first_step = :firstStep, first_repeat = :firstRepeat, first_value = :firstValue,
        last_step = :lastStep, last_repeat = :lastRepeat, last_at = :lastTime,
        last_epoch = :lastEpoch, last_value = :lastValue,
        min_value = :minimum, min_step = :minimumStep, min_repeat = :minimumRepeat,
        min_epoch = :minimumEpoch,
        max_value = :maximum, max_step = :maximumStep, max_repeat = :maximumRepeat,
        max_epoch = :maximumEpoch
      WHERE id = :series
      """,
      [
        "count": SQLValue(summary.count), "nans": SQLValue(summary.nanCount),
        "infinities": SQLValue(summary.infiniteCount), "disorder": SQLValue(series.disorder),
        "firstStep": SQLValue(summary.firstStep), "firstRepeat": SQLValue(summary.firstRepeat),
        "firstValue": SQLValue(summary.firstValue), "lastStep": SQLValue(summary.lastStep),
        "lastRepeat": SQLValue(summary.lastRepeat),
        "lastTime": summary.lastTime.map { .integer($0) } ?? .null,
        "lastEpoch": SQLValue(summary.lastEpoch), "lastValue": SQLValue(summary.lastValue),
        "minimum": SQLValue(summary.minimum), "minimumStep": SQLValue(summary.minimumStep),
        "minimumRepeat": SQLValue(summary.minimumRepeat),
        "minimumEpoch": SQLValue(summary.minimumEpoch), "maximum": SQLValue(summary.maximum),
        "maximumStep": SQLValue(summary.maximumStep),
        "maximumRepeat": SQLValue(summary.maximumRepeat),
        "maximumEpoch": SQLValue(summary.maximumEpoch), "series": SQLValue(series.id),
      ])
  }

  /// Computes the summary of a series from its points.
  private func recompute(_ series: Int) throws {
    try db.run(
      RunDatabase.summaryRecomputation, ["run": SQLValue(run), "series": SQLValue(series)])
  }

  /// The number of rows that one execution of the statement stores.
  private static let rowsAtOnce = 25

  private func insert(_ points: ArraySlice<SeriesPoint>, into series: Int) throws {
    let whole = points.endIndex - points.count % Self.rowsAtOnce
    try insert(points[..<whole], rows: Self.rowsAtOnce, into: series)
    try insert(points[whole...], rows: 1, into: series)
  }

  /// Stores `points`, whose number is a multiple of `rows`, by so many at once.
  private func insert(_ points: ArraySlice<SeriesPoint>, rows: Int, into series: Int) throws {
    guard !points.isEmpty else { return }
    let head =
      "INSERT INTO metric_points (series_id, step, epoch, value, recorded_at, repeat) VALUES "
    let values = Array(repeating: "(?1, ?, ?, ?, ?, ?)", count: rows).joined(separator: ", ")
    let tail = """
       ON CONFLICT (series_id, step, repeat) DO UPDATE
      SET epoch = excluded.epoch, value = excluded.value, recorded_at = excluded.recorded_at
      """
    let statement = try db.cachedStatement(sql: head + values + (rows == 1 ? tail : ""))
    let handle = StatementHandle(pointer: statement.sqliteStatement)
    defer { handle.reset() }
    try handle.bind(SQLValue(series), at: 1)
    for start in stride(from: points.startIndex, to: points.endIndex, by: rows) {
      for row in 0..<rows { bind(points[start + row], row: row, on: handle.pointer) }
      _ = try handle.advance()
      _ = sqlite3_reset(handle.pointer)
    }
  }

  /// Binds a point to the five parameters of its row. Numbers can always be bound, so that there is
  /// no code to look at; SQLite binds NaN as NULL.
  @inline(__always)
  private func bind(_ point: SeriesPoint, row: Int, on statement: OpaquePointer) {
    let first = Int32(2 + 5 * row)
    _ = sqlite3_bind_int64(statement, first, Int64(point.step))
    if let epoch = point.epoch {
      _ = sqlite3_bind_int64(statement, first + 1, Int64(epoch))
    } else {
      _ = sqlite3_bind_null(statement, first + 1)
    }
    _ = sqlite3_bind_double(statement, first + 2, point.value)
    if let time = point.time {
      _ = sqlite3_bind_int64(statement, first + 3, time)
    } else {
      _ = sqlite3_bind_null(statement, first + 3)
    }
    _ = sqlite3_bind_int64(statement, first + 4, Int64(point.repeat))
  }
}
