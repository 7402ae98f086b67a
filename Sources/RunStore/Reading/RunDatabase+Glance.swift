import Foundation
import GRDB

/// What a person looks for in a list of runs: what they ran, how long, and what they reached.
public struct RunGlance: Sendable, Equatable {
  /// The number of the run in this file.
  public let id: Int
  /// What people call it.
  public let name: String
  /// The recipe it ran, or the command line of another program; nil if that is unknown.
  public let ran: String?
  /// How it stands; `crashed` for one that only says `running`.
  public let status: RunStatus
  /// When it started, as ISO 8601 text in UTC; empty if that is not in the years 0 to 9999.
  public let started: String
  /// How long it took, or has been seen running, in seconds.
  public let seconds: Double
  /// The last training loss; nil for none.
  public let trainLoss: Double?
  /// The last validation loss; nil for none.
  public let validationLoss: Double?
  /// The last validation accuracy; nil for none.
  public let validationAccuracy: Double?
  /// Its tags, as `name` or `name=value`, a blank between them.
  public let tags: String?
}

extension RunDatabase {
  /// The runs that have not been deleted, the newest first, as a list shows them: it may be long, and
  /// nothing is read that it does not show.
  /// - Parameters:
  ///   - machine: Runs of this machine whose process has died are `crashed` at once.
  ///   - limit: The most runs to return; nil for all.
  public func glances(
    seenFrom machine: Machine, at time: Date, limit: Int? = nil
  ) throws -> [RunGlance] {
    try read { db in
      try glances(
        """
        ORDER BY run.started_at DESC, run.id DESC
        LIMIT :limit
        """, ["limit": SQLValue(limit ?? -1)], machine, time, in: db)
    }
  }

  /// Runs that have not been deleted, in the order of `ids`.
  public func glances(
    _ ids: [Int], seenFrom machine: Machine, at time: Date
  ) throws -> [RunGlance] {
    let found = try read { db in
      try glances(
        "WHERE run.id IN (SELECT value FROM json_each(:runs))", ["runs": .json(ids)], machine, time,
        in: db)
    }
    let places = Dictionary(zip(found.map(\.id), found.indices), uniquingKeysWith: { a, _ in a })
    return ids.compactMap { id in places[id].map { found[$0] } }
  }

  private func glances(
    _ choice: String, _ parameters: KeyValuePairs<String, SQLValue>,
    _ machine: Machine, _ time: Date, in db: Database
  ) throws -> [RunGlance] {
    let most = characters.map(String.init) ?? "NULL"
    var glances: [RunGlance] = []
    try db.forEachRow(
      """
      SELECT
        run.id, shortened(run.name, \(most)) AS name,
        shortened(COALESCE(run.recipe, run.command), \(most)) AS ran,
        run.status, run.heartbeat_at, run.host, run.boot_id, run.pid_namespace, run.pid,
        run.heartbeat_seconds, run.started_at, summary.seconds,
        summary.final_train_loss, \(Self.isNaN("train/loss", "final_train_loss")) AS train_loss_is_nan,
        summary.final_val_loss, \(Self.isNaN("val/loss", "final_val_loss")) AS val_loss_is_nan,
        summary.final_val_accuracy,
        \(Self.isNaN("val/accuracy", "final_val_accuracy")) AS val_accuracy_is_nan,
        \(Self.tagsInAWord(shortenedTo: most)) AS tags
      FROM run_summary AS summary
      JOIN runs AS run ON run.id = summary.id
      \(choice)
      """, parameters
    ) { row in glances.append(try RunGlance(row, seenFrom: machine, at: time)) }
    return glances
  }

  /// Whether the last value of a metric is NaN, as SQL: whether the series is there is asked only where its
  /// last value is not.
  private static func isNaN(_ metric: String, _ column: String) -> String {
    """
    summary.\(column) IS NULL AND EXISTS (SELECT 1 FROM metric_series AS series
          WHERE series.run_id = run.id AND series.name = '\(metric)' AND series.count > 0)
    """
  }

  /// The tags of the run `run` by name, a blank between them, as SQL.
  static func tagsInAWord(shortenedTo most: String) -> String {
    """
    (SELECT group_concat(shortened(iif(value = '', name, name || '=' || value), \(most)), ' ')
          FROM (SELECT name, value FROM tags WHERE run_id = run.id ORDER BY name COLLATE natural_order))
    """
  }
}

extension RunGlance {
  init(_ row: ResultRow, seenFrom machine: Machine, at time: Date) throws {
    func value(_ column: String, isNaN: String) throws -> Double? {
      let value = try row.optionalReal(column)
      return try row.integer(isNaN) == 1 ? .nan : value
    }
    id = try row.integer("id")
    name = try row.text("name")
    ran = try row.optionalText("ran")
    status = try SignsOfLife(row).status(seenFrom: machine, at: time)
    let milliseconds = try row.optionalInteger("started_at")
    started = milliseconds.flatMap { String(utc: Int64($0)) } ?? ""
    seconds = try row.optionalReal("seconds") ?? 0
    trainLoss = try value("final_train_loss", isNaN: "train_loss_is_nan")
    validationLoss = try value("final_val_loss", isNaN: "val_loss_is_nan")
    validationAccuracy = try value("final_val_accuracy", isNaN: "val_accuracy_is_nan")
    tags = try row.optionalText("tags")
  }
}
