import Foundation
import RunStore

/// Tags of MLflow that say what the file has a column for. The column is what counts, so that a name or a note
/// changed here is seen there; the tag is kept beside it for those who look for it.
enum MirroredTag: String, CaseIterable {
  case name = "mlflow.runName"
  case note = "mlflow.note.content"
  case user = "mlflow.user"
  case commit = "mlflow.source.git.commit"
  case parent = "mlflow.parentRunId"

  /// The value of the tag, as SQL: of the row `run` of `runs`.
  var sql: String {
    switch self {
    case .name: "run.name"
    case .note: "run.note"
    case .user:
      // Who logs in by an id of their own has set no tag.
      """
      CASE
        WHEN EXISTS (
          SELECT 1 FROM environment WHERE run_id = run.id AND name = 'mlflow.user_id')
        THEN (SELECT value FROM tags WHERE run_id = run.id AND name = 'mlflow.user')
        ELSE run.user_name
      END
      """
    case .commit: "run.git_commit"
    case .parent:
      """
      COALESCE(
        (SELECT parent.uuid FROM runs AS parent WHERE parent.id = run.parent_run_id),
        (SELECT value FROM tags WHERE run_id = run.id AND name = 'mlflow.parentRunId'))
      """
    }
  }
}

extension Call {
  /// `POST runs/set-tag`.
  func setTag() throws -> [UInt8] {
    _ = try message.runID()
    let tag = try Self.tag(message, at: "")
    try set(tag, of: activeRun().id)
    return Self.nothing
  }

  /// `POST runs/delete-tag`.
  func deleteTag() throws -> [UInt8] {
    let run = try activeRun()
    let key = try message.requiredText("key")
    guard try tagExists(key, of: run.id) else {
      throw Refusal(
        .resourceDoesNotExist, "No tag with name: \(key) in run with id \(run.uuid)")
    }
    try db.run(
      "DELETE FROM tags WHERE run_id = :run AND name = :name",
      ["run": SQLValue(run.id), "name": .text(key)])
    switch MirroredTag(rawValue: key) {
    case .note: try setColumn("UPDATE runs SET note = NULL WHERE id = :run", run.id)
    case .user: try setColumn("UPDATE runs SET user_name = NULL WHERE id = :run", run.id)
    case .commit: try setColumn("UPDATE runs SET git_commit = NULL WHERE id = :run", run.id)
    case .parent: try setColumn("UPDATE runs SET parent_run_id = NULL WHERE id = :run", run.id)
    case .name, nil: break
    }
    return Self.nothing
  }

  private func tagExists(_ key: String, of run: Int) throws -> Bool {
    let value =
      MirroredTag(rawValue: key)?.sql
      ?? "(SELECT value FROM tags WHERE run_id = run.id AND name = :name)"
    return try !db.rows(
      "SELECT 1 FROM runs AS run WHERE run.id = :run AND :name <> '' AND \(value) IS NOT NULL",
      ["run": SQLValue(run), "name": .text(key)]
    ).isEmpty
  }

  /// Reads a tag, and checks it.
  /// - Parameter isOfNewRun: Whether a run begins with it: such a tag may have any name and is kept whole, as
  ///   MLflow has it.
  static func tag(
    _ message: Message, at place: String, isOfNewRun: Bool = false
  ) throws -> (name: String, value: String) {
    let name = try message.requiredText("key")
    let value = try message.text("value") ?? ""
    if isOfNewRun {
      try Rules.check(name, "\(place)key", most: Rules.longestName)
      return (name, value)
    }
    try Rules.check(name: name, at: "\(place)key")
    return (name, Rules.cut(value, at: Rules.longestTag))
  }

  /// Sets a tag, and the column that says the same. What is so already stays untouched.
  func set(_ tag: (name: String, value: String), of run: Int) throws {
    try db.run(
      """
      INSERT INTO tags (run_id, name, value)
      VALUES (:run, :name, :value)
      ON CONFLICT (run_id, name) DO UPDATE
      SET value = excluded.value
      WHERE value <> excluded.value
      """, ["run": SQLValue(run), "name": .text(tag.name), "value": .text(tag.value)])
    switch MirroredTag(rawValue: tag.name) {
    case .name:
      try setColumn(
        """
        UPDATE runs
        SET name = :value
        WHERE id = :run AND name <> :value AND :value <> ''
        """, run, tag.value)
    case .note:
      try setColumn(
        "UPDATE runs SET note = :value WHERE id = :run AND note IS NOT :value", run, tag.value)
    case .user:
      try setColumn(
        "UPDATE runs SET user_name = :value WHERE id = :run AND user_name IS NOT :value", run,
        tag.value)
    case .commit:
      try setColumn(
        "UPDATE runs SET git_commit = :value WHERE id = :run AND git_commit IS NOT :value", run,
        tag.value)
    case .parent:
      let parent = try findRun(tag.value).flatMap { $0.id == run ? nil : $0.id }
      try db.run(
        "UPDATE runs SET parent_run_id = :parent WHERE id = :run AND parent_run_id IS NOT :parent",
        ["run": SQLValue(run), "parent": SQLValue(parent)])
    case nil: break
    }
  }

  private func setColumn(_ sql: String, _ run: Int) throws {
    try db.run(sql, ["run": SQLValue(run)])
  }

  private func setColumn(_ sql: String, _ run: Int, _ value: String) throws {
    try db.run(sql, ["run": SQLValue(run), "value": .text(value)])
  }
}
