import Foundation
import GRDB

/// An experiment: a named collection of runs that are worth comparing.
public struct ExperimentSummary: Sendable, Equatable {
  /// What people call it.
  public let name: String
  /// How many runs it has, without the deleted ones.
  public let runs: Int
  /// When the last of them started.
  public let lastStart: Date?
  /// When it was made.
  public let createdAt: Date
}

extension RunDatabase {
  /// The experiments that are not deleted, by name.
  public func experiments() throws -> [ExperimentSummary] {
    try read { db in
      try db.rows(
        """
        SELECT experiment.name, experiment.created_at, COUNT(run.id) AS runs,
          MAX(run.started_at) AS last_start
        FROM experiments AS experiment
        LEFT JOIN runs AS run ON run.experiment_id = experiment.id AND run.deleted_at IS NULL
        WHERE experiment.deleted_at IS NULL
        GROUP BY experiment.id
        ORDER BY experiment.name COLLATE natural_order
        """
      ).map {
        ExperimentSummary(
          name: try $0.text("name"), runs: try $0.integer("runs"),
          lastStart: try $0.optionalDate("last_start"), createdAt: try $0.date("created_at"))
      }
    }
  }

  /// Makes sure that there is an experiment of this name.
  /// - Throws: `noSuchExperiment`, which names those there are.
  public func requireExperiment(_ name: String) throws {
    try read { db in _ = try experimentID(name, in: db) }
  }

  /// Gives an experiment another name.
  /// - Throws: `noSuchExperiment`, `experimentExists`.
  public func renameExperiment(_ name: String, to newName: String, at time: Date) throws {
    try write { db in
      let id = try experimentID(name, in: db)
      let other = try db.row(
        "SELECT id FROM experiments WHERE name = :name AND id <> :id",
        ["name": .text(newName), "id": SQLValue(id)])
      guard other == nil else { throw RunStoreError.experimentExists(name: newName) }
      try db.run(
        "UPDATE experiments SET name = :name, updated_at = :time WHERE id = :id",
        ["name": .text(newName), "time": SQLValue(time), "id": SQLValue(id)])
    }
  }

  /// Deletes an experiment without runs; a later run of this name brings it back.
  /// - Throws: `noSuchExperiment`, `experimentHasRuns`.
  public func deleteExperiment(_ name: String, at time: Date) throws {
    try write { db in
      let id = try experimentID(name, in: db)
      let row = try db.row(
        "SELECT COUNT(*) AS runs FROM runs WHERE experiment_id = :id AND deleted_at IS NULL",
        ["id": SQLValue(id)])
      let runs = try row?.integer("runs") ?? 0
      guard runs == 0 else { throw RunStoreError.experimentHasRuns(name: name, runs: runs) }
      try db.run(
        "UPDATE experiments SET deleted_at = :time, updated_at = :time WHERE id = :id",
        ["time": SQLValue(time), "id": SQLValue(id)])
    }
  }

  private func experimentID(_ name: String, in db: Database) throws -> Int {
    let row = try db.row(
      "SELECT id FROM experiments WHERE name = :name AND deleted_at IS NULL",
      ["name": .text(name)])
    guard let row else {
      throw RunStoreError.noSuchExperiment(
        name: name,
        known: try db.rows(
          "SELECT name FROM experiments WHERE deleted_at IS NULL ORDER BY name COLLATE natural_order"
        )
        .map { try $0.text("name") })
    }
    return try row.integer("id")
  }
}
