import Foundation
import GRDB
import GRDBSQLite

/// Stores metric points in bulk, with the summaries of their series.
///
/// The result is exactly that of inserting the points one by one into the view `metrics`, only
/// faster: a summary is read and written once per series and batch, and the rows of a series go in
/// through one statement on which values are bound without boxing. Of the points of a series without
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
    let time: Date?
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
    try insert(
      entries,
      """
      INSERT INTO metric_points (series_id, step, epoch, value, recorded_at)
      VALUES (?1, ?2, ?3, ?4, ?5)
      """, series: series)
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
      entries,
      """
      INSERT INTO metric_points (series_id, step, epoch, value, recorded_at)
      VALUES (?1, ?2, ?3, ?4, ?5)
      ON CONFLICT (series_id, step) DO UPDATE
      SET epoch = excluded.epoch, value = excluded.value, recorded_at = excluded.recorded_at
      """, series: series)
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

  private func insert(_ entries: [Entry], _ sql: String, series: Int) throws {
    let statement = try db.cachedStatement(sql: sql)
    let pointer = statement.sqliteStatement
    let handle = StatementHandle(pointer: pointer)
    defer { handle.reset() }
    try handle.bind(SQLValue(series), at: 1)
    let last = entries.indices.last
    for (index, entry) in entries.enumerated() {
      // Whole numbers and doubles can always be bound; SQLite binds NaN as NULL.
      _ = sqlite3_bind_int64(pointer, 2, Int64(entry.step))
      if let epoch = entry.epoch {
        _ = sqlite3_bind_int64(pointer, 3, Int64(epoch))
      } else {
        _ = sqlite3_bind_null(pointer, 3)
      }
      _ = sqlite3_bind_double(pointer, 4, entry.value)
      if let time = index == last ? entry.time ?? time : entry.time {
        _ = sqlite3_bind_int64(pointer, 5, time.milliseconds)
      } else {
        _ = sqlite3_bind_null(pointer, 5)
      }
      _ = try handle.advance()
      _ = sqlite3_reset(pointer)
    }
  }
}
