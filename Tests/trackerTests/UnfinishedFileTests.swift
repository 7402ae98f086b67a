import Foundation
import RunStore
import TestSupport
import Testing

/// Who ends a command that writes a file finds nothing of it; what a killed one leaves is said.
@Suite(.serialized) struct UnfinishedFileTests {
  /// The bytes of a file of 20 MB, made once.
  private static let large = Task {
    let workplace = try Workplace()
    let database = try RunDatabase(writingTo: workplace.path("tracker.db"))
    let run = try database.createRun(RunDraft(name: "large", startedAt: Date())).id
    var left = 20
    try database.storeArtifact("large.bin", run: run, at: Date(), on: .current()) { count in
      left -= 1
      return left < 0 ? Data() : Data(repeating: UInt8(left), count: count)
    }
    try database.finishRun(run, status: .finished, at: Date())
    try database.backUp(to: workplace.path("whole.db"))
    return try Data(contentsOf: workplace.file("whole.db"))
  }

  @Test(
    arguments: zip(
      [
        "backup copy.db", "export run 1 -o copy.db", "merge tracker.db -o copy.db",
        "backup --restore tracker.db --db copy.db", "export artifact 1 large.bin -o copy.bin",
      ], [SIGHUP, SIGINT, SIGTERM, SIGQUIT, SIGUSR1]))
  func aSignalTakesThemAlong(command: String, signal: Int32) async throws {
    let workplace = try await Workplace(with: Self.large)
    var wasAtWork = false
    // A command that was done before it could be stopped says nothing.
    for _ in 0..<20 where !wasAtWork {
      for file in try workplace.files where file != "tracker.db" {
        unlink(workplace.path(file))
      }
      let words = command.split(separator: " ").map(String.init)
      let outcome = try await workplace.tracker(words) { process in
        while kill(process, 0) == 0, try !Self.hasDraft(workplace), !Self.hasEnded(process) {}
        kill(process, SIGSTOP)
        try await wait { ["T", "Z"].contains(Self.state(process)) }
        wasAtWork = try Self.hasDraft(workplace)
        kill(process, signal)
        kill(process, SIGCONT)
      }
      guard wasAtWork else { continue }
      #expect(outcome.status == .signaled(signal), "\(outcome.errors)")
      #expect(try workplace.files.filter { !$0.hasPrefix("tracker.db") } == [])
    }
    #expect(wasAtWork)
  }

  private static func hasDraft(_ workplace: Workplace) throws -> Bool {
    try workplace.files.contains { $0.hasSuffix(".part") }
  }

  private static func hasEnded(_ process: pid_t) -> Bool { state(process) == "Z" }

  /// How the system says that a process is: stopped, ended and so on.
  private static func state(_ process: pid_t) -> String {
    let status = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
    return status?.split(separator: ")").last?.split(separator: " ").first.map(String.init) ?? "Z"
  }

  @Test(
    arguments: [
      "backup copy", "export run 1 -o copy", "merge tracker.db -o copy",
      "export weights 1 -o copy", "backup --restore tracker.db --db copy",
    ]) func whatWasLeftIsNamedAndStays(command: String) async throws
  {
    let workplace = try await Workplace.withRun()
    let left = "copy.\(UUID().uuidString).part"
    for name in [left, "copy.part", "other.\(UUID().uuidString).part"] {
      try Data("half".utf8).write(to: workplace.file(name))
    }
    let outcome = try await workplace.shell("exec tracker \(command)")
    #expect(outcome.status == .exited(0))
    #expect(outcome.errors.contains("still writes: '\(left)'\n"), "\(outcome.errors)")
    #expect(outcome.errors.contains("Try: rm \(left) "), "\(outcome.errors)")
    #expect(try workplace.files.contains(left))
  }

  @Test func doctorNamesWhatIsLeftBesideTheFile() async throws {
    let workplace = try await Workplace.withRun()
    let left = "tracker.db.v1.\(UUID().uuidString).part"
    try Data("half".utf8).write(to: workplace.file(left))
    let outcome = try await workplace.tracker(["doctor"])
    #expect(outcome.status == .exited(0))
    #expect(outcome.errors.contains("still writes: '\(left)'\n"), "\(outcome.errors)")
  }
}
