import NeuralNet

/// Looks at what one layer of a network puts out.
struct LayerProbe {
  /// What an output can be.
  enum Property {
    /// NaN or infinite.
    case nonfinite
    /// Anything but 0.
    case nonzero
  }

  /// The layer's name.
  let layer: String
  private let engine: Engine<Float>

  /// - Returns: nil for a layer with no parameters up to it: it only passes on the input.
  init?(of network: Network, layer index: Int, property: Property, threads: Int) {
    guard network.nodes[...index].contains(where: { !$0.parameters.isEmpty }) else { return nil }
    layer = network.nodes[index].name
    engine = Engine(
      network: network.beginning(through: index), loss: PropertyCount(property: property),
      threads: threads)
  }

  /// Whether an output has the property for at least one of the samples.
  func finds(
    in samples: ArraySlice<Int>, from source: some SampleSource<Float>,
    at parameters: Parameters<Float>
  ) -> Bool {
    engine.evaluate(samples, from: source, at: parameters.beginning(for: engine.network))
      .lossSum > 0
  }
}

/// Not a loss to train with: 1 for each sample that has an output with the property, else 0, in the
/// place where the engine hands over each sample's outputs.
private struct PropertyCount: Loss {
  let property: LayerProbe.Property

  /// The class that comes with a sample is not looked at.
  func targetCount(outputCount: Int) -> Int { 1 }

  func evaluate<Scalar: LaneScalar>(_ pass: LossPass<Scalar>) -> GroupLoss {
    var result = GroupLoss(losses: .zero, isCorrect: .init(repeating: false))
    for index in 0..<pass.outputCount {
      for lane in 0..<groupSize where hasProperty(pass.output[index][lane]) {
        result.losses[lane] = 1
      }
    }
    return result
  }

  private func hasProperty<Scalar: LaneScalar>(_ value: Scalar) -> Bool {
    switch property {
    case .nonfinite: !value.isFinite
    case .nonzero: value != 0
    }
  }
}
