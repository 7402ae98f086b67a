import RunStore
import Testing

@Suite struct MetricGoalTests {
  /// Names as people give them, and what is better.
  static let usual: KeyValuePairs<String, MetricGoal?> = [
    "val/loss": .minimum, "eval/perplexity": .minimum, "test-WER": .minimum, "RMSE": .minimum,
    "train.nll": .minimum, "val/accuracy_loss": .minimum, "seconds": .minimum,
    "step_time_ms": .minimum, "error_rate": .minimum, "neg_log_likelihood": .minimum,
    "mae2": .minimum, "brier_score": .minimum, "p95 latency": .minimum,
    "best/r2": .maximum, "acc": .maximum, "train/acc1": .maximum, "Accuracy": .maximum,
    "F1-score": .maximum, "mAP50": .maximum, "hits@10": .maximum, "bleu4": .maximum,
    "images_per_second": .maximum, "tokens/sec": .maximum, "test_top5": .maximum,
    "log_likelihood": .maximum, "ndcg@5": .maximum, "episode_return": .maximum,
    "cohen_kappa": .maximum, "val/mIoU": .maximum, "neg_mean_squared_error": .maximum,
    "grad_norm": nil, "learning_rate": nil, "epoch": nil, "x": nil, "reclaimed": nil, "lossy": nil,
    "é": nil, "//": nil, "17": nil,
  ]

  @Test func theUsualWordsSayWhatIsBetter() throws {
    let fixture = try StoreFixture()
    try fixture.record(Self.usual.map { MetricPoint(name: $0.key, step: 1, value: 1) })
    for (name, goal) in Self.usual {
      #expect(try fixture.database.goal(ofMetric: name) == goal, "\(name)")
    }
  }

  @Test func whatPeopleSayOfANameWinsThenOfAWordThenTheUsualWords() throws {
    let fixture = try StoreFixture()
    try fixture.record(
      ["val/loss", "train/loss", "rate", "x"].map { MetricPoint(name: $0, step: 1, value: 1) })
    let database = fixture.database
    #expect(
      try database.setGoal(.maximum, ofMetric: "loss", isWord: true) == ["train/loss", "val/loss"])
    #expect(try database.setGoal(.minimum, ofMetric: "val/loss") == ["val/loss"])
    #expect(try database.setGoal(.maximum, ofMetric: "x") == ["x"])
    try fixture.record([MetricPoint(name: "test/loss", step: 1, value: 1)])
    #expect(try database.goal(ofMetric: "test/loss") == .maximum)
    #expect(try database.goal(ofMetric: "val/loss") == .minimum)
    #expect(
      try database.setGoal(nil, ofMetric: "loss", isWord: true) == ["test/loss", "train/loss"])
    #expect(try database.goal(ofMetric: "test/loss") == .minimum)
    #expect(try database.goal(ofMetric: "rate") == nil)
  }

  @Test func theRuleOfMostWordsWins() throws {
    let fixture = try StoreFixture()
    try fixture.record(
      ["steps_per_second", "a/b/c"].map { MetricPoint(name: $0, step: 1, value: 1) })
    #expect(try fixture.database.goal(ofMetric: "steps_per_second") == .maximum)
    _ = try fixture.database.setGoal(.minimum, ofMetric: "b", isWord: true)
    _ = try fixture.database.setGoal(.maximum, ofMetric: "B / C", isWord: true)
    #expect(try fixture.database.goal(ofMetric: "a/b/c") == .maximum)
  }

  /// Would take many minutes if each new name cost a look at all the others.
  @Test func thousandsOfNewNamesAreMetOneByOne() throws {
    let fixture = try StoreFixture()
    try fixture.record((0..<5000).map { MetricPoint(name: "layer\($0)/loss", step: 1, value: 1) })
    #expect(
      try fixture.rows("SELECT COUNT(*) FROM metric_names WHERE goal = 'min'") == [[.integer(5000)]]
    )
  }

  @Test func aNameIsForgottenWithItsLastSeriesAndMetAnewWhenRenamed() throws {
    let fixture = try StoreFixture()
    try fixture.record([MetricPoint(name: "a/loss", step: 1, value: 1)])
    try fixture.execute("UPDATE metric_series SET name = 'acc' WHERE name = 'a/loss'")
    #expect(
      try fixture.rows("SELECT name, goal FROM metric_names") == [[.text("acc"), .text("max")]])
    try fixture.execute("DELETE FROM metric_series")
    #expect(try fixture.rows("SELECT name FROM metric_names").isEmpty)
  }
}
