import Foundation
import RunStore
import TestSupport
import Testing

@testable import Reporting

/// The sentences of the course's page follow the numbers beside them, whatever these are.
@Suite struct CourseConclusionTests {
  private let fixture: ComparisonFixture

  init() throws { fixture = try ComparisonFixture() }

  /// Adds a run with metrics by epoch; nil for how it ended if it still runs.
  private func add(
    _ recipe: String, _ parameters: [String: SQLValue], group: String? = nil, seed: Int = 1,
    metrics: [String: [Double]], rows: [PredictionRecord] = [], status: RunStatus? = .finished
  ) throws {
    var draft = RunDraft(
      name: recipe, startedAt: Date(), recipe: recipe, seed: seed,
      parameters: parameters)
    draft.group = group
    let run = try fixture.database.createRun(draft).id
    let points = metrics.flatMap { name, values in
      zip(1..., values).map { MetricPoint(name: name, step: $0, epoch: $0, value: $1) }
    }
    try fixture.database.record(
      RunBatch(time: Date(), metrics: points, predictions: rows), run: run)
    if let status { try fixture.database.finishRun(run, status: status, at: Date()) }
  }

  private func page() async throws -> String {
    try await CourseReport(on: fixture.database).html()
  }

  /// Networks of some depths, each with two seeds, that end with so many right answers.
  private func addDepths(_ accuracies: [(depth: Int, new: Double, training: Double)]) throws {
    for accuracy in accuracies {
      for seed in 1...2 {
        try add(
          "mlp",
          ["depth": .integer(Int64(accuracy.depth)), "activation": "relu"], group: "mlp-1",
          seed: seed,
          metrics: ["val/accuracy": [accuracy.new], "train/accuracy": [accuracy.training]])
      }
    }
  }

  @Test func deepNetworksThatAreWorseEverywhereAreHardToTrain() async throws {
    try addDepths([(1, 0.7, 0.8), (2, 0.8, 0.9), (8, 0.5, 0.55)])
    let page = try await page()
    #expect(page.contains("The best on new images have 2 hidden layers, with 80 % right answers;"))
    #expect(page.contains("worse as well (55 % against 90 %)"))
  }

  @Test func deepNetworksThatFitBetterFitTooWell() async throws {
    try addDepths([(1, 0.8, 0.8), (8, 0.7, 0.99)])
    let page = try await page()
    #expect(page.contains("The best on new images have 1 hidden layer, with"))
    #expect(page.contains("not worse (99 % against 80 %): they fit these too well."))
  }

  @Test func deepNetworksThatAreTheBestAreSaidToBe() async throws {
    try addDepths([(1, 0.7, 0.8), (4, 0.9, 0.95)])
    let page = try await page()
    #expect(page.contains("Up to 4 hidden layers more of them helped"))
    #expect(!page.contains("harder to train") && !page.contains("too well."))
  }

  /// The rows of a plane, and the runs of the LMS rule on them by their errors.
  private func addRates(
    _ errors: [Double: [Double]], least: Double = 0.1, data: String = "generated"
  ) throws {
    let rows = [(0.0, 0.0, 1.0), (1, 0, 2), (0, 1, -1), (1, 1, 0.5)].enumerated().map {
      row, values in
      PredictionRecord(
        row: row, inputs: [1, values.0, values.1], target: values.2, sum: 0, output: 0)
    }
    for rate in errors.keys.sorted() {
      let values = errors[rate] ?? []
      var metrics = ["train/loss": values, "wiener/loss": [least]]
      for weight in 0..<3 {
        metrics["wiener/w\(weight)"] = [0.5]
        metrics["weight/w\(weight)"] = values.map { 0.5 + $0 }
      }
      try add(
        "lms", ["lr": .real(rate), "data": .text(data)], group: "lms-1", metrics: metrics,
        rows: rows)
    }
  }

