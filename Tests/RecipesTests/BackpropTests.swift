import Randomness
import RunStore
import Testing

@testable import Recipes

@Suite struct BackpropTests {
  @Test(arguments: 1...20)
  func theGradientAgreesWithFiniteDifferences(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let inputs = 1 + generator.nextIndex(below: 4)
    let outputs = 1 + generator.nextIndex(below: 3)
    let samples = 1 + generator.nextIndex(below: 6)
    let network = TwoLayerNetwork(
      inputs: inputs, hidden: 1 + generator.nextIndex(below: 5), outputs: outputs,
      using: &generator)
    let data = BackpropData(
      inputs: Matrix(rowCount: samples, columnCount: inputs) { _, _ in
        generator.nextUniform(from: -2, to: 2)
      },
      targets: Matrix(rowCount: samples, columnCount: outputs) { _, _ in generator.nextUnit() })
    let check = GradientCheck(network, on: data)
    #expect(check.passes, "seed \(seed): \(check.relativeError)")
    #expect(check.reportRelativeError > 0.1, "seed \(seed)")
  }

  @Test func gradientsHaveTheShapesOfTheParameters() {
    var generator = SeededGenerator(seed: 1)
    let network = TwoLayerNetwork(inputs: 2, hidden: 3, outputs: 2, using: &generator)
    let gradient = network.gradient(
      Matrix(rows: [[1, 2], [3, 4]]), target: Matrix(rows: [[0, 1], [1, 0]]))
    for tensor in TwoLayerNetwork.tensors {
      #expect(
        gradient[keyPath: tensor.path].rowCount == network[keyPath: tensor.path].rowCount)
      #expect(
        gradient[keyPath: tensor.path].columnCount == network[keyPath: tensor.path].columnCount)
    }
  }

  /// For one neuron a layer all of the report's formula is numbers: with W1 = W2 = 1, no biases, x1 = 0
  /// and t = 0, x2 = ½ and x3 = σ(½), and dL/dW2 = x3 · x3 (1 - x3) · x2.
  @Test func oneNeuronALayerIsTheFormula() {
    let one = Matrix(rows: [[1]])
    let zero = Matrix(rows: [[0]])
    let network = TwoLayerNetwork(w1: one, b1: zero, w2: one, b2: zero)
    let gradient = network.gradient(zero, target: zero)
    let x3 = 0.6224593312018546
    #expect(abs(gradient.w2[0, 0] - x3 * x3 * (1 - x3) * 0.5) < 1e-15)
    #expect(abs(gradient.b1[0, 0] - x3 * x3 * (1 - x3) * 0.25) < 1e-15)
    #expect(gradient.w1[0, 0] == 0)
  }

  @Test func exclusiveOrIsLearned() async throws {
    let result = try BackpropRecipe().run(in: await Logbook().context)
    let (outcome, check) = (result.outcome, result.check)
    #expect(outcome.predictions.map(\.target) == [0, 1, 1, 0])
    for row in outcome.predictions {
      #expect(abs(try #require(row.output) - (try #require(row.target))) < 0.1)
    }
    #expect(outcome.metric("train/errors")?.lastValue == 0)
    #expect(outcome.metric("gradient_check/relative_error")?.lastValue == check.relativeError)
    #expect(check.relativeError <= 1e-6)
    #expect(outcome.metric("train/loss")?.count == 2_000)
  }

  @Test func rowsThatStayWrongRaiseAnAlert() async throws {
    var recipe = BackpropRecipe()
    recipe.epochs = 1
    let outcome = try recipe.run(in: await Logbook().context).outcome
    let alert = try #require(outcome.alerts.first)
    let wrong = Int(try #require(outcome.metric("train/errors")?.lastValue))
    #expect(wrong > 0 && alert.kind == "wrong_rows" && alert.level == .warning)
    #expect(alert.message.hasPrefix("XOR is wrong in \(wrong) of 4 answers, by 0.5 or more: ("))
  }

  @Test func checkingAloneDoesNotTrain() async throws {
    var recipe = BackpropRecipe()
    recipe.checksOnly = true
    let result = try recipe.run(in: await Logbook().context)
    #expect(result.outcome.metric("train/loss") == nil)
    #expect(result.check.entries.count == 13)
    #expect(result.check.entries.compactMap(\.report).count == 6)
  }

  @Test func dataMayHaveSeveralTargets() async throws {
    let log = try await Logbook()
    var recipe = BackpropRecipe()
    recipe.data = try log.file("data.csv", "a,b,and,or\n0,0,0,0\n0,1,0,1\n1,0,0,1\n1,1,1,1\n")
    recipe.outputs = 2
    let outcome = try recipe.run(in: log.context).outcome
    #expect(outcome.predictions.map(\.target) == [0, 0, 0, 1, 0, 1, 1, 1])
    #expect(outcome.predictions[3].inputs == [0, 1])
    #expect(outcome.metric("train/errors")?.lastValue == 0)
  }

  @Test func aTargetThatNoNeuronCanPutOutIsRefused() async throws {
    let log = try await Logbook()
    var recipe = BackpropRecipe()
    recipe.data = try log.file("data.csv", "x,t\n1,0.5\n2,1.5\n")
    let path = try #require(recipe.data)
    #expect(throws: RecipeError.targetOutOfRange(file: path, line: 3, column: 2, value: 1.5)) {
      try recipe.run(in: log.context)
    }
    #expect(log.isEmpty)
  }
}
