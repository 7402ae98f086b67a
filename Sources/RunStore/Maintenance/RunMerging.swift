import Foundation
import GRDB

/// Takes over runs of a file that is attached to a connection as `other`.
struct RunMerging {
  let target: RunDatabase
  let source: RunDatabase
  /// Which file is right where they contradict each other; nil for neither.
  let preference: MergePreference?
  let machine: Machine
  let time: Date
  /// The connection to the target, outside of a transaction.
  let db: Database
  /// Hashes of content of the source that was read and is right.
  private var soundContent: Set<String> = []

  init(
    target: RunDatabase, source: RunDatabase, preference: MergePreference?, machine: Machine,
    time: Date, db: Database
  ) {
    (self.target, self.source, self.preference) = (target, source, preference)
    (self.machine, self.time, self.db) = (machine, time, db)
  }

  /// Takes over one run, in one transaction.
  /// - Parameter record: The run in the source.
  mutating func take(_ record: RunRecord) throws -> MergedRun {
    // To look at a run takes long, and must not keep other programs from writing. Who changes the run
    // meanwhile makes one look again.
    while true {
      var plan = MergePlan(outcome: .present)
      // All that is read of this file is of one moment.
      try db.inTransaction(.deferred) {
        plan = try self.plan(record)
        return .commit
      }
      let content = try missingContent(of: record, for: plan)
      if !content.damage.isEmpty {
        plan = MergePlan(outcome: .damaged, here: plan.here, details: content.damage)
      } else if !plan.takesRows, !content.missing.isEmpty {
        plan.outcome = .updated
        plan.details += content.missing.map { "the content of \($0.user)" }
      }
      guard plan.changesSomething || plan.outcome == .updated else { return plan.merged(record) }
      if let merged = try carryOut(plan, record, content.missing.map(\.hash)) { return merged }
    }
  }

  /// Comes after the runs: says of those that came before their parents whose they are, and removes what
  /// is left of content that was replaced.
  func finish(_ merged: [MergedRun]) throws {
    let outcomes = Set(merged.map(\.outcome))
    if outcomes.contains(.added) {
      for statement in Self.parents { try db.run(statement) }
    }
    guard !outcomes.isDisjoint(with: [.updated, .replaced]) else { return }
    for content in try target.unnamedContent(seenFrom: machine, at: time, in: db) {
      try writer.remove(content.number)
    }
  }

  private var writer: ContentWriter {
    ContentWriter(
      path: target.path, writer: WritingProcess(on: machine, at: time),
      transaction: { body in
        try db.inTransaction(.immediate) {
          try body(db)
          return .commit
        }
      }, pacing: WritePacing { try $0(db) })
  }
}

// What crosses the border.
extension RunMerging {
  /// The content that a run uses and that is right in the source alone, and what is right in neither file,
  /// in words.
  private mutating func missingContent(
    of record: RunRecord, for plan: MergePlan
  ) throws -> (missing: [(hash: String, user: String)], damage: [String]) {
    switch plan.outcome {
    case .running, .conflict, .damaged: return ([], [])
    case .added, .present, .updated, .replaced: break
    }
    var missing: [(hash: String, user: String)] = []
    var damage: [String] = []
    var seen: Set<String> = []
    for row in try source.read({ try $0.rows(Self.usedContent, ["run": SQLValue(record.id)]) }) {
      let hash = try row.text("hash")
      guard seen.insert(hash).inserted else { continue }
      // What is the same in both files crosses no border, unless this run is new to it.
      if !plan.takesRows, try isSame(hash) { continue }
      let isSound = try isSoundInSource(hash)
      let isSoundHere = try isSound == true && isSame(hash) ? true : db.isSound(blob: hash)
      if isSoundHere == true { continue }
      let user = try row.text("user")
      if isSound == true {
        missing.append((hash, user))
      } else if plan.takesRows {
        let fault = isSound == nil ? "is missing" : "is not what its hash says"
        damage.append("the content of \(user) \(fault)")
      }
    }
    if plan.takesRows {
      let histograms = try source.read {
        try source.histogramsWithWrongCount(ofRun: record.id, in: $0)
      }
      let malformed = try source.read { try source.malformedRows(ofRun: record.id, in: $0) }
      damage += malformed.map(\.words)
      damage += histograms.map { "the count of the \($0.words) is not the sum of its bins" }
    }
    return (missing, damage)
  }

  private mutating func isSoundInSource(_ hash: String) throws -> Bool? {
    if soundContent.contains(hash) { return true }
    let isSound = try source.read { try $0.isSound(blob: hash) }
    if isSound == true { soundContent.insert(hash) }
    return isSound
  }

  /// Whether both files have the same bytes under a hash; false also for those that are long to compare.
  private func isSame(_ hash: String) throws -> Bool {
    try db.row(
      """
      SELECT 1
      FROM main.blobs AS here
      JOIN other.blobs AS there ON there.hash = here.hash
      WHERE here.hash = :hash AND length(here.data) <= :limit AND here.data = there.data
      """, ["hash": .text(hash), "limit": SQLValue(ContentWriter.chunkSize)]) != nil
  }
}

