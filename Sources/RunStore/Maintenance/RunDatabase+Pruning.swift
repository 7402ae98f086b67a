import Foundation
import GRDB

/// What a file can do without.
public struct Pruning: Sendable, Equatable {
  /// Something that goes.
  public struct Item: Sendable, Equatable {
    /// The run it belongs to.
    public let run: Int
    /// What the run is called.
    public let name: String
    /// The epoch of the snapshots that go; nil if the whole run does.
    public let epoch: Int?
    /// The step of the snapshots that go; nil if the whole run does.
    public let step: Int?
    /// The bytes of its tensors and artifacts, shared ones included.
    public let bytes: Int
  }

  /// Whether snapshots go that are neither a run's last nor its best.
  public var snapshots = true
  /// Runs that were deleted before this moment go for good; nil for none.
  public var deletedBefore: Date?

  /// Names what goes.
  public init(snapshots: Bool = true, deletedBefore: Date? = nil) {
    self.snapshots = snapshots
    self.deletedBefore = deletedBefore
  }
}

extension RunDatabase {
  /// What `prune` would remove, without removing it. Runs that may be running are left alone.
  public func pruningItems(_ pruning: Pruning) throws -> [Pruning.Item] {
    try read { db in try items(of: pruning, in: db) }
  }

  /// Removes what the file can do without, and makes the file smaller.
  ///
  /// Many short transactions, each of which leaves a whole file: trainings go on beside it, and hardly wait.
  /// The row of a run goes in the last of its own. In a file that cannot give room back while it is in use
  /// (`canShrink`), what is freed is used again by what comes.
  /// - Parameters:
  ///   - machine: Where one can ask for processes: content that a program is just storing stays.
  ///   - time: Now.
  /// - Returns: What was removed.
  public func prune(
    _ pruning: Pruning, seenFrom machine: Machine, at time: Date
  ) throws -> [Pruning.Item] {
    let items = try pruningItems(pruning)
    let pacing = writePacing
    for item in items {
      if let step = item.step {
        try write { db in try removeSnapshots(ofRun: item.run, step: step, in: db) }
        try pacing.pause()
      } else {
        while try write({ db in
          try removePart(ofRun: item.run, deletedBefore: pruning.deletedBefore, in: db)
        }) {
          try pacing.pause()
        }
      }
    }
    try removeUnusedContent(seenFrom: machine, at: time)
    try giveRoomBack()
    return items
  }

  /// Whether the file can give room back while it is in use. One of an older version cannot, until
  /// `rebuild`.
  public func canShrink() throws -> Bool {
    try read { db in try db.row("PRAGMA auto_vacuum")?.values.first?.integer != 0 }
  }

