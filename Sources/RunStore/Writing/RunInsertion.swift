import Foundation
import GRDB

extension RunDatabase {
  /// The id of the experiment called `name`, which is made if there is none, and brought back if it was
  /// deleted.
  func experiment(_ name: String, createdAt: Date, in db: Database) throws -> Int {
    let found = try db.row(
      "SELECT id FROM experiments WHERE name = :name AND deleted_at IS NULL",
      ["name": .text(name)])
    if let found { return try found.integer("id") }
    return try db.returnedInteger(
      """
      INSERT INTO experiments (name, created_at)
      VALUES (:name, :time)
      ON CONFLICT (name) DO UPDATE SET deleted_at = NULL
      RETURNING id
      """,
      ["name": .text(name), "time": SQLValue(createdAt)])
  }

  func insert(_ draft: RunDraft, experiment: Int, in db: Database) throws -> Int {
    try db.returnedInteger(
      """
      INSERT INTO runs (
        uuid, experiment_id, name, recipe, seed, started_at, heartbeat_at, host, pid, boot_id,
        command, version, git_commit, git_dirty, parent_run_id, group_name, note, user_name, argv,
        cwd, heartbeat_seconds, pid_namespace, owner)
      VALUES (
        :uuid, :experiment, :name, :recipe, :seed, :time, :time, :host, :pid, :boot,
        :command, :version, :commit, :dirty,
        (SELECT id FROM runs WHERE id = :parent), :group, :note, :user, :arguments,
        :directory, :heartbeat, :namespace, :owner)
      RETURNING id
      """,
      [
        "uuid": .text(draft.uuid.uuidString.lowercased()), "experiment": SQLValue(experiment),
        "name": .text(draft.name), "recipe": SQLValue(draft.recipe), "seed": SQLValue(draft.seed),
        "time": SQLValue(draft.startedAt), "host": SQLValue(draft.host), "pid": SQLValue(draft.pid),
        "boot": SQLValue(draft.bootID), "command": SQLValue(draft.command),
        "version": SQLValue(draft.version), "commit": SQLValue(draft.gitCommit),
        "dirty": SQLValue(draft.gitDirty), "parent": SQLValue(draft.parentRun),
        "group": SQLValue(draft.group), "note": SQLValue(draft.note),
        "user": SQLValue(draft.userName),
        "arguments": try draft.arguments.map { try .json($0) } ?? .null,
        "directory": SQLValue(draft.directory), "heartbeat": SQLValue(draft.heartbeatSeconds),
        "namespace": SQLValue(draft.pidNamespace), "owner": SQLValue(draft.owner),
      ])
  }

  func setTag(_ name: String, _ value: String, run: Int, in db: Database) throws {
    try db.run(
      """
      INSERT INTO tags (run_id, name, value)
      VALUES (:run, :name, :value)
      ON CONFLICT (run_id, name) DO UPDATE SET value = excluded.value
      """,
      ["run": SQLValue(run), "name": .text(name), "value": .text(value)])
  }

  func removeTag(_ name: String, run: Int, in db: Database) throws {
    try db.run(
      "DELETE FROM tags WHERE run_id = :run AND name = :name",
      ["run": SQLValue(run), "name": .text(name)])
  }

  func setFact(_ name: String, _ value: SQLValue, run: Int, in db: Database) throws {
    try db.run(
      """
      INSERT INTO environment (run_id, name, value)
      VALUES (:run, :name, :value)
      ON CONFLICT (run_id, name) DO UPDATE SET value = excluded.value
      """,
      ["run": SQLValue(run), "name": .text(name), "value": value])
  }

  func replaceLayers(_ layers: [LayerRecord], run: Int, in db: Database) throws {
    try db.run("DELETE FROM layers WHERE run_id = :run", ["run": SQLValue(run)])
    for layer in layers { try insertLayer(layer, run: run, in: db) }
  }

  func insertLayer(_ layer: LayerRecord, run: Int, in db: Database) throws {
    try db.run(
      """
      INSERT INTO layers (
        run_id, position, name, kind, input_shape, output_shape, weight_shape, weight_count,
        bias_count, macs, forward_nanoseconds, backward_nanoseconds)
      VALUES (
        :run, :position, :name, :kind, :input, :output, :weight, :weights,
        :biases, :macs, :forward, :backward)
      """,
      [
        "run": SQLValue(run), "position": SQLValue(layer.position), "name": .text(layer.name),
        "kind": .text(layer.kind), "input": .json(layer.inputShape),
        "output": .json(layer.outputShape),
        "weight": layer.weightShape.map { .json($0) } ?? .null,
        "weights": SQLValue(layer.weightCount), "biases": SQLValue(layer.biasCount),
        "macs": SQLValue(layer.macs), "forward": SQLValue(layer.forwardNanoseconds),
        "backward": SQLValue(layer.backwardNanoseconds),
      ])
  }
}
