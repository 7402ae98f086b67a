import Foundation
import RunStore
import Testing

@testable import Recipes

/// The LMS rule and least squares against NumPy (`Fixtures/lms`).
@Suite struct LMSTests {
  private struct Golden: Decodable {
    struct Solution: Decodable {
      let w: [Double]
      let mse: Double
    }
    struct Series: Decodable {
      let w: [Double]
      let mse: [Double]
    }
    let wiener: Solution
    let lms: [String: Series]
  }

  private func fixture(_ name: String) throws -> URL {
    try #require(Bundle.module.resourceURL).appendingPathComponent("Fixtures/lms/\(name)")
  }

  private func golden() throws -> Golden {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return try decoder.decode(Golden.self, from: Data(contentsOf: fixture("expected.json")))
  }

  private func expectClose(
    _ found: [Double], _ expected: [Double], relative: Double, _ what: String
  ) {
    #expect(found.count == expected.count, "\(what)")
    for (index, (value, wanted)) in zip(found, expected).enumerated() {
      // Infinities must be equal; their difference is NaN.
      let isClose = value == wanted || abs(value - wanted) <= relative * abs(wanted)
      #expect(isClose, "\(what)[\(index)] is \(value), expected \(wanted)")
    }
  }

  @Test func everyRateGivesTheSeriesOfNumPy() async throws {
    let golden = try golden()
    let log = try await Logbook()
    var recipe = LMSRecipe()
    recipe.data = try fixture("lms.csv").path
    let comparison = try recipe.run(in: log.context)

    expectClose(comparison.wienerWeights, golden.wiener.w, relative: 1e-9, "least squares")
    expectClose([comparison.wienerLoss], [golden.wiener.mse], relative: 1e-9, "its error")
    #expect(comparison.outcomes.map(\.learningRate) == [0.005, 0.01, 0.05, 0.5, 1])
    for outcome in comparison.outcomes {
      let expected = try #require(golden.lms["\(outcome.learningRate)"])
      let relative = outcome.learningRate == 1 ? 1e-6 : 1e-9
      let run = outcome.run.run
      expectClose(
        try log.values("train/loss", ofRun: run), expected.mse, relative: relative,
        "error at rate \(outcome.learningRate)")
      expectClose(
        outcome.weights, expected.w, relative: relative,
        "weights at rate \(outcome.learningRate)")
      #expect(
        try log.values("weight/w2", ofRun: run).last == outcome.weights.last)
      #expect(
        outcome.run.metric("wiener/loss")?.lastValue == comparison.wienerLoss)
    }
  }

  @Test func tooLargeARateIsStoredAsInfiniteAndNoticed() async throws {
    let log = try await Logbook()
    var recipe = LMSRecipe()
    recipe.data = try fixture("lms.csv").path
    recipe.learningRates = [1]
    let outcome = try #require(recipe.run(in: log.context).runs.first)
    #expect(outcome.status == .finished)
    #expect(
      try log.values("train/loss", ofRun: outcome.run).suffix(5)
        == Array(repeating: .infinity, count: 5))
    #expect(outcome.alerts.map(\.kind) == ["divergence", "divergence"])
    #expect(outcome.alerts.map(\.epoch) == [1, 16])
    #expect(try outcome.json.contains(#""final_train_loss":"Infinity""#))
  }

  @Test func runsOfOneCommandShareAGroup() async throws {
    let log = try await Logbook()
    let runs = try LMSRecipe().run(in: log.context).outcomes
      .map { try log.database().run($0.run.run) }
    #expect(runs.count == 5)
    #expect(Set(runs.map(\.group)).count == 1)
    let again = try LMSRecipe().run(in: log.context).runs[0]
    #expect(try log.database().run(again.run).group != runs[0].group)
  }

  @Test func generatedDataLeadToTheWeightsBehindThem() throws {
    for seed in UInt64(1)...10 {
      let samples = LMSData.generated(seed: seed)
      let neuron = try #require(leastSquares(samples))
      for (weight, expected) in zip(neuron.weights, [-1.0, 1, -2]) {
        // Noise of 0.01 over 100 rows moves a weight by about 0.001.
        #expect(abs(weight - expected) < 0.006, "seed \(seed)")
      }
      #expect((0.5e-4...2e-4).contains(neuron.meanSquaredError(over: samples)), "seed \(seed)")
    }
  }

  @Test(arguments: [
    "1,2,4,1\n1,3,6,2\n1,4,8,3\n", "1,2,3,4\n1,3,3,3\n", "0,1,2,4\n0,2,2,3\n0,2,4,4\n",
    "1,1e308,2,1\n1,-1e308,3,1\n1,1e307,4,1\n",
  ])
  func dataThatDoNotDetermineTheWeightsAreRefused(text: String) async throws {
    let log = try await Logbook()
    var recipe = LMSRecipe()
    recipe.data = try log.file("data.csv", text)
    #expect(throws: RecipeError.self) { try recipe.run(in: log.context) }
    #expect(log.isEmpty)
  }

  @Test func leastSquaresSolvesWhatCanBeSolved() throws {
    let samples = [
      Sample(inputs: [1, 0], target: 3), Sample(inputs: [1, 1], target: 5),
      Sample(inputs: [1, 2], target: 7),
    ]
    let neuron = try #require(leastSquares(samples))
    #expect(abs(neuron.weights[0] - 3) < 1e-12)
    #expect(abs(neuron.weights[1] - 2) < 1e-12)
  }
}
