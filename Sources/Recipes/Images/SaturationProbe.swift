import NeuralNet

/// Measures how many units of one layer of a network are saturated.
struct SaturationProbe {
  /// The layer's name.
  let layer: String
  private let engine: Engine<Float>

  /// - Returns: nil if the layer cannot be saturated: only sigmoid and tanh can.
  init?(of network: Network, layer index: Int, threads: Int) {
    guard let activation = network.nodes[index].layer as? Activation,
      let loss = SaturationLoss(activation)
    else { return nil }
    layer = network.nodes[index].name
    engine = Engine(
      network: network.beginning(through: index), loss: loss, threads: threads)
  }

  /// The fraction of units that are saturated, the mean over the samples.
  func saturation(
    of samples: ArraySlice<Int>, from source: some SampleSource<Float>,
    at parameters: Parameters<Float>
  ) -> Double {
    engine.evaluate(samples, from: source, at: parameters.beginning(for: engine.network)).loss
  }
}

/// Not a loss to train with: the fraction of a layer's outputs that are saturated, in the place where the
/// engine puts each sample's outputs.
private struct SaturationLoss: Loss {
  /// Outputs outside of this range are saturated.
  private let range: ClosedRange<Double>

  init?(_ activation: Activation) {
    switch activation {
    case .relu: return nil
    case .sigmoid: range = 0.01...0.99
    // The same inputs are saturated as of a sigmoid stretched to -1 … 1.
    case .tanh: range = -0.98...0.98
    }
  }

  /// The class that comes with an image is not looked at.
  func targetCount(outputCount: Int) -> Int { 1 }

  @specialized(where Scalar == Float)
  func evaluate<Scalar: LaneScalar>(_ pass: LossPass<Scalar>) -> GroupLoss {
    let (lower, upper) = (Scalar(range.lowerBound), Scalar(range.upperBound))
    var result = GroupLoss(losses: .zero, isCorrect: .init(repeating: false))
    for index in 0..<pass.outputCount {
      let output = pass.output[index]
      let isSaturated = (output .< lower) .| (output .> upper)
      for lane in 0..<groupSize where isSaturated[lane] { result.losses[lane] += 1 }
    }
    result.losses /= Double(pass.outputCount)
    return result
  }
}
