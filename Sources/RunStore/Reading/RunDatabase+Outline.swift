import GRDB

extension RunDatabase {
  /// The points of a run's metric for a picture: all of them if they are few; of very many, those that
  /// stand out among their neighbours. Memory does not grow with their number.
  /// - Parameter isPerEpoch: Whether only the last point of each epoch is drawn; a point without an epoch
  ///   counts its step as one.
  public func metricOutline(
    ofRun run: Int, name: String, isPerEpoch: Bool = false
  ) throws -> [MetricPoint] {
    let count = try read { db in
      try db.row(
        "SELECT count FROM metric_series WHERE run_id = :run AND name = :name",
        ["run": SQLValue(run), "name": .text(name)]
      )?.integer("count") ?? 0
    }
    guard count > MetricOutline.fewPoints else { return try metrics(ofRun: run, name: name) }
    return try read { db in
      var outline = MetricOutline(isPerEpoch: isPerEpoch)
      try db.forEachRow(
        """
        SELECT name, step, epoch, value, recorded_at, repeat
        FROM metrics
        WHERE run_id = :run AND name = :name
        ORDER BY step, repeat
        """,
        ["run": SQLValue(run), "name": .text(name)]
      ) { row in outline.append(try MetricPoint(row)) }
      return outline.points
    }
  }
}

/// What is to be seen of a series of points that come one by one.
///
/// Neighbours share a bucket, of which the first, the least, the largest, the last and one that is not
/// finite are kept. When there are too many buckets, each takes in its neighbour.
struct MetricOutline {
  /// Up to so many points, all are drawn.
  static let fewPoints = 20_000
  private static let mostBuckets = 8_192

  private struct Bucket {
    var first: MetricPoint
    var last: MetricPoint
    var least: MetricPoint
    var largest: MetricPoint
    var gap: MetricPoint?

    init(_ point: MetricPoint) {
      (first, last, least, largest) = (point, point, point, point)
      gap = point.value.isFinite ? nil : point
    }

    mutating func absorb(_ next: Bucket) {
      last = next.last
      // What is not finite is neither the least nor the largest, unless there is nothing else.
      if next.least.value < least.value || !least.value.isFinite { least = next.least }
      if next.largest.value > largest.value || !largest.value.isFinite { largest = next.largest }
      gap = gap ?? next.gap
    }

    /// In their order, none twice.
    var points: [MetricPoint] {
      let kept = [first, least, largest, last, gap].compactMap(\.self).sorted {
        ($0.step, $0.repeat) < ($1.step, $1.repeat)
      }
      return kept.reduce(into: []) { points, point in
        // NaN is not equal to itself.
        if let last = points.last, (last.step, last.repeat) == (point.step, point.repeat) { return }
        points.append(point)
      }
    }
  }

  private let isPerEpoch: Bool
  private var buckets: [Bucket] = []
  /// The points of a full bucket, and of the last one.
  private var size = 1
  private var filled = 0
  /// What may still be replaced by a later point of its step, or of its epoch.
  private var pending: MetricPoint?
  private var hasOnePointAnEpoch = true

  init(isPerEpoch: Bool) { self.isPerEpoch = isPerEpoch }

  /// Takes the next point, by step and repeat.
  mutating func append(_ point: MetricPoint) {
    guard let other = pending else { return pending = point }
    if other.step == point.step {
      pending = [other, point].latestOfEachStep[0]
    } else if isPerEpoch, (other.epoch ?? other.step) == (point.epoch ?? point.step) {
      pending = point
    } else {
      settle(other)
      hasOnePointAnEpoch =
        hasOnePointAnEpoch && point.epoch.map { $0 > other.epoch ?? .max } ?? false
      pending = point
    }
  }

  private mutating func settle(_ point: MetricPoint) {
    if filled < size, !buckets.isEmpty {
      buckets[buckets.count - 1].absorb(Bucket(point))
      filled += 1
      return
    }
    if buckets.count == Self.mostBuckets {
      buckets = stride(from: 0, to: buckets.count, by: 2).map { index in
        var bucket = buckets[index]
        bucket.absorb(buckets[index + 1])
        return bucket
      }
      size *= 2
    }
    buckets.append(Bucket(point))
    filled = 1
  }

  /// The points to draw. Where an epoch has several, none has one, so that nobody takes what is left for a
  /// point an epoch.
  var points: [MetricPoint] {
    var whole = self
    if let pending { whole.settle(pending) }
    let points = whole.buckets.flatMap(\.points)
    guard !isPerEpoch, !hasOnePointAnEpoch else { return points }
    return points.map { point in
      var point = point
      point.epoch = nil
      return point
    }
  }
}
