import Foundation
import RunStore

/// The run that was made for a program before it started, and whose end is the program's.
///
/// The first `runs/create` of the program gets this run, and what is created afterwards becomes a child of
/// it. Who takes the run, by REST or by the Python module, notes the fact `exec.taken_by`; whose insert of
/// it succeeds has the run.
public struct LaunchedRun: Sendable {
  /// The run.
  public var id: Int
  /// The token by which it is owned; clients of this server write with it.
  public var owner: String
  /// Whether its name was given by a person, and stays.
  public var keepsName: Bool
  /// Whether its experiment was given by a person, and stays.
  public var keepsExperiment: Bool
  /// Whether its note was given by a person, and stays.
  public var keepsNote: Bool
  /// The names of settings that a person gave, which stay, whatever the program logs under them.
  public var keptParameters: Set<String>

  /// Describes the run of a program.
  public init(
    id: Int, owner: String, keepsName: Bool = false, keepsExperiment: Bool = false,
    keepsNote: Bool = false, keptParameters: Set<String> = []
  ) {
    (self.id, self.owner, self.keepsName, self.keepsExperiment, self.keepsNote) = (
      id, owner, keepsName, keepsExperiment, keepsNote
    )
    self.keptParameters = keptParameters
  }
}

extension Call {
  /// Whether a person gave the setting of a run before its program started.
  func isKept(param name: String, of run: Int) -> Bool {
    server.launched.map { $0.id == run && $0.keptParameters.containsExactly(name) } ?? false
  }

  /// Takes the run that was made for the program, with what the client says of the one that it asks for.
  /// What a person said of it before, and tags that it has, stay.
  /// - Returns: The run; nil if there is none, or it was taken before.
  func takeLaunchedRun(
    experiment: Int, name: String?, tags: [(name: String, value: String)]
  ) throws -> Int? {
    guard let launched = server.launched else { return nil }
    let run = launched.id
    try db.run(
      """
      INSERT INTO environment (run_id, name, value)
      SELECT id, 'exec.taken_by', :pid FROM runs WHERE id = :run AND owner = :owner
      ON CONFLICT (run_id, name) DO NOTHING
      """,
      [
        "pid": SQLValue(Int(ProcessInfo.processInfo.processIdentifier)), "run": SQLValue(run),
        "owner": .text(launched.owner),
      ])
    guard db.changesCount == 1 else { return nil }
    if !launched.keepsExperiment {
      try db.run(
        "UPDATE runs SET experiment_id = :experiment WHERE id = :run AND experiment_id <> :experiment",
        ["experiment": SQLValue(experiment), "run": SQLValue(run)])
    }
    for tag in tags {
      switch MirroredTag(rawValue: tag.name) {
      case .name: break
      case .note where launched.keepsNote: break
      case .note, .user, .commit, .parent: try set(tag, of: run)
      case nil:
        try db.run(
          """
          INSERT INTO tags (run_id, name, value)
          VALUES (:run, :name, :value)
          ON CONFLICT (run_id, name) DO NOTHING
          """, ["run": SQLValue(run), "name": .text(tag.name), "value": .text(tag.value)])
      }
    }
    if let name, !launched.keepsName { try set((MirroredTag.name.rawValue, name), of: run) }
    return run
  }

  /// Notes that a new run belongs to the program that the server was started for: its process is the
  /// program's, and its parent the program's run, unless the client named one.
  func adoptIntoLaunchedRun(_ run: Int) throws {
    guard let launched = server.launched else { return }
    try db.run(
      """
      UPDATE runs
      SET parent_run_id = COALESCE(parent_run_id, :parent),
        (host, pid, boot_id, pid_namespace) = (
          SELECT host, pid, boot_id, pid_namespace FROM runs WHERE id = :parent)
      WHERE id = :run AND EXISTS (SELECT 1 FROM runs WHERE id = :parent)
      """, ["run": SQLValue(run), "parent": SQLValue(launched.id)])
  }
}
