import Foundation
import TestSupport
import Testing

/// Files with two names, which lose runs if programs write through both.
struct HardLinkTests {
  @Test(
    arguments: TestScope.some([
      Workplace.smallRun + ["--quiet"], ["run", "lms"], ["run", "adaline"],
      ["resume", "1", "--epochs", "3"], ["delete", "1"], ["prune"], ["merge", "other.db"],
    ]))
  func whoeverWritesAFileOfTwoNamesIsWarnedOnce(command: [String]) async throws {
    let workplace = try await Workplace.withRun()
    try FileManager.default.copyItem(
      atPath: workplace.path("tracker.db"), toPath: workplace.path("other.db"))
    #expect(!(try await workplace.tracker(["delete", "1"]).errors.contains("hard links")))
    _ = try await workplace.tracker(["restore", "1"])
    try FileManager.default.linkItem(
      atPath: workplace.path("tracker.db"), toPath: workplace.path("second.db"))
    let outcome = try await workplace.tracker(command + ["--db", "second.db"])
    let warnings = outcome.errors.components(
      separatedBy: "Warning: The file 'second.db' has 2 names")
    #expect(warnings.count == 2, "\(outcome.errors)")
    #expect(outcome.errors.contains("tracker backup FILE --db second.db"))
  }

  @Test(arguments: [["list"], ["doctor"], ["verify", "1"], ["backup", "copy.db"]])
  func whoeverReadsItIsNot(command: [String]) async throws {
    let workplace = try await Workplace.withRun()
    try FileManager.default.linkItem(
      atPath: workplace.path("tracker.db"), toPath: workplace.path("second.db"))
    let outcome = try await workplace.tracker(command)
    #expect(outcome.status == .exited(0))
    #expect(!outcome.errors.contains("hard links"))
  }

  @Test func aFileIsNotMergedWithItsSecondName() async throws {
    let workplace = try await Workplace.withRun()
    try FileManager.default.linkItem(
      atPath: workplace.path("tracker.db"), toPath: workplace.path("second.db"))
    let outcome = try await workplace.tracker(["merge", "second.db"])
    #expect(outcome.status == .exited(1))
    #expect(outcome.errors.contains("cannot be merged with itself"))
  }
}
