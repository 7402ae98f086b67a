import RunStore
import Testing

@testable import Recipes

/// The sums and outputs of the report.
@Suite struct AdalineTests {
  private func evaluate(_ gate: Gate, _ weights: [Double]) async throws -> RunOutcome {
    var recipe = AdalineRecipe()
    recipe.gate = gate
    recipe.weights = weights
    return try recipe.run(in: await Logbook().context).outcome
  }

  private func train(_ gate: Gate) async throws -> RunOutcome {
    var recipe = AdalineRecipe()
    recipe.gate = gate
    return try recipe.run(in: await Logbook().context).outcome
  }

  @Test func andHasTheReportsSums() async throws {
    let outcome = try await evaluate(.and, [-1.5, 1, 1])
    #expect(outcome.predictions.map(\.sum) == [-3.5, -1.5, -1.5, 0.5])
    #expect(outcome.predictions.map(\.output) == [-1, -1, -1, 1])
    #expect(outcome.predictions.map(\.inputs) == [[-1, -1], [-1, 1], [1, -1], [1, 1]])
    #expect(outcome.alerts.isEmpty)
    #expect(outcome.metric("train/errors")?.lastValue == 0)
  }

  @Test func norHasTheReportsSums() async throws {
    let outcome = try await evaluate(.nor, [-3, -3, -1])
    #expect(outcome.predictions.map(\.sum) == [1, -1, -5, -7])
    #expect(outcome.predictions.map(\.output) == [1, -1, -1, -1])
  }

  @Test func theReportsMajorityIsWrongInOneRow() async throws {
    let outcome = try await evaluate(.majority, [1, 3, 2, 1])
    #expect(outcome.predictions.map(\.sum) == [-5, -3, -1, 1, 1, 3, 5, 7])
    #expect(outcome.predictions.map(\.output) == [-1, -1, -1, 1, 1, 1, 1, 1])
    #expect(
      outcome.alerts.map(\.message) == ["majority is wrong in 1 of 8 rows: (+1, -1, -1)."])
    #expect(outcome.metric("train/errors")?.lastValue == 1)
  }

  @Test func equalWeightsMakeTheMajority() async throws {
    let outcome = try await evaluate(.majority, [0, 1, 1, 1])
    #expect(outcome.predictions.allSatisfy { $0.output == $0.target })
    #expect(outcome.alerts.isEmpty)
  }

  @Test(arguments: [Gate.and, .or, .nand, .nor, .majority])
  func everySeparableGateIsLearned(gate: Gate) async throws {
    let outcome = try await train(gate)
    #expect(outcome.status == .finished)
    #expect(outcome.predictions.allSatisfy { $0.output == $0.target })
    // Before training, and after each epoch.
    let loss = try #require(outcome.metric("train/loss"))
    #expect(loss.count == 51 && loss.firstStep == 0)
  }

  /// The least-squares weights of AND are (-½, ½, ½); the rule stays near them.
  @Test func andTendsToLeastSquares() async throws {
    let outcome = try await train(.and)
    let wiener = try #require(
      leastSquares(Gate.and.truthTable.map { Sample(inputs: [1] + $0.inputs, target: $0.target) }))
    for (weight, expected) in zip(wiener.weights, [-0.5, 0.5, 0.5]) {
      #expect(abs(weight - expected) < 1e-12)
    }
    for (index, weight) in wiener.weights.enumerated() {
      let learned = try #require(outcome.metric("weight/w\(index)")?.lastValue)
      #expect(abs(learned - weight) < 0.05)
    }
  }

  @Test func exclusiveOrIsSaidToBeImpossible() async throws {
    let outcome = try await train(.xor)
    #expect(outcome.alerts.map(\.kind) == ["wrong_rows", "not_separable"])
    #expect(try #require(outcome.metric("train/errors")?.lastValue) >= 1)
    #expect(outcome.status == .finished)
  }

  @Test func oneStepOfTheRuleIsTheFormula() {
    var adaline = Adaline(weights: [0.5, -1, 2])
    // s = 0.5 - 1·1 + 2·(-1) = -2.5, so that w changes by 0.1 · (1 - -2.5) · (1, 1, -1).
    adaline.learn(Sample(inputs: [1, -1], target: 1), rate: 0.1)
    for (weight, expected) in zip(adaline.weights, [0.85, -0.65, 1.65]) {
      #expect(abs(weight - expected) < 1e-12)
    }
  }

  @Test func aSumOfZeroCountsAsOn() {
    #expect(Adaline(weights: [0, 1, 1]).output([1, -1]) == 1)
  }
}
