import ArgumentParser
import Foundation
import NeuralNet
import Randomness
import Reporting
import RunStore

/// `benchmarks lenet`: training LeNet-5 on images in memory.
struct LeNet: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lenet",
    abstract: "Training speed by batch size and threads, and the time of each layer.")

  @OptionGroup var output: OutputOptions

  @Option(help: "Images of an epoch.")
  var images = 12_800

  @Option(help: "Epochs of each measurement; the best one counts.")
  var rounds = 5

  @Option(name: .customLong("batch-size"), parsing: .upToNextOption, help: "Batch sizes.")
  var batchSizes = [32, 64, 128, 256, 512]

  @Option(
    name: .customLong("threads"), parsing: .upToNextOption,
    help: "Numbers of threads. (default: 1, 2 and one for each core)")
  var threadCounts: [Int] = []

  func validate() throws {
    guard rounds >= 1, let largest = batchSizes.max(), images >= largest,
      (batchSizes + threadCounts).allSatisfy({ $0 >= 1 })
    else {
      throw ValidationError(
        "Rounds, batch sizes and threads are at least 1, and the images fill the largest batch.")
    }
  }

  func run() throws {
    let network = try Network.leNet5()
    let source = randomImages()
    let cores = UsableProcessors.count
    output.print("Machine", machineTable())
    let peak = ProcessorPeak.measure(seconds: 1)
    var speeds = Table(
      columns: ["threads", "batch", "images_per_second", "gflops", "peak_gflops", "of_peak"])
    let threadCounts =
      threadCounts.isEmpty
      ? Set([1, 2, cores]).filter { $0 <= cores }.sorted() : threadCounts
    for threads in threadCounts {
      for batch in batchSizes {
        let speed = measure(network, source, batch: batch, threads: threads).speed
        let rate = speed * Double(network.operationsPerStep)
        speeds.rows.append([
          .integer(Int64(threads)), .integer(Int64(batch)), .real(speed.rounded()),
          .real(rate / 1e9), .real(peak * Double(threads) / 1e9),
          .real(rate / (peak * Double(threads))),
        ])
      }
    }
    output.print("Training LeNet-5: forward, backward and SGD with momentum", speeds)
    output.print("Each layer, one thread, batch 128", layerTable(network, source))
  }

  private func randomImages() -> ImageSource<Float> {
    var generator = SeededGenerator(seed: 1)
    let shape = [3, 32, 32]
    return ImageSource(
      pixels: (0..<images * shape.valueCount).map { _ in
        UInt8(truncatingIfNeeded: generator.next())
      },
      labels: (0..<images).map { _ in UInt8(generator.nextIndex(below: 10)) },
      storedShape: shape, shape: shape, mean: [0.5, 0.5, 0.5], scale: [4, 4, 4])
  }

  /// Trains for some epochs.
  /// - Returns: The images a second of the best epoch, and for each layer its best time in an epoch.
  private func measure(
    _ network: Network, _ source: ImageSource<Float>, batch: Int, threads: Int
  ) -> (speed: Double, layers: [LayerTime]) {
    let engine = Engine<Float>(network: network, loss: SoftmaxCrossEntropy(), threads: threads)
    var generator = SeededGenerator(seed: 1)
    var parameters: Parameters<Float> = Initialization.default.parameters(
      of: network, using: &generator)
    var velocity = Parameters<Float>(zerosFor: network)
    var gradient = velocity
    let order = Array(0..<images / batch * batch)
    var best = 0.0
    var layers: [LayerTime]?
    for _ in 0...rounds {
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
      best = max(best, Double(order.count) / duration)
      let times = zip(engine.layerTimes, before).map { $0 - $1 }
      layers = zip(times, layers ?? times).map { time, best in
        LayerTime(
          forward: min(time.forward, best.forward), backward: min(time.backward, best.backward))
      }
    }
    return (best, layers ?? [])
  }

  private func layerTable(_ network: Network, _ source: ImageSource<Float>) -> Table {
    let times = measure(network, source, batch: 128, threads: 1).layers
    let samples = Double(images / 128 * 128)
    var table = Table(
      columns: [
        "layer", "macs", "forward_ns_per_image", "forward_gflops", "backward_ns_per_image",
        "backward_gflops",
      ])
    let firstWithWeights = network.nodes.firstIndex { $0.layer.weight != nil }
    for (index, node) in network.nodes.enumerated() {
      let macs = node.layer.multiplyAccumulates(inputShape: node.inputShape)
      let forward = Double(times[index].forward) / samples
      let backward = Double(times[index].backward) / samples
      // Backward, a layer computes the gradient of its weights and, but for the first, of its input.
      let backwardMacs = (index == firstWithWeights ? 1 : 2) * macs
      table.rows.append([
        .text(node.name), .integer(Int64(macs)), .real(forward),
        macs > 0 ? .real(2 * Double(macs) / forward) : .null, .real(backward),
        macs > 0 ? .real(2 * Double(backwardMacs) / backward) : .null,
      ])
    }
    return table
  }
}

extension Network {
  /// Floating-point operations for one image of a training step: a multiply-add is two.
  fileprivate var operationsPerStep: Int {
    let macs = nodes.map { $0.layer.multiplyAccumulates(inputShape: $0.inputShape) }
    return 2 * (3 * macs.reduce(0, +) - (macs.first { $0 > 0 } ?? 0))
  }
}
