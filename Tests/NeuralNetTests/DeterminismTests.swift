import NeuralNet
import Randomness
import Testing

@Suite struct DeterminismTests {
  @Test(arguments: [1, 15, 17, 33, 64, 1_100])
  func anyNumberOfThreadsGivesTheSameBits(samples: Int) throws {
    let network = try Network.leNet5()
    var generator = SeededGenerator(seed: 11)
    let source = randomSource(
      network, loss: SoftmaxCrossEntropy(), count: samples, as: Float.self, using: &generator)
    let parameters: Parameters<Float> = Initialization.default.parameters(
      of: network, using: &generator)
    let results = (1...4).map { threads in
      let engine = Engine<Float>(network: network, loss: SoftmaxCrossEntropy(), threads: threads)
      var gradient = Parameters<Float>(zerosFor: network)
      let loss = engine.computeGradient(
        of: Array(0..<samples)[...], from: source, at: parameters, into: &gradient)
      return (loss, gradient.values.map(\.bitPattern))
    }
    for result in results {
      #expect(result.0 == results[0].0)
      #expect(result.1 == results[0].1)
    }
  }

  @Test func aBatchOfThousandsHasTheGradientOfItsParts() throws {
    let network = try Network(
      "Two classes", input: [3], layers: ["fc": FullyConnected(from: 3, to: 2)])
    var generator = SeededGenerator(seed: 13)
    let count = 2_500
    let source = randomSource(
      network, loss: SoftmaxCrossEntropy(), count: count, as: Double.self, using: &generator)
    let parameters: Parameters<Double> = Initialization.default.parameters(
      of: network, using: &generator)
    let engine = Engine<Double>(network: network, loss: SoftmaxCrossEntropy(), threads: 2)
    var whole = Parameters<Double>(zerosFor: network)
    let loss = engine.computeGradient(
      of: Array(0..<count)[...], from: source, at: parameters, into: &whole)
    var mean = Parameters<Double>(zerosFor: network)
    var part = mean
    for first in stride(from: 0, to: count, by: 500) {
      _ = engine.computeGradient(
        of: Array(first..<first + 500)[...], from: source, at: parameters, into: &part)
      for index in mean.values.indices { mean.values[index] += part.values[index] / 5 }
    }
    #expect(loss.count == count)
    for (whole, mean) in zip(whole.values, mean.values) { #expect(abs(whole - mean) < 1e-15) }
  }

  @Test(arguments: 1...4)
  func anyNumberOfThreadsMakesTheSameStep(threads: Int) throws {
    let network = try Network.leNet5()
    var generator = SeededGenerator(seed: 12)
    let gradient: Parameters<Float> = Initialization.default.parameters(
      of: network, using: &generator)
    let optimizer = SGD(momentum: 0.9, weightDecay: 0.01)
    let engine = Engine<Float>(network: network, loss: SoftmaxCrossEntropy(), threads: threads)
    var (parameters, velocity) = (gradient, gradient)
    var (expected, expectedVelocity) = (gradient, gradient)
    engine.update(
      &parameters, velocity: &velocity, gradient: gradient, with: optimizer, learningRate: 0.1)
    optimizer.update(
      &expected, velocity: &expectedVelocity, gradient: gradient, learningRate: 0.1)
    #expect(parameters.values.map(\.bitPattern) == expected.values.map(\.bitPattern))
    #expect(velocity.values.map(\.bitPattern) == expectedVelocity.values.map(\.bitPattern))
  }
}