  @Test func eachRateIsSaidToEndAsItEnds() async throws {
    try addRates([
      0.001: [1, 0.9, 0.8], 0.01: [0.5, 0.1001, 0.1], 0.1: [0.5, 0.3, 0.3], 0.7: [5, 1e9, 1e20],
      0.9: [5, 1e200, .infinity],
    ])
    let page = try await page()
    for words in [
      "With rate 0.01 the error comes within 1 % of the Wiener error",
      "With rate 0.1 it stays above that, by a factor of 3,",
      "With rate 0.001 it is still falling when the epochs end.",
      "With rates 0.7 and 0.9 it grows by powers of ten, until it is infinite.",
      "Diverged and left out of the pictures: rates 0.7 and 0.9.",
      "a little noise, generated from seed 1",
    ] {
      #expect(page.contains(words), "\(words)")
    }
    #expect(page.contains("rate 0.01</text>") && !page.contains("lr 0.01"))
  }

  @Test func dataOfOnesOwnAndRatesThatAllSettleAreSaid() async throws {
    try addRates([0.1: [0.5, 0.3, 0.3]], data: "mine.csv")
    let page = try await page()
    #expect(page.contains("4 rows of (1, x1, x2) and d, from mine.csv."))
    #expect(page.contains("No rate here comes within 1 %"))
    #expect(page.contains("None of these rates is so large that the error grows."))
    #expect(page.contains("its digits differ.</p>") && !page.contains("a little noise"))
  }

  @Test func runsThatDidNotComeToTheirEndAreLeftOutByName() async throws {
    try addRates([0.1: [0.5, 0.3, 0.3]])
    try add("lms", ["lr": 0.2, "data": "generated"], group: "lms-1", metrics: [:], status: nil)
    try add("lms", ["lr": 0.3, "data": "generated"], group: "lms-1", metrics: [:], status: .failed)
    let page = try await page()
    #expect(page.contains("(runs 1 to 3; left out: 1 failed, 1 running)"))
    #expect(!page.contains("rate 0.2"))
  }

  /// Of two gates one alone says nothing of both.
  @Test func aPartWithoutAllItsRunsDrawsNoConclusion() async throws {
    try add("adaline", ["gate": "and", "weights": "-1.5,1,1"], metrics: [:])
    #expect(try await !page().contains("Both gates come out right"))
    try add("adaline", ["gate": "nor", "weights": "-3,-3,-1"], metrics: [:])
    #expect(try await page().contains("Both gates come out right"))
  }

  /// A network without histograms is no reason to be without the rest.
  @Test func aRunThatLacksSomethingIsNoReasonForNoPage() async throws {
    try add(
      "lenet", ["init": "default"],
      metrics: ["train/loss": [1], "val/loss": [1], "val/accuracy": [0.5]])
    try addRates([0.1: [0.5, 0.3, 0.3]])
    let page = try await page()
    #expect(
      page.contains(
        "Run 1 has no weight histograms of epoch 0. Runs that have it are made by: tracker run lenet<"
      ))
    #expect(page.contains("None of these rates is so large"))
  }

  @Test(arguments: [
    (1.0037, "The error settles at 1.0037"), (3.5, "The error ends at 3.5"),
    (1e30, "At rate 0.5 the error does not even fall"), (.infinity, "does not even fall"),
  ])
  func whatOneNeuronMakesOfXORIsSaid(error: Double, words: String) async throws {
    try add(
      "adaline", ["gate": "xor", "lr": 0.5, "weights": .null], metrics: ["train/loss": [2, error]])
    #expect(try await page().contains(words))
  }

  @Test func aMadalineWithoutACountOfItsErrorsIsNoSuccess() async throws {
    for (seed, errors) in [[2, 0], [2, .infinity], [2, .nan]].enumerated() {
      try add(
        "madaline", ["gate": "xor", "output": .null], group: "madaline-1", seed: seed,
        metrics: ["train/errors": errors])
    }
    #expect(try await page().contains("Learned XOR from 1 of 3 initialisations"))
  }

  @Test(arguments: [
    (0.0, "0"), (4.9034, "4.9"), (71_454_390_243, "7.15·10¹⁰"), (1.156e-10, "1.16·10⁻¹⁰"),
    (9.996e6, "10·10⁶"), (-0.5, "-0.5"), (.infinity, "inf"),
  ])
  func numbersOfSentencesAreShort(number: Double, text: String) {
    #expect(Prose.number(number) == text)
  }
}
