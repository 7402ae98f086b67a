import Foundation
import GRDB

/// What a person changes about a run afterwards; what is nil stays.
public struct RunEdit: Sendable {
  /// What it is called.
  public var name: String?
  /// Remarks on it; an empty text removes them.
  public var note: String?
  /// Tags to hang on it, or to change.
  public var tags: [String: String] = [:]
  /// Tags to take off it.
  public var removedTags: [String] = []
  /// The experiment it belongs to, which is made if there is none of this name.
  public var experiment: String?
  /// How it ended.
  public var status: RunStatus?

  /// No change.
  public init() {}
}

extension RunDatabase {
  /// Changes runs, all of them or none.
  ///
  /// The status of a run that promises signs of life is its own to say while it gives them.
  /// - Throws: `stillRunning` for a new status of such a run, `noSuchRun`; `noRunWithTag` for a tag to take off
  ///   that none of them has.
  public func edit(
    _ runs: [Int], _ edit: RunEdit, seenFrom machine: Machine, at time: Date
  ) throws {
    precondition(edit.status != .crashed, "No run says of itself that it has crashed.")
    try write { db in
      try requireTags(edit.removedTags, ofRuns: runs, in: db)
      let experiment = try edit.experiment.map { try self.experiment($0, createdAt: time, in: db) }
      for run in runs {
        let record = try fetchRun(run, in: db)
        if edit.status != nil, record.heartbeatSeconds != nil {
          try refuseIfAlive(run, seenFrom: machine, at: time, in: db)
        }
        try db.run(
          """
          UPDATE runs
          SET name = COALESCE(:name, name),
            note = iif(:note IS NULL, note, nullif(:note, '')),
            experiment_id = COALESCE(:experiment, experiment_id)
          WHERE id = :run
          """,
          [
            "name": SQLValue(edit.name), "note": SQLValue(edit.note),
            "experiment": SQLValue(experiment), "run": SQLValue(run),
          ])
        for (name, value) in edit.tags { try setTag(name, value, run: run, in: db) }
        for name in edit.removedTags { try removeTag(name, run: run, in: db) }
        if let status = edit.status {
          try db.run(
            "UPDATE runs SET status = :status, owner = NULL WHERE id = :run",
            ["status": .text(status.rawValue), "run": SQLValue(run)])
        }
      }
    }
  }
}

extension RunDatabase {
  private func requireTags(_ names: [String], ofRuns runs: [Int], in db: Database) throws {
    guard !names.isEmpty else { return }
    let known = try db.rows(
      "SELECT name FROM tags WHERE run_id IN (SELECT value FROM json_each(:runs))",
      ["runs": .json(runs)]
    ).map { try $0.text("name") }.distinctNames
    for name in names where !known.containsExactly(name) {
      throw RunStoreError.noRunWithTag(name: name, known: known)
    }
  }

  /// Deletes a run such that `restoreRun` can bring it back: lists no longer show it.
  /// - Throws: `stillRunning` if a process is at it.
  public func deleteRun(_ run: Int, seenFrom machine: Machine, at time: Date) throws {
    try write { db in
      try refuseIfAlive(run, seenFrom: machine, at: time, in: db)
      try db.run(
        "UPDATE runs SET deleted_at = :time WHERE id = :run AND deleted_at IS NULL",
        ["time": SQLValue(time), "run": SQLValue(run)])
    }
  }

  /// Brings back a deleted run.
  public func restoreRun(_ run: Int) throws {
    try write { db in
      _ = try fetchRun(run, in: db)
      try db.run(
        "UPDATE runs SET deleted_at = NULL WHERE id = :run", ["run": SQLValue(run)])
    }
  }
}
