import NeuralNet
import Randomness
import Reporting
import RunStore

/// Trains a network on random images, and keeps the times of all steps.
final class NetworkTraining {
  private let network: Network
  private let engine: Engine<Float>
  private let source: ImageSource<Float>
  private let batch: Int
  private let order: [Int]
  private var parameters: Parameters<Float>
  private var velocity: Parameters<Float>
  private var gradient: Parameters<Float>
  private var nextStart = 0
  private var stepTimes: [Double] = []
  /// Of each step, the time of each layer.
  private var layerTimes: [[LayerTime]] = []

  /// Makes the images and the weights, and trains three steps that do not count.
  init(_ network: Network, images: Int, batch: Int, threads: Int) {
    var generator = SeededGenerator(seed: 1)
    let shape = network.inputShape
    source = ImageSource(
      pixels: (0..<images * shape.valueCount).map { _ in
        UInt8(truncatingIfNeeded: generator.next())
      },
      labels: (0..<images).map { _ in UInt8(generator.nextIndex(below: 10)) },
      storedShape: shape, shape: shape, mean: [0.5, 0.5, 0.5], scale: [4, 4, 4])
    self.network = network
    self.batch = batch
    engine = Engine(network: network, loss: SoftmaxCrossEntropy(), threads: threads)
    parameters = Initialization.default.parameters(of: network, using: &generator)
    velocity = Parameters(zerosFor: network)
    gradient = velocity
    order = Array(0..<images / batch * batch)
    for _ in 0..<3 { trainStep() }
    stepTimes = []
    layerTimes = []
  }

  /// Trains as many steps as begin within `duration` seconds.
  func train(seconds duration: Double) {
    let clock = ContinuousClock()
    let end = clock.now + .seconds(duration)
    repeat { trainStep() } while clock.now < end
  }

  /// The images a second of the median step.
  var medianSpeed: Double { Double(batch) / median(stepTimes) }

  private func trainStep() {
    let before = engine.layerTimes
    let start = nextStart
    stepTimes.append(
      seconds {
        _ = engine.computeGradient(
          of: order[start..<start + batch], from: source, at: parameters, into: &gradient)
        engine.update(
          &parameters, velocity: &velocity, gradient: gradient, with: SGD(momentum: 0.9),
          learningRate: 0.01)
      })
    layerTimes.append(zip(engine.layerTimes, before).map { $0 - $1 })
    nextStart = (start + batch) % order.count
  }

  /// The time of each layer and pass, in nanoseconds of one thread for an image of the median step, and its
  /// share of the peak.
  /// - Parameter peak: Operations a second of one core.
  func layerTable(peak: Double) -> Table {
    var table = Table(
      columns: [
        "layer", "macs", "forward_ns_per_image", "forward_gflops", "forward_of_peak",
        "backward_ns_per_image", "backward_gflops", "backward_of_peak",
      ])
    let firstWithWeights = network.nodes.firstIndex { $0.layer.weight != nil }
    for (index, node) in network.nodes.enumerated() {
      let macs = node.layer.multiplyAccumulates(inputShape: node.inputShape)
      // Backward, a layer computes the gradient of its weights and, but for the first, of its input.
      let backwardMacs = (index == firstWithWeights ? 1 : 2) * macs
      let cells = [(\LayerTime.forward, macs), (\LayerTime.backward, backwardMacs)]
        .flatMap { pass, macs -> [SQLValue] in
          let nanoseconds =
            median(layerTimes.map { Double($0[index][keyPath: pass]) }) / Double(batch)
          let rate = 2 * Double(macs) / nanoseconds
          return [.real(nanoseconds)]
            + (macs > 0 ? [.real(rate), .real(rate * 1e9 / peak)] : [.null, .null])
        }
      table.rows.append([.text(node.name), .integer(Int64(macs))] + cells)
    }
    return table
  }
}

extension Network {
  /// Floating-point operations for one image of a training step: a multiply-add is two.
  var operationsPerStep: Int {
    let macs = nodes.map { $0.layer.multiplyAccumulates(inputShape: $0.inputShape) }
    return 2 * (3 * macs.reduce(0, +) - (macs.first { $0 > 0 } ?? 0))
  }
}
