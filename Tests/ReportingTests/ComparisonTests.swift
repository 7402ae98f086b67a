import Foundation
import Randomness
import Reporting
import RunStore
import TestSupport
import Testing

@Suite struct ComparisonTests {
  private func statistics(
    _ fixture: ComparisonFixture, by parameters: [String] = ["lr"], metric: String = "val/loss",
    choice: GroupStatistics.Choice = .final
  ) throws -> GroupStatistics {
    let runs = try fixture.database.comparedRuns(fixture.find(nil), metrics: [metric])
    return try GroupStatistics(
      runs, by: parameters, over: "seed", metric: metric, choice: choice)
  }

  @Test(arguments: TableFormat.allCases)
  func theLeaderboardHasItsForm(format: TableFormat) throws {
    let fixture = try ComparisonFixture.sweep()
    let ids = try fixture.find(nil)
    let table = Table.leaderboard(
      try fixture.database.comparedRuns(ids, metrics: ["val/loss", "val/accuracy"]),
      parameters: try fixture.database.differingParameters(amongRuns: ids),
      metrics: ["val/loss", "val/accuracy"], in: format)
    try expectGolden(table.formatted(as: format), "leaderboard.\(format.rawValue)")
  }

  @Test(arguments: TableFormat.allCases)
  func groupsAndTestsHaveTheirForm(format: TableFormat) throws {
    let statistics = try statistics(ComparisonFixture.sweep())
    var generator = SeededGenerator(seed: 1)
    let sheet = TableSheet([
      .init(title: "Groups", table: .groups(statistics, in: format)),
      .init(title: "Tests", table: try GroupTests(statistics, using: &generator).table),
    ])
    try expectGolden(try sheet.formatted(as: format), "groups.\(format.rawValue)")
  }

  @Test(arguments: TableFormat.allCases)
  func twoRunsSideBySideHaveTheirForm(format: TableFormat) throws {
    let fixture = try ComparisonFixture()
    let weights: [[Float]] = [[1, 0, 0, 2], [0, 1, 0, 2]]
    for (index, values) in weights.enumerated() {
      try fixture.add(
        "lenet", ["lr": .real(0.1 * Double(index + 1)), "momentum": 0.9],
        losses: [1, 0.5 / Double(index + 1)],
        snapshot: [TensorRecord(name: "fc.weight", shape: [2, 2], values: values)])
    }
    let comparison = try RunComparison(
      of: [1, 2], in: fixture.database, showsAllParameters: false, format: format,
      seenFrom: Machine(host: "nowhere", bootID: nil, isProcessAlive: { _ in false }), at: Date())
    try expectGolden(try comparison.tables.formatted(as: format), "side-by-side.\(format.rawValue)")
  }