// Doing it.
extension RunMerging {
  /// - Returns: nil if the run in the target has changed since it was looked at.
  private func carryOut(
    _ plan: MergePlan, _ record: RunRecord, _ hashes: [String]
  ) throws -> MergedRun? {
    let writer = writer
    let large = try target.copyLargeContent(hashes, from: source, by: writer)
    let small = Set(hashes).subtracting(large.map(\.hash))
    var merged: MergedRun?
    var isCommitted = false
    defer { if !isCommitted { target.removeCopied(large, by: writer) } }
    do {
      try db.inTransaction(.immediate) {
        guard try here(record.uuid) == plan.here else { return .rollback }
        for content in large { try writer.name(content, in: db) }
        for hash in small.sorted() { try db.run(Self.contentCopy, ["hash": .text(hash)]) }
        var plan = plan
        let run = try change(plan, record)
        if let run, plan.here == nil { plan.here = MergePlan.Here(run: run, change: 0) }
        let wrong = try plan.takesContent ? target.seriesWithWrongSummary(ofRun: run, in: db) : []
        guard wrong.isEmpty else {
          merged = MergePlan(
            outcome: .damaged,
            details: wrong.map { "the summary of the metric \($0.name) differs from its points" }
          ).merged(record)
          return .rollback
        }
        merged = plan.merged(record)
        isCommitted = true
        return .commit
      }
    } catch let error as DatabaseError where error.resultCode == .SQLITE_CONSTRAINT {
      // The rules of the schema refuse a row: the other runs may be in order.
      return MergePlan(outcome: .damaged, details: [error.message ?? "a row is refused"]).merged(
        record)
    } catch let row as LongRow {
      return MergePlan(outcome: .damaged, details: [row.words]).merged(record)
    }
    return merged
  }

  /// Makes the changes of a plan, within a transaction.
  /// - Returns: The id of the run here.
  private func change(_ plan: MergePlan, _ record: RunRecord) throws -> Int? {
    guard plan.changesSomething else { return plan.here?.run }
    func run(_ statements: [String], _ run: Int?, disorder: Int = 0) throws {
      for statement in statements {
        try LongRow.limiting(statement, in: db) {
          try db.run(
            statement,
            withSomeOf: [
              "old": SQLValue(record.id), "run": SQLValue(run), "disorder": SQLValue(disorder),
              "all": SQLValue(plan.kept == .goes),
            ])
        }
      }
    }
    try run(Self.preparations, nil)
    let before = try plan.here.map { try target.blobHashes(ofRun: $0.run, in: db) } ?? []
    let id =
      try plan.here?.run
      ?? LongRow.limiting(Self.runInsertion, in: db) {
        try db.returnedInteger(Self.runInsertion, ["old": SQLValue(record.id)])
      }
    if plan.kept != .stays { try run(Self.keptRemovals, id) }
    if plan.takesContent {
      let disorder = try db.returnedInteger(
        "SELECT COALESCE(MAX(disorder), -1) + 1 FROM main.metric_series WHERE run_id = :run",
        ["run": SQLValue(id)])
      if plan.here != nil { try run(Self.replacement, id) }
      try run(Self.times, id)
      try run(Self.content, id, disorder: disorder)
    }
    if plan.takesKept {
      try run(Self.kept, id)
      try db.withoutTriggers { try run(Self.histograms, id) }
      try db.run("INSERT INTO run_changes (run_id) VALUES (:run)", ["run": SQLValue(id)])
    }
    if plan.takesEdits { try run(Self.edits, id) }
    try target.deleteUnused(before, in: db)
    return id
  }
}

/// The statements: `:old` is the id of the run in `other`, `:run` its id here.
extension RunMerging {
  /// The temporary views that say what is what in both files.
  static let pairs = EmbeddedSQL.statements(PackageResources.merge_pairs_sql)
  /// Removes those views.
  static let endOfPairs = EmbeddedSQL.statements(PackageResources.merge_end_sql)
  /// What must be there before a run.
  static let preparations = EmbeddedSQL.statements(PackageResources.merge_preparations_sql)
  /// The row of a run; returns its id.
  static let runInsertion = EmbeddedSQL.statements(PackageResources.merge_run_sql)[0]
  /// Makes room for the content of a run, and brings its row up to date.
  static let replacement = EmbeddedSQL.statements(PackageResources.merge_replacement_sql)
  /// The times of a run as they are there, which triggers have changed.
  static let times = EmbeddedSQL.statements(PackageResources.merge_times_sql)
  /// What was set and measured.
  static let content = EmbeddedSQL.statements(PackageResources.merge_content_sql)
  /// What prune may remove and is not here, and the names under which models are published.
  static let kept =
    EmbeddedSQL.statements(PackageResources.merge_kept_sql)
    + EmbeddedSQL.statements(PackageResources.merge_registry_sql)
  /// Histograms, which prune may remove, too.
  static let histograms = EmbeddedSQL.statements(PackageResources.merge_histograms_sql)
  /// Makes room for what prune may remove and both files have.
  static let keptRemovals = EmbeddedSQL.statements(PackageResources.merge_kept_removals_sql)
  /// What people said.
  static let edits = EmbeddedSQL.statements(PackageResources.merge_edits_sql)
  /// Whose the runs are.
  static let parents = EmbeddedSQL.statements(PackageResources.merge_parents_sql)

  private static let usedContent = EmbeddedSQL.text(PackageResources.run_stored_content_sql)

  /// Small content; bytes that are there under the same hash are not right.
  private static let contentCopy = """
    INSERT INTO main.blobs (hash, data, byte_count)
    SELECT hash, data, length(data)
    FROM other.blobs
    WHERE hash = :hash
    ON CONFLICT (hash) DO UPDATE
    SET data = excluded.data, byte_count = excluded.byte_count, content = NULL
    """
}
