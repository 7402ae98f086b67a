import Foundation
import NeuralNet

/// A loss that became NaN or infinite, and where the numbers broke.
public struct Divergence: LocalizedError, Sendable, Equatable {
  /// The first place, in the order of computation, that holds NaN or infinity.
  public enum Origin: Sendable, Equatable {
    /// The parameters of a layer.
    case parameters(layer: String)
    /// What a layer puts out, though its parameters and all before it are finite.
    case outputs(layer: String)
    /// The loss alone: the outputs are finite, but too large for it.
    case loss
  }

  /// The epoch, counted from 1.
  public let epoch: Int
  /// The batch of the epoch, counted from 1; nil for the validation data after it.
  public let batch: Int?
  /// The optimizer step that the batch is for, counted from 1.
  public let step: Int
  /// NaN or an infinity.
  public let loss: Double
  /// Where the numbers broke.
  public let origin: Origin
  /// Whether the training ends here.
  public let endsTraining: Bool

  /// What happened, naming the place.
  public var errorDescription: String? {
    let value = loss.isNaN ? "NaN" : "infinite"
    let place =
      switch origin {
      case .parameters(let layer):
        "the first layer with numbers that are not finite is \(layer):"
          + " its weights"
      case .outputs(let layer):
        "the first layer with numbers that are not finite is \(layer):"
          + " its outputs"
      case .loss: "all weights and outputs are finite, but too large"
      }
    let moment =
      batch.map { "in epoch \(epoch), batch \($0)" }
      ?? "on the validation data after epoch \(epoch)"
    return "The loss is \(value) \(moment); \(place)."
  }

  /// What to do about it.
  public var recoverySuggestion: String? {
    "train with a smaller learning rate"
  }
}

extension Divergence.Origin {
  /// Finds the first layer of `network` with numbers that are not finite, for a batch of samples.
  init(
    in network: Network, at parameters: Parameters<Float>, samples: ArraySlice<Int>,
    from source: some SampleSource<Float>
  ) {
    for (index, node) in network.nodes.enumerated() {
      if parameters.values[node.parameters].contains(where: { !$0.isFinite }) {
        self = .parameters(layer: node.name)
        return
      }
      let probe = LayerProbe(of: network, layer: index, property: .nonfinite, threads: 1)
      if let probe, probe.finds(in: samples, from: source, at: parameters) {
        self = .outputs(layer: node.name)
        return
      }
    }
    self = .loss
  }
}

/// What to do when a loss becomes NaN or infinite.
public enum DivergencePolicy: String, Sendable, Codable, CaseIterable {
  /// End the training with an error; the last good snapshot stays.
  case stop
  /// Go on, as one does to look at the wreck.
  case `continue`
}
