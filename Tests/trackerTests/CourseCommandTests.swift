import Foundation
import Reporting
import RunStore
import TestSupport
import Testing

/// `tracker report course --run-missing`, as a person types it.
@Suite struct CourseCommandTests {
  /// What would take minutes here: the networks on images, as finished runs without results.
  private static let networks: [(recipe: String, group: String?, parameters: [String: SQLValue])] =
    [
      ("lenet", nil, ["init": "default"]), ("lenet", nil, ["init": "zero-weights"]),
      ("mlp", "depths", ["depth": 1, "activation": "relu"]),
    ]
    + [
      ("sigmoid", 0.05), ("sigmoid", 0.5), ("sigmoid", 5), ("tanh", 0.05), ("relu", 0.05),
      ("relu", 0.5),
    ].map { activation, rate in
      (
        "mlp", nil,
        ["hidden": "64,64,64,64", "activation": .text(activation), "lr": .real(rate)]
      )
    }

  @Test(.enabled("TRACKER_TESTS=all is not set", { TestScope.isFull }))
  func whatIsMissingIsMadeOnceWithALineEach() async throws {
    let workplace = try Workplace()
    let database = try RunDatabase(writingTo: workplace.path("tracker.db"))
    for network in Self.networks {
      var draft = RunDraft(
        name: network.recipe, startedAt: Date(), recipe: network.recipe,
        parameters: network.parameters)
      draft.group = network.group
      try database.finishRun(try database.createRun(draft).id, status: .finished, at: Date())
    }
    let missing = CourseReport.parts.flatMap(\.sources).map(\.command)
      .filter { !$0.contains("run mlp") && !$0.contains("run lenet") }
    let outcome = try await workplace.tracker(["report", "course", "--run-missing"])
    #expect(outcome.status == .exited(0) && outcome.lines == ["report.html"])
    let lines = outcome.errors.split(separator: "\n")
    #expect(lines.count == missing.count)
    for (number, (line, command)) in zip(lines, missing).enumerated() {
      #expect(line.hasPrefix("\(number + 1) of \(missing.count): \(command) ("))
      #expect(line.hasSuffix(" s)"))
    }
    let again = try await workplace.tracker(["report", "course", "--run-missing"])
    #expect(again.errors.isEmpty && again.lines == ["report.html"])
  }
}
