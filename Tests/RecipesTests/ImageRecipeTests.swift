import Datasets
import Foundation
import NeuralNet
import RunStore
import Synchronization
import TestSupport
import Testing
import Training

@testable import Recipes

@Suite struct ImageRecipeTests {
  private struct Refusal: Error, Equatable {}

  private struct Objection: TrainingObserver {
    func observe(_ event: TrainingEvent) throws { throw Refusal() }
  }

  /// One epoch on a few generated images.
  private func withFewShapes<R: ImageRecipe>(_ recipe: R) -> R {
    var recipe = recipe
    recipe.images.data = .shapes
    recipe.images.limit = 64
    recipe.images.validationLimit = 32
    recipe.images.training.epochs = 1
    recipe.images.training.batchSize = 32
    return recipe
  }

  private func perceptron(_ hidden: [Int], _ activation: Activation) -> MLPRecipe {
    var recipe = MLPRecipe()
    recipe.hidden = hidden
    recipe.activation = activation
    return withFewShapes(recipe)
  }

  @Test func zeroWeightsGiveOnlyTheLastLayerAGradient() async throws {
    let log = try await Logbook()
    var recipe = withFewShapes(LeNetRecipe())
    recipe.images.initialization = .zeroWeights
    let outcome = try recipe.run(in: log.context).outcome

    for layer in ["conv1", "conv2", "fc1", "fc2"] {
      #expect(outcome.metric("train/gradient_norm/\(layer)")?.firstValue == 0)
    }
    #expect(try #require(outcome.metric("train/gradient_norm/fc3")?.firstValue) > 0)
    let gradients = try log.database().histograms(
      ofRun: outcome.run, quantity: .gradient, epoch: 0)
    #expect(gradients.count == 5)
    for histogram in gradients {
      let isZero = histogram.minimum == 0 && histogram.maximum == 0
      #expect(isZero == (histogram.layer != "fc3"), "\(histogram.layer)")
    }
    let message = try #require(outcome.alerts.first { $0.kind == "zero_gradient" }).message
    #expect(
      message.hasPrefix(
        "In the first batch every weight gradient of conv1, conv2, fc1, fc2 is exactly 0;"
          + " not so that of fc3"))
  }

  @Test func initialWeightsHaveNoAlertAndGradientsEverywhere() async throws {
    let outcome = try withFewShapes(LeNetRecipe()).run(in: await Logbook().context).outcome
    #expect(outcome.alerts.isEmpty)
    for layer in ["conv1", "conv2", "fc1", "fc2", "fc3"] {
      let norm = try #require(outcome.metric("train/gradient_norm/\(layer)"))
      #expect(norm.count == 2)
      #expect(try #require(norm.minimum) > 0)
    }
  }

  @Test func perceptronsHaveTheirLayersAndParameters() async throws {
    let log = try await Logbook()
    let outcome = try perceptron([12, 8], .tanh).run(in: log.context).outcome
    let layers = try log.database().layers(ofRun: outcome.run)
    #expect(layers.map(\.name) == ["flatten", "fc1", "tanh1", "fc2", "tanh2", "fc3"])
    #expect(layers.compactMap(\.weightShape) == [[12, 3072], [8, 12], [10, 8]])
    let parameters = try log.database().parameters(ofRun: outcome.run)
    #expect(parameters["hidden"] == "12,8")
    #expect(parameters["activation"] == "tanh")
    #expect(outcome.metric("train/saturation/tanh1")?.count == 2)
  }

  @Test func onlyActivationsWithTwoEndsSaturate() async throws {
    let outcome = try perceptron([8], .relu).run(in: await Logbook().context).outcome
    #expect(!outcome.metrics.contains { $0.name.hasPrefix("train/saturation") })
  }

  @Test func activationsAreRecordedOnWish() async throws {
    let log = try await Logbook()
    var recipe = perceptron([8], .tanh)
    for wished in [false, true] {
      recipe.images.recording.activations = wished
      let run = try recipe.run(in: log.context).outcome.run
      for epoch in [0, 1] {
        let histograms = try log.database().histograms(
          ofRun: run, quantity: .activation, epoch: epoch)
        #expect(
          Set(histograms.map(\.layer)) == (wished ? ["flatten", "fc1", "tanh1", "fc2"] : []))
        // Eight units and 16 images.
        let tanh = histograms.first { $0.layer == "tanh1" }
        #expect(tanh.map { $0.counts.reduce(0, +) } ?? 128 == 128)
      }
    }
  }

  /// The histograms are of the mean gradient over all 64 images at the stored weights, of which three parts
  /// of a plain sum come to the same.
  @Test func gradientsAreOfAFixedSampleAtTheStoredWeights() async throws {
    let log = try await Logbook()
    let recipe = perceptron([8], .relu)
    let run = try recipe.run(in: log.context).outcome.run
    let network = try recipe.network()
    let data = try recipe.images.loadData()
    let engine = Engine<Float>(network: network, loss: SoftmaxCrossEntropy(), threads: 1)
    for epoch in [0, 1] {
      let stored = try log.database().snapshot(ofRun: run, epoch: epoch).tensors
      let parameters = try Parameters<Float>(
        for: network, tensors: stored.map { ($0.name, $0.shape, $0.values) })
      var gradient = parameters
      _ = engine.computeGradient(
        of: Array(0..<64)[...], from: data.training.source(normalization: data.normalization),
        at: parameters, into: &gradient)
      for slot in gradient.slots where slot.role == "weight" {
        let values = gradient.values(of: slot)
        let histogram = try #require(
          try log.database().histograms(ofRun: run, quantity: .gradient, epoch: epoch)
            .first { $0.layer == slot.layer })
        #expect(abs(Float(try #require(histogram.maximum)) - (values.max() ?? 0)) < 1e-6)
        let norm = values.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
        let found = try log.database().metrics(
          ofRun: run, name: "layer/\(slot.layer)/gradient_norm")
        #expect(abs(try #require(found.first { $0.epoch == epoch }).value - norm) < 1e-5 * norm)
      }
    }
  }

  /// Biases so low that no input lifts a unit.
  @Test func unitsThatNeverSpeakAreDead() async throws {
    let log = try await Logbook()
    var recipe = perceptron([4], .relu)
    let network = try recipe.network()
    var parameters = Parameters<Float>(zerosFor: network)
    for index in parameters.values.indices { parameters.values[index] = 0.001 }
    let biases = try #require(network.parameterSlots.first { $0.name == "fc1.bias" })
    for index in biases.range.prefix(3) { parameters.values[index] = -100 }
    for index in biases.range.suffix(1) { parameters.values[index] = 100 }
    let entries = parameters.slots.map { slot in
      "\"\(slot.name)\":{\"dtype\":\"F32\",\"shape\":\(slot.shape),"
        + "\"data_offsets\":[\(slot.range.lowerBound * 4),\(slot.range.upperBound * 4)]}"
    }
    let header = "{\(entries.joined(separator: ","))}"
    var bytes = withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Data($0) }
    bytes.append(Data(header.utf8))
    parameters.values.withUnsafeBytes { bytes.append(contentsOf: $0) }
    let path = log.folder.path("weights.safetensors")
    try bytes.write(to: URL(fileURLWithPath: path))
    recipe.images.initialWeights = path
    let outcome = try recipe.run(in: log.context).outcome
    #expect(outcome.metric("layer/relu1/dead_fraction")?.firstValue == 0.75)
  }

  @Test func depthsAndSeedsAreRunsOfOneGroup() async throws {
    let log = try await Logbook()
    var recipe = perceptron([1], .relu)
    recipe.depths = [1, 2]
    recipe.width = 4
    recipe.images.seeds = 2
    let first = try recipe.run(in: log.context)
    #expect(first.runs.map(\.run) == [1, 2, 3, 4] && first.reused.isEmpty)
    let database = try log.database()
    let parameters = try (1...4).map { try database.parameters(ofRun: $0) }
    #expect(parameters.map { $0["hidden"] } == ["4", "4", "4,4", "4,4"])
    #expect(parameters.map { $0["depth"] } == [1, 1, 2, 2])
    #expect(parameters.map { $0["width"] } == [4, 4, 4, 4])
    #expect(parameters.map { $0["seed"] } == [1, 2, 1, 2])
    let groups = try (1...4).map { try database.run($0).group }
    #expect(Set(groups).count == 1 && groups[0] != nil)
    // What is there is not made again, what failed is; a further depth and seed join the group.
    try PlainConnection(path: log.context.databasePath).execute(
      "UPDATE runs SET status = 'failed' WHERE id = 2")
    recipe.depths = [1, 2, 3]
    recipe.images.seeds = 3
    let second = try recipe.run(in: log.context)
    #expect(second.reused == [1, 3, 4])
    #expect(second.runs.map(\.run) == [1, 5, 6, 3, 4, 7, 8, 9, 10])
    #expect(try log.database().run(10).group == groups[0])
    // Another rate is another group.
    recipe.images.training.learningRate = 0.01
    recipe.depths = [1]
    let third = try recipe.run(in: log.context)
    #expect(third.reused.isEmpty)
    #expect(try log.database().run(third.outcome.run).group != groups[0])
  }

  @Test func aWidthNeedsDepths() {
    var recipe = MLPRecipe()
    recipe.width = 8
    #expect(throws: InvalidOption("width", "is for --depths")) { try recipe.completed() }
  }

  @Test func whatFailsIsMarkedAsFailed() async throws {
    let log = try await Logbook()
    #expect(throws: Refusal.self) {
      try withFewShapes(LeNetRecipe()).run(in: log.context, progress: Objection())
    }
    let run = try log.database().run(1)
    #expect(run.status == .failed)
    #expect(run.error != nil)
  }

  @Test func aStoppedTrainingIsInterrupted() async throws {
    let log = try await Logbook()
    var context = log.context
    let questions = Mutex(0)
    context.shouldStop = {
      questions.withLock {
        $0 += 1
        return $0 > 1
      }
    }
    let outcome = try withFewShapes(LeNetRecipe()).run(in: context).outcome
    #expect(outcome.status == .interrupted)
    let checkpoint = try #require(try log.database().checkpoint(ofRun: outcome.run))
    #expect(checkpoint.weights.epoch == 0 && checkpoint.weights.step == 1)
  }

  @Test func aTrainingThatIsStoppedBeforeItBeginsLeavesNoTrace() async throws {
    let log = try await Logbook()
    var context = log.context
    context.shouldStop = { true }
    #expect(throws: RunInterruption.self) {
      try withFewShapes(LeNetRecipe()).run(in: context)
    }
    #expect(throws: RunStoreError.self) { try log.database() }
  }
}
