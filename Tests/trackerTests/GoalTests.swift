import TestSupport
import Testing

/// Runs that other programs logged; only what is known of the metric's name says which is best.
@Suite struct GoalTests {
  /// Two runs: `low` has 0.1 at its end and 0.7 before, `high` 0.9 and 0.8, of each metric.
  private func workplace(metrics: [String]) async throws -> Workplace {
    let workplace = try Workplace()
    let points = metrics.flatMap { name in
      [(1, 0, 0.7), (1, 1, 0.1), (2, 0, 0.8), (2, 1, Double.infinity), (2, 2, 0.9)]
        .map { "(\($0.0), '\(name)', \($0.1), \($0.2 == .infinity ? "9e999" : "\($0.2)"))" }
    }
    let outcome = try await workplace.shell(
      """
      tracker init && sqlite3 tracker.db "INSERT INTO runs (name, status) VALUES ('low', 'finished'),
      ('high', 'finished'); INSERT INTO params (run_id, name, value) VALUES (1, 'lr', 0.1), (2, 'lr', 0.2); INSERT INTO metrics (run_id, name, step, value) VALUES
      \(points.joined(separator: ", "))"
      """)
    try #require(outcome.status == .exited(0), "\(outcome.errors)")
    return workplace
  }

  @Test(arguments: TestScope.some(["best/r2", "acc", "val/iou", "bleu", "f1"]))
  func theLargestIsBestForEveryoneWhoAsks(metric: String) async throws {
    let workplace = try await workplace(metrics: [metric])
    let show = try await workplace.tracker(["show", "best:\(metric)"])
    #expect(show.output.contains("high"))
    #expect(!show.output.contains("low"))
    let compare = try await workplace.tracker(["compare", "--metric", metric, "--format", "csv"])
    #expect(compare.lines.dropFirst().first?.contains("high") == true, "\(compare)")
    let shown = try await workplace.tracker(["compare", "--metric", metric])
    #expect((shown.output + shown.errors).contains("larger is better"), "\(shown)")
    let groups = try await workplace.tracker(["compare", "--group-by", "lr", "--metric", metric])
    #expect(groups.errors.contains("the final \(metric), larger is better"), "\(groups)")
    let query = try await workplace.tracker(
      ["query", "best_runs", "--metric", metric, "--format", "csv"])
    #expect(query.lines.dropFirst().first?.contains("high") == true, "\(query)")
    #expect(query.output.contains("0.9") && !query.output.contains("inf"), "\(query)")
  }

  @Test func whatNobodyKnowsIsRefusedWithTheLineToType() async throws {
    let workplace = try await workplace(metrics: ["x"])
    let refused = try await workplace.tracker(["show", "best:x"])
    #expect(refused.status == .exited(1))
    #expect(refused.errors.contains("tracker goal 'x' max"))
    let unranked = try await workplace.tracker(["compare", "--metric", "x", "--format", "csv"])
    #expect(unranked.status == .exited(0), "\(unranked)")
    #expect(unranked.lines.dropFirst().first?.contains("low") == true)
    #expect(unranked.errors.contains("tracker goal x max"), "\(unranked)")

    let said = try await workplace.tracker(["goal", "x", "max"])
    #expect(said.output == "x\n")
    #expect(try await workplace.tracker(["show", "best:x"]).output.contains("high"))
    #expect(try await workplace.tracker(["goal", "x", "--forget"]).output == "x\n")
    #expect(try await workplace.tracker(["show", "best:x"]).status == .exited(1))
  }

  @Test(arguments: [
    ["", "max"], ["", "max", "--word"], ["/./", "max", "--word"], ["", "--forget"],
  ])
  func aNameOrWordOfNothingIsRefused(arguments: [String]) async throws {
    let workplace = try await workplace(metrics: ["x"])
    let refused = try await workplace.tracker(["goal"] + arguments)
    #expect(refused.status == .exited(64))
    #expect(
      refused.errors.contains("its name is not empty")
        || refused.errors.contains("There is no word"))
    #expect(!refused.errors.contains("CHECK"))
  }
}
