import Foundation
import NeuralNet
import Recording
import RunStore
import Training

/// Looks into a network before training and after each epoch: how long the gradients of its layers are,
/// how many of its units are saturated or dead, and on wish what its layers put out.
struct LayerMeasurements {
  private let network: Network
  private let samples: ImageSource<Float>
  private let recording: RecordingOptions
  private let measuresLayers: Bool
  private let saturations: [LayerProbe]

  /// - Parameter samples: The first 1,000 of these images are put through the network to see which units are
  ///   saturated or dead.
  init(
    network: Network, samples: ImageSource<Float>, recording: RecordingOptions,
    training: TrainingOptions
  ) {
    self.network = network
    self.samples = samples
    self.recording = recording
    measuresLayers = training.gradientSamples > 0
    saturations = network.nodes.enumerated().compactMap { index, node in
      (node.layer as? Activation)?.saturation.flatMap {
        LayerProbe(of: network, layer: index, property: $0, threads: training.threads)
      }
    }
  }

  /// Adds the numbers of a moment to what is stored of it.
  func add(_ moment: TrainingMoment, to batch: inout RunBatch) {
    let progress = moment.state.progress
    func log(_ name: String, _ value: Double) {
      batch.metrics.append(
        MetricPoint(name: name, step: progress.step, epoch: progress.epoch, value: value))
    }
    let norms = gradientNorms(moment.gradient)
    for (layer, norm) in norms { log(MetricName.gradientNorm(layer), norm) }
    let someImages = Array(0..<min(samples.count, 1_000))[...]
    for probe in saturations {
      let fraction = probe.fraction(of: someImages, from: samples, at: moment.state.parameters)
      log(MetricName.saturation(probe.layer), fraction)
      if measuresLayers { log(MetricName.saturatedFraction(probe.layer), fraction) }
    }
    if let gradient = moment.sampleGradient {
      for (layer, norm) in gradientNorms(gradient) {
        log(MetricName.sampleGradientNorm(layer), norm)
      }
      for (layer, fraction) in deadFractions(of: someImages, at: moment.state.parameters) {
        log(MetricName.deadFraction(layer), fraction)
      }
    }
    if recording.activations, recording.hasHistograms(atEpoch: progress.epoch) {
      batch.histograms += activations(at: moment.state)
    }
    if progress.step == 0, let message = Self.message(about: norms) {
      batch.alerts.append(
        AlertRecord(
          time: batch.time, epoch: 0, step: 0, level: .warning, kind: "zero_gradient",
          message: message))
    }
  }

  /// The part of each ReLU layer's units that put out 0 for all of the samples. A unit is a neuron, or a
  /// channel of a convolution.
  private func deadFractions(
    of someImages: ArraySlice<Int>, at parameters: Parameters<Float>
  ) -> [(layer: String, fraction: Double)] {
    let rectified = network.nodes.indices.filter {
      network.nodes[$0].layer as? Activation == .relu
    }
    guard let last = rectified.last else { return [] }
    let engine = Engine<Float>(
      network: network.prefix(through: last), loss: SoftmaxCrossEntropy(), threads: 1)
    let living = engine.livingUnits(
      of: rectified, for: someImages, from: samples, at: parameters.prefix(for: engine.network))
    return zip(rectified, living).map { node, units in
      (network.nodes[node].name, Double(units.count { !$0 }) / Double(max(1, units.count)))
    }
  }

  /// A histogram of each layer's outputs, over the first 16 samples.
  private func activations(at state: TrainingState) -> [HistogramRecord] {
    let someImages = Array(0..<min(samples.count, 16))[...]
    let engine = Engine<Float>(network: network, loss: SoftmaxCrossEntropy(), threads: 1)
    return engine.layerOutputs(of: someImages, from: samples, at: state.parameters).map { output in
      HistogramRecord(
        Histogram(of: output.values.flatMap { $0 }[...]), layer: output.layer,
        quantity: .activation, epoch: state.progress.epoch, step: state.progress.step)
    }
  }

  private func gradientNorms(_ gradient: Parameters<Float>) -> [(layer: String, norm: Double)] {
    gradient.slots.filter { $0.role == "weight" }.map { slot in
      let squares = gradient.values(of: slot).reduce(0.0) { $0 + Double($1) * Double($1) }
      return (slot.layer, squares.squareRoot())
    }
  }

  /// A sum of squares of float32 numbers is 0 in Double only if each number is.
  private static func message(about norms: [(layer: String, norm: Double)]) -> String? {
    let zero = norms.filter { $0.norm == 0 }.map(\.layer)
    guard !zero.isEmpty else { return nil }
    let others = norms.filter { $0.norm != 0 }.map {
      "\($0.layer), whose norm is \(String(format: "%.4g", $0.norm))"
    }
    return "In the first batch every weight gradient of \(zero.joined(separator: ", ")) is exactly"
      + " 0" + (others.isEmpty ? "." : "; not so that of \(others.joined(separator: "; ")).")
  }
}