  @Test func settingsDifferWithinARecipeOrBetweenRecipes() throws {
    let fixture = try ComparisonFixture()
    try fixture.add("a", ["same": 1, "lr": 0.1, "some": .null], losses: [1])
    try fixture.add("a", ["same": 1, "lr": 0.1, "some": 2, "extra": 1], losses: [1])
    try fixture.add("b", ["only_b": 5, "lr": 0.2], losses: [1])
    #expect(
      try fixture.database.differingParameters(amongRuns: [1, 2, 3]) == ["extra", "lr", "some"])
    #expect(try fixture.database.differingParameters(amongRuns: [1]) == [])
  }

  /// NumPy and SciPy: `stats.t.interval(0.95, 2, mean, sem)` of 0.433, 0.466 and 0.51.
  @Test func groupsHaveSciPysNumbers() throws {
    let table = Table.groups(try statistics(ComparisonFixture.sweep()), in: .json)
    let row = try #require(table.rows.first { $0[0] == 0.1 })
    #expect(row[1] == 3 && row[2] == 3 && row[3] == .null)
    let expected = [
      0.4696666666666667, 0.03863073042712672, 0.37370261238018027, 0.565630720953153, 0.433, 0.51,
    ]
    for (value, right) in zip(row.dropFirst(4), expected) {
      #expect(agree(value.real ?? .nan, right))
    }
  }

  @Test func aDivergedRunIsNamedAndDoesNotCount() throws {
    for choice in GroupStatistics.Choice.allCases {
      let table = Table.groups(try statistics(ComparisonFixture.sweep(), choice: choice))
      let row = try #require(table.rows.last)
      #expect(row[0] == 2 && row[1] == "0 of 1" && row[2] == "1 diverged")
      #expect(row[3...].allSatisfy { $0 == .null })
    }
  }

  @Test func onlyRunsThatCameToAnEndCount() throws {
    let fixture = try ComparisonFixture()
    for status in RunStatus.allCases where status != .crashed {
      let run = try fixture.add("x", ["lr": 0.1], losses: [1])
      try PlainConnection(path: fixture.path).execute(
        "UPDATE runs SET status = '\(status.rawValue)' WHERE id = \(run)")
    }
    let runs = try fixture.database.comparedRuns([1, 2, 3, 4, 5, 6], metrics: ["val/loss"])
    func group(countsAll: Bool) throws -> [SQLValue] {
      let statistics = try GroupStatistics(
        runs, by: ["lr"], over: "seed", metric: "val/loss", choice: .final, countsAll: countsAll)
      return Array(Table.groups(statistics).rows[0][1...2])
    }
    #expect(
      try group(countsAll: false)
        == ["2 of 6", "1 failed, 1 interrupted, 1 running, 1 scheduled"])
    #expect(try group(countsAll: true) == ["6 of 6", .null])
  }

  @Test func aRunWithoutTheMetricIsCounted() throws {
    let fixture = try ComparisonFixture()
    try fixture.add("x", ["lr": 0.1], losses: [1])
    try fixture.add("x", ["lr": 0.1], losses: [])
    try fixture.add("x", ["lr": 0.2], losses: [])
    let table = Table.groups(try statistics(fixture))
    #expect(table.rows.map { Array($0[0...2]) } == [[0.1, "1 of 2", "1 without the metric"]])
  }

  /// Who looks at few of the groups has made no fewer tests.
  @Test func pValuesAreCorrectedForAllGroups() throws {
    let ranked = try statistics(ComparisonFixture.sweep()).ranked(goal: .minimum)
    var generator = SeededGenerator(seed: 1)
    let all = try GroupTests(ranked, using: &generator)
    let few = all.among(ranked.prefix(2))
    #expect(few.table.rows.count == 1)
    #expect(few.table.rows.allSatisfy(all.table.rows.contains))
  }

  /// 1 and 1.0 are one setting; no parameter, None, an empty text, 1 as text, and text are others.
  @Test func groupsGoByTheValueAndAreToldApart() throws {
    let fixture = try ComparisonFixture()
    let settings: [SQLValue?] = [1, 1.0, nil, .null, "", "1", "none", 0.1234567891, 0.1234567892]
    for setting in settings {
      try fixture.add("x", setting.map { ["a": $0] } ?? [:], losses: [1])
    }
    let groups = try statistics(fixture, by: ["a"]).groups.map(\.name)
    #expect(
      groups == ["–", "none", "0.1234567891", "0.1234567892", "1", "''", "'1'", "'none'"])
    let compared = try RunComparison(
      of: Array(1...9), in: fixture.database, showsAllParameters: false,
      seenFrom: Machine(host: "nowhere", bootID: nil, isProcessAlive: { _ in false }),
      at: Date())
    let lines = try compared.tables.formatted(as: .text).split(separator: "\n")
    let row = try #require(lines.first { $0.hasPrefix("a ") })
    #expect(
      row.split(separator: " ").dropFirst()
        == ["1", "1", "–", "none", "''", "'1'", "'none'", "0.1234567891", "0.1234567892"])
  }

  /// The comparisons of SciPy's fixture through the whole way from the file to the table.
  @Test func testsHaveSciPysPValues() throws {
    let values = try SciPyValues.load()
    for sample in values.paired {
      let fixture = try ComparisonFixture()
      for (seed, difference) in zip(1..., sample.differences) {
        try fixture.add("x", ["lr": 0.1, "seed": .integer(Int64(seed))], losses: [difference])
        try fixture.add("x", ["lr": 0.2, "seed": .integer(Int64(seed))], losses: [0])
      }
      try expectTest(fixture, p: sample.p, difference: sample.mean, design: "pairs by seed")
    }
    for sample in values.twoSample {
      let fixture = try ComparisonFixture()
      for value in sample.first { try fixture.add("x", ["lr": 0.1], losses: [value]) }
      for value in sample.second { try fixture.add("x", ["lr": 0.2], losses: [value]) }
      try expectTest(fixture, p: sample.p, difference: sample.difference, design: "two samples")
    }
  }

  private func expectTest(
    _ fixture: ComparisonFixture, p: Double, difference: Double, design: String
  ) throws {
    var generator = SeededGenerator(seed: 1)
    let table = try GroupTests(try statistics(fixture), using: &generator).table
    let row = try #require(table.rows.first)
    #expect(row[2].text?.contains(design) == true)
    #expect(agree(row[3].real ?? .nan, difference))
    #expect(agree(row[6].real ?? .nan, p) && row[7] == row[6])
  }

  @Test func tooFewSeedsHaveNoPValue() throws {
    let fixture = try ComparisonFixture()
    for (rate, seed) in [(0.1, 1), (0.1, 2), (0.2, 1), (0.2, 2)] {
      try fixture.add("x", ["lr": .real(rate)], seed: seed, losses: [rate])
    }
    var generator = SeededGenerator(seed: 1)
    let row = try #require(
      try GroupTests(try statistics(fixture), using: &generator).table.rows.first)
    #expect(row[6] == .null && row[7] == .null && row[9] == "needs 1 more seed")
  }

  @Test func aBaselineIsComparedWithAllOthersOnly() throws {
    var generator = SeededGenerator(seed: 1)
    let statistics = try statistics(ComparisonFixture.sweep())
    for typed in ["0.1", "0.10", "1e-1"] {
      let table = try GroupTests(statistics, baseline: typed, using: &generator).table
      #expect(table.rows.map { $0[1] } == ["0.1", "0.1", "0.1"])
    }
    #expect(throws: ComparisonError.unknownBaseline("7", known: ["0.01", "0.1", "0.5", "2"])) {
      try GroupTests(statistics, baseline: "7", using: &generator)
    }
  }

  @Test func aTestIsSaidInASentence() throws {
    var generator = SeededGenerator(seed: 1)
    let ranked = try statistics(ComparisonFixture.sweep()).ranked(goal: .minimum)
    #expect(ranked.groups.map(\.name) == ["0.1", "0.5", "0.01", "2"])
    let tests = try GroupTests(ranked, baseline: "0.5", using: &generator)
    #expect(
      tests.sentences(goal: .minimum) == [
        "Mean val/loss of lr 0.1 is lower by 0.2 than that of lr 0.5 (better), p = 0.5, corrected"
          + " for 2 tests: so few runs cannot show a difference: the smallest p they can reach is 0.25,"
          + " corrected 0.5.",
        "Mean val/loss of lr 0.01 is higher by 0.297 than that of lr 0.5 (worse), p = 0.5, corrected"
          + " for 2 tests: so few runs cannot show a difference: the smallest p they can reach is 0.25,"
          + " corrected 0.5.",
        "val/loss of lr 2 and lr 0.5 was not tested: needs 3 more seeds.",
      ])
  }

  @Test func whatElseDiffersIsNamed() throws {
    let statistics = try statistics(ComparisonFixture.sweep(), by: ["momentum"])
    #expect(statistics.confounders == ["lr"])
    #expect(throws: ComparisonError.self) {
      try self.statistics(ComparisonFixture.sweep(), by: ["nothing"])
    }
  }

  @Test func distancesBetweenWeightsAreEuclidean() {
    func distance(_ values: [Float], _ others: [Float], shape: [Int] = [2]) -> WeightDistance? {
      WeightDistance(
        between: TensorRecord(name: "w", shape: [2], values: values),
        and: TensorRecord(name: "w", shape: shape, values: others))
    }
    #expect(distance([3, 0], [0, 4])?.distance == 5 && distance([3, 0], [0, 4])?.cosine == 0)
    #expect(distance([1, 2], [2, 4])?.cosine == 1)
    #expect(distance([0, 0], [2, 4])?.cosine.isNaN == true)
    #expect(distance([1, 2], [1, 2], shape: [1, 2]) == nil)
  }

  @Test func aTensorThatCannotBeReadLeavesTheOthers() throws {
    let fixture = try ComparisonFixture()
    for scale in [1, 2] as [Float] {
      let tensors = ["a", "b"].map { TensorRecord(name: $0, shape: [2], values: [scale, 0]) }
      try fixture.add("lenet", [:], losses: [1], snapshot: tensors)
    }
    try PlainConnection(path: fixture.path).execute(
      """
      UPDATE tensors SET shape = '[3]'
      WHERE name = 'a' AND snapshot_id = (SELECT id FROM snapshots WHERE run_id = 2)
      """)
    let tables = try RunComparison(
      of: [1, 2], in: fixture.database, showsAllParameters: false,
      seenFrom: Machine(host: "nowhere", bootID: nil, isProcessAlive: { _ in false }), at: Date()
    ).tables.formatted(as: .csv)
    #expect(
      tables.split(separator: "\n").filter { $0.contains("weights") && !$0.contains("reason") }
        == [
          "weights,1,tensor,b", "weights,1,run,1", "weights,1,other,2", "weights,1,distance,1.0",
          "weights,1,cosine,1.0", "unreadable_weights,1,tensor,a", "unreadable_weights,1,run,2",
        ])
  }

  @Test func wideMetricsHaveAColumnEach() throws {
    let fixture = try ComparisonFixture()
    let run = try fixture.database.createRun(RunDraft(name: "a", startedAt: Date())).id
    try fixture.database.record(
      RunBatch(
        time: Date(),
        metrics: [
          MetricPoint(name: "b", step: 1, epoch: 1, value: 0.5),
          MetricPoint(name: "a", step: 2, epoch: nil, value: .nan),
          MetricPoint(name: "b", step: 2, epoch: 2, value: 1),
          MetricPoint(name: "b", step: 2, repeat: 1, epoch: 2, value: .infinity),
        ]), run: run)
    func csv(_ rows: RunRows, epoch: Int? = nil) throws -> String {
      var writer = TableWriter(.csv, to: "")
      try rows.write(ofRun: run, epoch: epoch, in: fixture.database, to: &writer)
      return writer.output
    }
    #expect(try csv(.wideMetrics) == "step,epoch,a,b\n1,1,,0.5\n2,2,nan,inf\n")
    #expect(try csv(.wideMetrics, epoch: 1) == "step,epoch,b\n1,1,0.5\n")
    #expect(try csv(.metrics).split(separator: "\n").count == 5)
    #expect(try csv(.histograms) == "epoch,layer,quantity,bin,lower,upper,count\n")
    for rows in [RunRows.metrics, .wideMetrics] {
      #expect(
        throws: RunStoreError.noEpoch(run: run, epoch: 3, part: "metrics", available: [1, 2])
      ) {
        try csv(rows, epoch: 3)
      }
    }
  }
}