  /// Writes the whole file anew, as small as it can be. That takes as much room again, and others wait
  /// until it is done.
  public func rebuild() throws {
    try outsideTransactions { db in
      // Takes effect with the next statement, and stays.
      try db.execute(sql: "PRAGMA auto_vacuum = INCREMENTAL")
      try db.execute(sql: "VACUUM")
      try db.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)")
    }
  }

  /// Moves free pages to the end and cuts them off, one after the other: each has to be found in the list of
  /// free pages, which takes 20 ms where that list has a million and the page stands at its end.
  private func giveRoomBack() throws {
    let pacing = writePacing
    var isDone = try !canShrink()
    while !isDone {
      let cut = try write { db in
        let before = try db.returnedInteger("PRAGMA freelist_count")
        // Pages that are cut off would be written to the log, were they more than the cache holds.
        var steps = 400
        _ = try WritePacing.takeSteps {
          try db.run("PRAGMA incremental_vacuum(1)")
          steps -= 1
          return steps > 0
        }
        let after = try db.returnedInteger("PRAGMA freelist_count")
        isDone = after == 0 || after >= before
        return before - after
      }
      try pacing.pause(afterCutting: cut)
    }
    try outsideTransactions { db in try db.run("PRAGMA wal_checkpoint(PASSIVE)") }
  }

  private func removeSnapshots(ofRun run: Int, step: Int, in db: Database) throws {
    let isAtRest = try db.row(
      "SELECT 1 FROM runs WHERE id = :run AND status <> 'running'", ["run": SQLValue(run)])
    // It may have been resumed meanwhile.
    guard isAtRest != nil else { return }
    try deleteSnapshots(ofRun: run, step: step, in: db)
  }

  /// Removes some of what hangs on a deleted run, and at last the run.
  /// - Returns: Whether there is more.
  func removePart(
    ofRun run: Int, deletedBefore time: Date?, in db: Database
  ) throws -> Bool {
    let isDeleted = try db.row(
      "SELECT 1 FROM runs WHERE id = :run AND deleted_at < :time",
      ["run": SQLValue(run), "time": SQLValue(time)])
    // It may have been restored meanwhile.
    guard isDeleted != nil else { return false }
    let snapshot = try db.row(
      "SELECT step FROM snapshots WHERE run_id = :run ORDER BY step LIMIT 1",
      ["run": SQLValue(run)])
    if let snapshot {
      try deleteSnapshots(ofRun: run, step: snapshot.integer("step"), in: db)
      return true
    }
    for statement in Self.partRemovals {
      try db.run(statement, ["run": SQLValue(run)])
      if db.changesCount > 0 { return true }
    }
    if try thinLongSeries(ofRun: run, in: db) { return true }
    let hashes = try blobHashes(ofRun: run, in: db)
    try db.run("DELETE FROM runs WHERE id = :run", ["run": SQLValue(run)])
    try deleteUnused(hashes, in: db)
    return false
  }

  /// Removes points of a long series; what is left of it is a whole series.
  /// - Returns: Whether there was one.
  private func thinLongSeries(ofRun run: Int, in db: Database) throws -> Bool {
    let series = try db.row(
      "SELECT id FROM metric_series WHERE run_id = :run ORDER BY id LIMIT 1",
      ["run": SQLValue(run)])
    guard let id = try series?.integer("id") else { return false }
    let end = try db.row(
      """
      SELECT step, repeat
      FROM metric_points
      WHERE series_id = :series
      ORDER BY step, repeat
      LIMIT 1 OFFSET 20000
      """, ["series": SQLValue(id)])
    guard let end else {
      try db.run("DELETE FROM metric_series WHERE id = :series", ["series": SQLValue(id)])
      return true
    }
    for statement in Self.thinning {
      try db.run(
        statement, ["series": SQLValue(id), "step": end["step"], "repeat": end["repeat"]])
    }
    return true
  }

  private static let partRemovals = EmbeddedSQL.statements(PackageResources.prune_run_sql)
  private static let thinning = EmbeddedSQL.statements(PackageResources.thin_series_sql)

  private func items(of pruning: Pruning, in db: Database) throws -> [Pruning.Item] {
    let runs = try pruning.deletedBefore.map { try deletedRuns(before: $0, in: db) } ?? []
    let snapshots = try pruning.snapshots ? superfluousSnapshots(in: db) : []
    let gone = Set(runs.map(\.run))
    return runs + snapshots.filter { !gone.contains($0.run) }
  }

  private func deletedRuns(before time: Date, in db: Database) throws -> [Pruning.Item] {
    try db.rows(
      """
      SELECT run.id, run.name,
        (SELECT COALESCE(SUM(COALESCE(length(data), byte_count)), 0) FROM blobs WHERE hash IN (
          SELECT tensor.blob_hash
          FROM tensors AS tensor
          JOIN snapshots AS snapshot ON snapshot.id = tensor.snapshot_id
          WHERE snapshot.run_id = run.id
          UNION
          SELECT blob_hash FROM artifacts WHERE run_id = run.id)) AS bytes
      FROM runs AS run
      WHERE run.deleted_at < :time
      ORDER BY run.id
      """, ["time": SQLValue(time)]
    ).map { row in
      Pruning.Item(
        run: try row.integer("id"), name: try row.text("name"), epoch: nil, step: nil,
        bytes: try row.integer("bytes"))
    }
  }

  /// The best epoch is that of the smallest finite validation loss, or training loss if there is none.
  private func superfluousSnapshots(in db: Database) throws -> [Pruning.Item] {
    try db.rows(
      """
      WITH kept AS (
        SELECT run.id AS run_id,
          (SELECT MAX(step) FROM snapshots WHERE run_id = run.id) AS last_step,
          (SELECT MAX(step) FROM checkpoints WHERE run_id = run.id) AS last_checkpoint,
          (
            SELECT snapshot.step
            FROM snapshots AS snapshot
            JOIN metric_series AS series
              ON series.run_id = run.id AND series.name IN ('val/loss', 'train/loss')
            JOIN metric_points AS point
              ON point.series_id = series.id AND point.step = snapshot.step
            WHERE snapshot.run_id = run.id
              AND snapshot.kind = 'weights'
              AND abs(point.value) < 9e999
            ORDER BY series.name = 'val/loss' DESC, point.value, snapshot.step
            LIMIT 1
          ) AS best_step
        FROM runs AS run
        WHERE run.status <> 'running'
      )
      SELECT run.id, run.name, snapshot.epoch, snapshot.step,
        SUM(COALESCE(length(blob.data), blob.byte_count)) AS bytes
      FROM runs AS run
      JOIN kept ON kept.run_id = run.id
      JOIN snapshots AS snapshot ON snapshot.run_id = run.id
      LEFT JOIN tensors AS tensor ON tensor.snapshot_id = snapshot.id
      LEFT JOIN blobs AS blob ON blob.hash = tensor.blob_hash
      WHERE snapshot.step NOT IN (
        kept.last_step, COALESCE(kept.last_checkpoint, kept.last_step),
        COALESCE(kept.best_step, kept.last_step))
      GROUP BY run.id, snapshot.epoch, snapshot.step
      ORDER BY run.id, snapshot.step
      """
    ).map { row in
      Pruning.Item(
        run: try row.integer("id"), name: try row.text("name"),
        epoch: try row.integer("epoch"), step: try row.integer("step"),
        bytes: try row.optionalInteger("bytes") ?? 0)
    }
  }
}
