import NeuralNet
import Randomness
import Reporting
import RunStore

/// Trains a network on random images, an epoch at a time, and keeps the best times.
final class NetworkTraining {
  private let network: Network
  private let engine: Engine<Float>
  private let source: ImageSource<Float>
  private let batch: Int
  private let order: [Int]
  private var parameters: Parameters<Float>
  private var velocity: Parameters<Float>
  private var gradient: Parameters<Float>
  private var bestTimes: [LayerTime] = []
  /// The images a second of the best epoch.
  private(set) var bestSpeed = 0.0

  /// Makes the images and the weights, and trains an epoch that does not count.
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
    trainEpoch()
    bestSpeed = 0
    bestTimes = []
  }

  /// Trains for an epoch.
  func trainEpoch() {
    let before = engine.layerTimes
    let duration = seconds {
      for start in stride(from: 0, to: order.count, by: batch) {
        _ = engine.computeGradient(
          of: order[start..<start + batch], from: source, at: parameters, into: &gradient)
        engine.update(
          &parameters, velocity: &velocity, gradient: gradient, with: SGD(momentum: 0.9),
          learningRate: 0.01)
      }
    }
    bestSpeed = max(bestSpeed, Double(order.count) / duration)
    let times = zip(engine.layerTimes, before).map { $0 - $1 }
    bestTimes = zip(times, bestTimes.isEmpty ? times : bestTimes).map { time, best in
      LayerTime(
        forward: min(time.forward, best.forward), backward: min(time.backward, best.backward))
    }
  }

  /// The time of each layer and pass, in nanoseconds of one thread for an image, and its share of the peak.
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
      let cells = [(bestTimes[index].forward, macs), (bestTimes[index].backward, backwardMacs)]
        .flatMap { time, macs -> [SQLValue] in
          let nanoseconds = Double(time) / Double(order.count)
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
