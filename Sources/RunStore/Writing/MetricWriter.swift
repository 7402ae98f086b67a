import Foundation
import GRDB

/// Stores metric points in bulk, with the summaries of their series.
///
/// The result is exactly that of inserting the points one by one into the view `metrics`, only
/// faster: a summary is read and written once per series and batch. Of the points of a series without a
/// time of their own, only the last is stamped with the time of the batch: six bytes on each of the
/// others would say no more.
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

    /// Whether a point comes after all others.
    func isNext(_ point: SeriesPoint) -> Bool { largestKey.map { point.key > $0 } ?? true }

    /// Takes in a point that comes after all others.
    mutating func append(_ point: SeriesPoint) {
      if point.step == largestKey?.step {
        // Nothing is replaced, so that the summary stays known.
        _ = summary.store(point, replacing: nil)
      } else {
        summary.append(point)
      }
      largestKey = point.key
    }
  }

  /// Stores `points`. A point at a step and repeat that is there already, or earlier in `points`,
  /// replaces it.
  func write(_ points: [MetricPoint]) throws {
    for (name, points) in stamped(points) {
      var series = try findSeries(name)
      var isKnown = true
      // The points from here on come after all others and are not stored yet.
      var start = points.startIndex
      for (index, point) in points.enumerated() {
        if series.isNext(point) {
          series.append(point)
        } else {
          try db.insert(points[start..<index], into: series.id)
          start = index + 1
          let old = try value(at: point.key, in: series.id)
          isKnown = series.summary.store(point, replacing: old) && isKnown
          series.disorder &+= 1
          try db.insert(points[index...index], into: series.id)
        }
      }
      try db.insert(points[start...], into: series.id)
      try update(series)
      if !isKnown { try recompute(series.id) }
    }
  }

  /// Stores points as other trackers log them: several at one step are told apart by `repeat`, and the same
  /// one twice, of equal step, time and value, is one. To store what is there already changes nothing.
  package func add(_ points: [LoggedPoint]) throws {
    for group in Self.grouped(points, by: \.name, { $0 }) {
      try add(group.points, to: try findSeries(group.name))
    }
  }

  private func add(_ points: [LoggedPoint], to old: Series) throws {
    var series = old
    // These come after all others and are not stored yet.
    var pending: [SeriesPoint] = []
    for point in points {
      var place = 0
      if let largest = series.largestKey, point.step <= largest.step {
        try db.insert(pending[...], into: series.id)
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
      if series.isNext(stored) {
        series.append(stored)
        pending.append(stored)
      } else {
        _ = series.summary.store(stored, replacing: nil)
        series.disorder &+= 1
        try db.insert([stored], into: series.id)
      }
    }
    try db.insert(pending[...], into: series.id)
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

  /// The points by metric, in the order in which the metrics appear, each made into an entry.
  private static func grouped<Point, Entry>(
    _ points: [Point], by name: (Point) -> String, _ entry: (Point) -> Entry
  ) -> [(name: String, points: [Entry])] {
    var places = NamedValueMap<Int>()
    var groups: [(name: String, points: [Entry])] = []
    for point in points {
      let name = name(point)
      if let place = places[name] {
        groups[place].points.append(entry(point))
      } else {
        places[name] = groups.count
        groups.append((name, [entry(point)]))
      }
    }
    return groups
  }

  /// The points by metric, of each the last with a time.
  private func stamped(_ points: [MetricPoint]) -> [(name: String, points: [SeriesPoint])] {
    var groups = Self.grouped(points, by: \.name) { point in
      SeriesPoint(
        step: point.step, repeat: point.repeat, epoch: point.epoch, value: point.value,
        time: point.time?.milliseconds)
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
      SELECT id, name, NULL AS goal, \(MetricSummary.columns), disorder,
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
}
