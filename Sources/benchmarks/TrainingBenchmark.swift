import ArgumentParser
import Foundation
import NeuralNet
import Reporting
import RunStore
import Subprocess

/// `benchmarks training`, also called `benchmarks lenet`: training a network on images in memory.
struct TrainingBenchmark: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "training",
    abstract: "Training speed by batch size and threads, and the time of each layer and pass.",
    discussion: """
      Shares are of what fused multiply-adds on registers alone reach on so many cores. With --python, \
      PyTorch trains the same network in between, limited to the instructions that this program was built \
      for.
      """,
    aliases: ["lenet"])

  @OptionGroup var output: OutputOptions

  @Option(help: "The network: lenet, convolutions (3x3, 32 to 64 channels) or mlp (8 layers).")
  var network = MeasuredNetwork.lenet

  @Option(help: "Images in memory, taken in turn.")
  var images = 2_048

  @Option(help: "Seconds of each measurement; the median step counts.")
  var seconds = 2.0

  @Option(name: .customLong("batch-size"), parsing: .upToNextOption, help: "Batch sizes.")
  var batchSizes = [128]

  @Option(
    name: .customLong("threads"), parsing: .upToNextOption,
    help: "Numbers of threads. (default: 1, 2 and one for each core)")
  var threadCounts: [Int] = []

  @Option(help: "An interpreter with torch, to measure it beside.")
  var python: String?

  func validate() throws {
    guard seconds > 0, let largest = batchSizes.max(), images >= largest,
      (batchSizes + threadCounts).allSatisfy({ $0 >= 1 })
    else {
      throw ValidationError(
        "Seconds are more than 0, batch sizes and threads at least 1, and the images fill the largest batch."
      )
    }
  }

  func run() async throws {
    let network = try network.network()
    let cores = UsableProcessors.count
    let threadCounts =
      threadCounts.isEmpty
      ? Set([1, 2, cores]).filter { $0 <= cores }.sorted() : threadCounts
    output.print("Machine", machineTable())
    let peak = ProcessorPeak.measure(seconds: 1)
    var speeds = Table(
      columns: ["threads", "batch", "images_per_second", "gflops", "peak_gflops", "of_peak"]
        + (python == nil ? [] : ["pytorch_images_per_second", "times_pytorch"]))
    for threads in threadCounts {
      for batch in batchSizes {
        let training = NetworkTraining(network, images: images, batch: batch, threads: threads)
        var peer = 0.0
        // Twice in turn: what else the machine does shall not meet one of the two only.
        for _ in 0..<2 {
          training.train(seconds: seconds / 2)
          if let python {
            peer = max(peer, try await peerSpeed(python, network, batch: batch, threads: threads))
          }
        }
        let speed = training.medianSpeed
        let rate = speed * Double(network.operationsPerStep)
        speeds.rows.append(
          [
            .integer(Int64(threads)), .integer(Int64(batch)), .real(speed.rounded()),
            .real(rate / 1e9), .real(peak * Double(threads) / 1e9),
            .real(rate / (peak * Double(threads))),
          ] + (python == nil ? [] : [.real(peer), .real(speed / peer)]))
      }
    }
    output.print("Training \(network.name): forward, backward and SGD with momentum", speeds)
    for threads in threadCounts {
      let batch = min(128, images)
      let training = NetworkTraining(network, images: images, batch: batch, threads: threads)
      training.train(seconds: seconds)
      output.print(
        "Each layer, batch \(batch), \(threads) \(threads == 1 ? "thread" : "threads")",
        training.layerTable(peak: peak))
    }
  }

  /// The images a second that PyTorch trains in its median step.
  private func peerSpeed(
    _ python: String, _ network: Network, batch: Int, threads: Int
  ) async throws -> Double {
    let layers = String(decoding: try JSONEncoder().encode(network.pythonLayers), as: UTF8.self)
    let shape = String(decoding: try JSONEncoder().encode(network.inputShape), as: UTF8.self)
    var environment = Environment.inherit
    if ProcessorTarget.vectorBytes == 32 {
      environment = environment.updating([
        "ONEDNN_MAX_CPU_ISA": "AVX2", "ATEN_CPU_CAPABILITY": "avx2",
        "MKL_ENABLE_INSTRUCTIONS": "AVX2",
      ])
    }
    let result = try await Subprocess.run(
      python.contains("/") ? .path(.init(python)) : .name(python),
      arguments: [
        "-c", String(decoding: PackageResources.pytorch_training_py, as: UTF8.self), layers, shape,
        "\(batch)", "\(threads)", "\(images / batch)", "\(seconds / 2)",
      ],
      environment: environment, output: .string(limit: 1 << 10), error: .string(limit: 1 << 20))
    guard result.terminationStatus.isSuccess,
      let speed = Double(result.standardOutput.trimmingCharacters(in: .whitespacesAndNewlines))
    else { throw ValidationError("PyTorch cannot be measured: \(result.standardError)") }
    return speed
  }
}

/// The networks whose training is measured; all take 3x32x32 images of ten classes.
enum MeasuredNetwork: String, ExpressibleByArgument, CaseIterable {
  case lenet, convolutions, mlp

  /// The network itself.
  func network() throws -> Network {
    switch self {
    case .lenet: try .leNet5()
    case .mlp:
      try .mlp(hidden: [512, 512, 512, 256, 256, 128, 128], activation: .relu)
    case .convolutions:
      try Network(
        "convolutions", input: [3, 32, 32],
        layers: [
          "conv1": Convolution(from: 3, to: 32, size: 3, padding: 1), "relu1": Activation.relu,
          "conv2": Convolution(from: 32, to: 64, size: 3, padding: 1), "relu2": Activation.relu,
          "pool2": MaxPooling(size: 2),
          "conv3": Convolution(from: 64, to: 64, size: 3, padding: 1), "relu3": Activation.relu,
          "pool3": MaxPooling(size: 2), "flatten": Flatten(),
          "fc": FullyConnected(from: 64 * 8 * 8, to: 10),
        ])
    }
  }
}

extension Network {
  /// The layers for `pytorch_training.py`: the name of a class of `torch.nn`, then its arguments.
  fileprivate var pythonLayers: [[PythonWord]] {
    nodes.map { node in
      switch node.layer {
      case let layer as Convolution:
        [.name("Conv2d")]
          + [layer.inputChannels, layer.outputChannels, layer.size, layer.stride, layer.padding]
          .map(PythonWord.number)
      case let layer as MaxPooling:
        [.name("MaxPool2d"), .number(layer.size), .number(layer.stride)]
      case let layer as FullyConnected:
        [.name("Linear"), .number(layer.inputs), .number(layer.outputs)]
      case is Flatten: [.name("Flatten")]
      default: [.name("ReLU")]
      }
    }
  }
}

/// A string or a number of JSON.
private enum PythonWord: Encodable {
  case name(String)
  case number(Int)

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .name(let name): try container.encode(name)
    case .number(let number): try container.encode(number)
    }
  }
}
