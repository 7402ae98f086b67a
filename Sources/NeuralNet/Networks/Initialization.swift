import Randomness

/// How the weights of a network start. Biases always start as by `default`.
public enum Initialization: String, CaseIterable, Sendable, Codable {
  /// PyTorch's: uniform between `-1/√fanIn` and `1/√fanIn`.
  case `default`
  /// All weights zero.
  case zeroWeights = "zero-weights"
  /// Uniform within `√(6/fanIn)` (He et al., 2015), for ReLU.
  case he
  /// Uniform within `√(6/(fanIn + fanOut))` (Glorot and Bengio, 2010).
  case xavier

  /// The initial parameters of `network`, drawn in the order of its parameters.
  public func parameters<Scalar: LaneScalar>(
    of network: Network, as scalar: Scalar.Type = Scalar.self,
    using generator: inout SeededGenerator
  ) -> Parameters<Scalar> {
    var parameters = Parameters<Scalar>(zerosFor: network)
    for slot in network.parameterSlots {
      let bound = bound(of: slot)
      for index in slot.range {
        // Drawn even where the bound is zero, so that all schemes give the same biases.
        parameters.values[index] = Scalar(generator.nextUniform(from: -bound, to: bound))
      }
    }
    return parameters
  }

  private func bound(of slot: ParameterSlot) -> Double {
    let byDefault = 1 / Double(slot.fanIn).squareRoot()
    guard slot.role == "weight" else { return byDefault }
    return switch self {
    case .default: byDefault
    case .zeroWeights: 0
    case .he: (6 / Double(slot.fanIn)).squareRoot()
    case .xavier: (6 / Double(slot.fanIn + slot.fanOut)).squareRoot()
    }
  }
}
