import Foundation
import RunStore

/// A run that a request is about.
struct FoundRun {
  let id: Int
  /// Its id as it is stored.
  let uuid: String
  let isDeleted: Bool
  /// Whether a process has it for itself.
  let isOwned: Bool
}

/// Runs: their beginning, their state and their end.
extension Call {
  /// `POST runs/create`.
  func createRun() throws -> [UInt8] {
    let experiment = try Rules.experiment(
      message.text("experiment_id").flatMap { $0.isEmpty ? nil : $0 } ?? "0")
    let start = try message.integer("start_time")
    let tags = try message.messages("tags").enumerated().map { index, tag in
      try Self.tag(tag, at: "tags[\(index)].", isOfNewRun: true)
    }
    try requireActive(experiment: experiment)
    let tagName = tags.last { $0.name == MirroredTag.name.rawValue }?.value ?? ""
    let given = try message.text("run_name") ?? ""
    guard given.isEmpty || tagName.isEmpty || ExactName(given) == ExactName(tagName) else {
      throw Refusal.invalid(
        "Both 'run_name' argument and 'mlflow.runName' tag are specified, but with different values"
          + " (run_name='\(given)', mlflow.runName='\(tagName)').")
    }
    let wanted = !given.isEmpty ? given : !tagName.isEmpty ? tagName : nil
    if let run = try takeLaunchedRun(experiment: experiment, name: wanted, tags: tags) {
      return try runAnswer(run)
    }
    let name = wanted ?? RunName.random()
    let user = try message.text("user_id") ?? ""
    let uuid = UUID().uuidString.lowercased().filter { $0 != "-" }
    let run = try db.returnedInteger(
      """
      INSERT INTO runs (uuid, experiment_id, name, started_at, heartbeat_at, user_name)
      VALUES (:uuid, :experiment, :name, :start, :time, :user)
      RETURNING id
      """,
      [
        "uuid": .text(uuid), "experiment": SQLValue(experiment), "name": .text(name),
        "start": .integer(start ?? 0), "time": .integer(time),
        "user": user.isEmpty || user == Self.unknownUser ? .null : .text(user),
      ])
    for tag in tags { try set(tag, of: run) }
    try set((MirroredTag.name.rawValue, name), of: run)
    let tagUser = tags.last { $0.name == MirroredTag.user.rawValue }?.value
    if user != Self.unknownUser, ExactName(user) != tagUser.map(ExactName.init) {
      try db.run(
        "INSERT INTO environment (run_id, name, value) VALUES (:run, 'mlflow.user_id', :user)",
        ["run": SQLValue(run), "user": .text(user)])
    }
    try adoptIntoLaunchedRun(run)
    return try runAnswer(run)
  }

  /// The user of a run whose client does not say who it is.
  static let unknownUser = "unknown"

  /// `GET runs/get`.
  func getRun() throws -> [UInt8] { try runAnswer(requiredRun(message.runID()).id) }

  /// `POST runs/update`.
  func updateRun() throws -> [UInt8] {
    let run = try activeRun()
    let name = try message.text("run_name") ?? ""
    let state: RunState? = try message.choice("status")
    let end = try message.integer("end_time")
    if !name.isEmpty { try set((MirroredTag.name.rawValue, name), of: run.id) }
    if state != nil || end != nil { try requireUnowned(run) }
    // The run of a program ends with the program.
    let endsByItself = run.id == server.launched?.id
    if let state, !endsByItself { try set(state, of: run.id) }
    if let end, !endsByItself {
      try db.run(
        """
        UPDATE runs
        SET ended_at = :end
        WHERE id = :run AND status NOT IN ('running', 'scheduled') AND ended_at IS NOT :end
        """, ["run": SQLValue(run.id), "end": .integer(end)])
    }
    return try answer { writer in
      writer.name("run_info")
      let runs = RunAnswers(db: db)
      try writer.object { try runs.writeInfo(of: run.id, to: &$0) }
    }
  }

  private func set(_ state: RunState, of run: Int) throws {
    let status =
      switch state {
      case .running: "running"
      case .scheduled: "scheduled"
      case .finished: "finished"
      case .failed: "failed"
      case .killed: "interrupted"
      }
    // What was stopped early on purpose is killed to clients, too.
    try db.run(
      """
      UPDATE runs
      SET status = :status, heartbeat_at = :time
      WHERE id = :run AND status <> :status
        AND NOT (status = 'stopped' AND :status = 'interrupted')
      """, ["run": SQLValue(run), "status": .text(status), "time": .integer(time)])
  }

