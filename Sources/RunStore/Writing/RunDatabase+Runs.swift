import Foundation
import GRDB

extension RunDatabase {
  /// Stores a run that starts, with its parameters, tags, environment and layers.
  public func createRun(_ draft: RunDraft) throws -> RunRecord {
    try write { db in
      let experiment = try experiment(draft.experiment, createdAt: draft.startedAt, in: db)
      let run = try insert(draft, experiment: experiment, in: db)
      for (name, value) in draft.parameters {
        try db.run(
          "INSERT INTO params (run_id, name, value, text) VALUES (:run, :name, :value, :text)",
          [
            "run": SQLValue(run), "name": .text(name), "value": value,
            "text": SQLValue(draft.parameterTexts[name]),
          ])
      }
      for (name, value) in draft.environment { try setFact(name, value, run: run, in: db) }
      for (name, value) in draft.tags { try setTag(name, value, run: run, in: db) }
      for layer in draft.layers { try insertLayer(layer, run: run, in: db) }
      for use in draft.datasets { try insert(use, run: run, experiment: experiment, in: db) }
      return try fetchRun(run, in: db)
    }
  }

  /// Notes that a run has ended.
  /// - Parameters:
  ///   - status: Anything but `running` and `crashed`.
  ///   - error: Why it failed.
  ///   - exitCode: The exit status of the program, as far as it is known.
  ///   - owner: The token by which this process owns the run; nil for one that anyone may add to.
  /// - Throws: `ownedByAnother` if the run is another process's, perhaps by now.
  public func finishRun(
    _ run: Int, status: RunStatus, error: String? = nil, exitCode: Int? = nil,
    owner: String? = nil, at time: Date
  ) throws {
    precondition(
      status != .running && status != .crashed, "A run does not end with the status \(status).")
    try write { db in
      try requireOwner(owner, ofRun: run, in: db)
      // What has ended belongs to no process any more. A clock that was set back meanwhile makes no
      // duration negative.
      try db.run(
        """
        UPDATE runs
        SET status = :status, error = :error, ended_at = MAX(:time, COALESCE(started_at, :time)),
          heartbeat_at = :time, exit_code = :code, owner = NULL,
          idle_milliseconds =
            MIN(idle_milliseconds, MAX(0, :time - COALESCE(started_at, :time)))
        WHERE id = :run
        """,
        [
          "status": .text(status.rawValue), "error": SQLValue(error), "time": SQLValue(time),
          "code": SQLValue(exitCode), "run": SQLValue(run),
        ])
    }
  }

  /// Shows that a run is alive; do so as often as the run promises.
  /// - Parameter owner: The token by which this process owns the run; nil for one that anyone may add to.
  /// - Throws: `ownedByAnother` if the run is another process's, perhaps by now.
  public func heartbeat(run: Int, owner: String? = nil, at time: Date) throws {
    try write { db in
      try requireOwner(owner, ofRun: run, in: db)
      try db.run(
        "UPDATE runs SET heartbeat_at = :time WHERE id = :run",
        ["time": SQLValue(time), "run": SQLValue(run)])
    }
  }

  /// Every transaction that adds results to a run asks this first: a process that was taken for dead,
  /// and whose run another one has taken up since, finds out before it stores anything.
  /// - Parameter owner: The token of this process; nil for none.
  /// - Throws: `ownedByAnother` for a run with another token, `noSuchRun` for one that is not there.
  func requireOwner(_ owner: String?, ofRun run: Int, in db: Database) throws {
    let row = try db.row(
      "SELECT owner IS :owner AS is_owner FROM runs WHERE id = :run",
      ["owner": SQLValue(owner), "run": SQLValue(run)])
    guard let row else { throw RunStoreError.noSuchRun(selector: String(run)) }
    guard try row.integer("is_owner") == 0 else { return }
    let other = try fetchRun(run, in: db)
    throw RunStoreError.ownedByAnother(
      run: run, status: other.status, pid: other.pid, host: other.host, heardAt: other.heartbeatAt)
  }

  /// Replaces the remarks on a run; nil removes them.
  public func setNote(_ note: String?, run: Int) throws {
    try change(
      run, "UPDATE runs SET note = :note WHERE id = :run RETURNING id",
      ["note": SQLValue(note), "run": SQLValue(run)])
  }

  /// Hangs a tag on a run, or changes its value.
  /// - Throws: `noSuchRun` for a run that is not there, perhaps no more.
  public func setTag(_ name: String, _ value: String = "", run: Int) throws {
    try write { db in
      _ = try fetchRun(run, in: db)
      try setTag(name, value, run: run, in: db)
    }
  }

  /// Takes a tag off a run, if it has it.
  /// - Throws: `noSuchRun` for a run that is not there, perhaps no more.
  public func removeTag(_ name: String, run: Int) throws {
    try write { db in
      _ = try fetchRun(run, in: db)
      try removeTag(name, run: run, in: db)
    }
  }

  /// Stores facts that became known after the start, such as those of the data.
  public func setEnvironment(
    _ facts: [String: SQLValue], run: Int, owner: String? = nil
  ) throws {
    try write { db in
      try requireOwner(owner, ofRun: run, in: db)
      for (name, value) in facts { try setFact(name, value, run: run, in: db) }
    }
  }

  /// Stores the layers of a run's network, in the place of those that were stored before.
  public func setLayers(_ layers: [LayerRecord], run: Int, owner: String? = nil) throws {
    try write { db in
      try requireOwner(owner, ofRun: run, in: db)
      try replaceLayers(layers, run: run, in: db)
    }
  }

  /// Changes the row of a run by a statement that returns the id.
  private func change(
    _ run: Int, _ sql: String, _ values: KeyValuePairs<String, SQLValue>
  ) throws {
    try write { db in
      guard try db.row(sql, values) != nil else {
        throw RunStoreError.noSuchRun(selector: String(run))
      }
    }
  }
}