  /// `POST runs/delete`.
  func deleteRun() throws -> [UInt8] {
    let run = try requiredRun(message.runID())
    try db.run(
      "UPDATE runs SET deleted_at = :time WHERE id = :run AND deleted_at IS NULL",
      ["run": SQLValue(run.id), "time": .integer(time)])
    return Self.nothing
  }

  /// `POST runs/restore`.
  func restoreRun() throws -> [UInt8] {
    let run = try requiredRun(message.runID())
    try db.run(
      "UPDATE runs SET deleted_at = NULL WHERE id = :run AND deleted_at IS NOT NULL",
      ["run": SQLValue(run.id)])
    return Self.nothing
  }

  private func runAnswer(_ run: Int) throws -> [UInt8] {
    let runs = RunAnswers(db: db)
    return try answer { writer in
      writer.name("run")
      try runs.write(run, to: &writer)
    }
  }

  /// The run with an id, which may be written with dashes or without.
  func findRun(_ id: String) throws -> FoundRun? {
    func find(_ uuid: String) throws -> FoundRun? {
      try db.row(
        """
        SELECT id, uuid, deleted_at IS NOT NULL AS is_deleted,
          owner IS NOT NULL AND owner IS NOT :launched AS is_owned
        FROM runs
        WHERE uuid = :uuid
        """, ["uuid": .text(uuid), "launched": SQLValue(server.launched?.owner)]
      ).map {
        FoundRun(
          id: try $0.integer("id"), uuid: try $0.text("uuid"),
          isDeleted: try $0.integer("is_deleted") == 1, isOwned: try $0.integer("is_owned") == 1)
      }
    }
    if let found = try find(id) { return found }
    let digits = id.lowercased().filter { $0 != "-" }
    guard digits.utf8.count == 32, let uuid = UUID(hexadecimal: digits) else { return nil }
    return try find(uuid.uuidString.lowercased()) ?? find(digits)
  }

  /// The run with an id.
  /// - Throws: A refusal if there is none.
  func requiredRun(_ id: String) throws -> FoundRun {
    guard let run = try findRun(id) else {
      throw Refusal(.resourceDoesNotExist, "Run with id=\(id) not found")
    }
    return run
  }

  /// The run that the message is about, which must not be deleted.
  func activeRun() throws -> FoundRun {
    let run = try requiredRun(message.runID())
    guard !run.isDeleted else {
      throw Refusal.invalid(
        "The run \(run.uuid) must be in the 'active' state. Current state is deleted.")
    }
    return run
  }

  /// The run that the message is about, which takes results from anyone.
  /// - Parameter checksForm: Whether an id that no run can have is refused as such.
  func openRun(checksForm: Bool = false) throws -> FoundRun {
    if checksForm { try Rules.check(run: message.runID()) }
    let run = try activeRun()
    try requireUnowned(run)
    return run
  }

  /// - Throws: A refusal for a run that a process has for itself.
  func requireUnowned(_ run: FoundRun) throws {
    guard !run.isOwned else {
      throw Refusal.invalid(
        "The run \(run.uuid) is being written by the program that trains it. Log into a run of your"
          + " own, such as a child of it.")
    }
  }

  /// Notes a sign of life, now and then.
  func noteLife(of run: Int) throws {
    try db.run(
      "UPDATE runs SET heartbeat_at = :time WHERE id = :run AND abs(heartbeat_at - :time) > 5000",
      ["run": SQLValue(run), "time": .integer(time)])
  }
}

extension UUID {
  /// The uuid of 32 hexadecimal digits without dashes.
  init?(hexadecimal digits: String) {
    var text = digits
    for place in [20, 16, 12, 8] {
      text.insert("-", at: text.index(text.startIndex, offsetBy: place))
    }
    self.init(uuidString: text)
  }
}

/// Names for runs that nobody named.
enum RunName {
  private static let qualities = [
    "amber", "brave", "calm", "clever", "crisp", "eager", "fond", "gentle", "glad", "keen", "kind",
    "lucid", "mellow", "nimble", "polite", "quiet", "rapid", "silver", "steady", "sunny", "vivid",
    "warm", "witty", "young",
  ]
  private static let things = [
    "badger", "beech", "brook", "cedar", "crane", "dune", "falcon", "fern", "finch", "harbour",
    "heron", "island", "lark", "maple", "meadow", "otter", "owl", "pebble", "pine", "river",
    "sparrow", "thistle", "valley", "willow",
  ]

  static func random() -> String {
    "\(qualities.randomElement() ?? "new")-\(things.randomElement() ?? "run")-\(Int.random(in: 1...999))"
  }
}
