/// Looks at what one layer of a network puts out for many samples, and counts instead of keeping it.
public struct LayerProbe {
  /// What an output can be.
  public enum Property: Sendable {
    /// NaN or infinite.
    case nonfinite
    /// Anything but 0.
    case nonzero
    /// Less than the lower bound, or more than the upper one.
    case outside(ClosedRange<Double>)
  }

  /// The layer's name.
  public let layer: String
  private let engine: Engine<Float>

  /// - Returns: nil for a layer with no parameters up to it: it only passes on the input.
  public init?(of network: Network, layer index: Int, property: Property, threads: Int) {
    guard network.nodes[...index].contains(where: { !$0.parameters.isEmpty }) else { return nil }
    layer = network.nodes[index].name
    engine = Engine(
      network: network.prefix(through: index), loss: PropertyFraction(property: property),
      threads: threads)
  }

  /// The fraction of the layer's outputs that have the property, the mean over the samples.
  public func fraction(
    of samples: ArraySlice<Int>, from source: some SampleSource<Float>,
    at parameters: Parameters<Float>
  ) -> Double {
    engine.evaluate(samples, from: source, at: parameters.prefix(for: engine.network)).loss
  }

  /// Whether an output has the property for at least one of the samples.
  public func finds(
    in samples: ArraySlice<Int>, from source: some SampleSource<Float>,
    at parameters: Parameters<Float>
  ) -> Bool {
    fraction(of: samples, from: source, at: parameters) > 0
  }
}

extension Activation {
  /// Where the function is flat at both ends; nil where it has no two ends.
  public var saturation: LayerProbe.Property? {
    switch self {
    case .relu: nil
    case .sigmoid: .outside(0.01...0.99)
    // The same inputs are saturated as of a sigmoid stretched to -1 … 1.
    case .tanh: .outside(-0.98...0.98)
    }
  }
}

/// Not a loss to train with: the fraction of a sample's outputs that have a property, in the place where the
/// engine hands over each sample's outputs.
private struct PropertyFraction: Loss {
  let property: LayerProbe.Property

  /// The class that comes with a sample is not looked at.
  func targetCount(outputCount: Int) -> Int { 1 }

  @specialized(where Scalar == Float)
  func evaluate<Scalar: LaneScalar>(_ pass: LossPass<Scalar>) -> GroupLoss {
    var result = GroupLoss(losses: .zero, isCorrect: .init(repeating: false))
    for index in 0..<pass.outputCount {
      let hasProperty = lanes(of: pass.output[index])
      for lane in 0..<groupSize where hasProperty[lane] { result.losses[lane] += 1 }
    }
    result.losses /= Double(pass.outputCount)
    return result
  }

  @inline(__always)
  private func lanes<Scalar: LaneScalar>(
    of output: Lanes<Scalar>
  ) -> SIMDMask<Lanes<Scalar>.MaskStorage> {
    switch property {
    // A number minus itself is 0, but not NaN or infinity.
    case .nonfinite: output - output .!= .zero
    case .nonzero: output .!= .zero
    case .outside(let range):
      (output .< Scalar(range.lowerBound)) .| (output .> Scalar(range.upperBound))
    }
  }
}

extension Engine {
  /// Whether each unit of some layers puts out anything but 0 for at least one sample. A unit is a neuron, or a
  /// channel of a convolution: what the first axis of the output counts.
  ///
  /// It runs on one thread, and ends as soon as all units have spoken, which is mostly after a few samples.
  /// - Parameter layers: Positions in the network.
  /// - Returns: For each of the layers, a value a unit.
  @specialized(where Scalar == Float)
  public func livingUnits(
    of layers: [Int], for samples: ArraySlice<Int>, from source: any SampleSource<Scalar>,
    at parameters: Parameters<Scalar>
  ) -> [[Bool]] {
    let workspace = Workspace<Scalar>(
      network: network, targetCount: loss.targetCount(outputCount: network.outputShape.valueCount),
      keepsOutputs: true)
    var living = layers.map {
      Array(repeating: false, count: network.nodes[$0].outputShape.first ?? 0)
    }
    parameters.withPointer { parameters in
      for group in groupRanges(samples) where living.contains(where: { $0.contains(false) }) {
        workspace.load(samples[group], from: source)
        workspace.forward(parameters)
        for (index, layer) in layers.enumerated() {
          let output = workspace.outputs[layer].base
          let perUnit = network.nodes[layer].outputShape.dropFirst().reduce(1, *)
          for unit in living[index].indices where !living[index][unit] {
            living[index][unit] = (unit * perUnit..<(unit + 1) * perUnit).contains { place in
              let speaks = output[place] .!= .zero
              return (0..<group.count).contains { speaks[$0] }
            }
          }
        }
      }
    }
    return living
  }
}

/// What one layer put out in a forward pass. Its input is the output of the layer before it.
public struct LayerOutput<Scalar: LaneScalar>: Sendable, Equatable {
  /// The layer's name.
  public let layer: String
  /// The shape of one sample's output.
  public let shape: [Int]
  /// The output of each sample, row-major.
  public let values: [[Scalar]]
}

extension Engine {
  /// Takes `samples` forward and returns what every layer puts out, in the order of the layers.
  ///
  /// For looking at a few samples: it runs on one thread, and holds every output at once.
  public func layerOutputs(
    of samples: ArraySlice<Int>, from source: any SampleSource<Scalar>,
    at parameters: Parameters<Scalar>
  ) -> [LayerOutput<Scalar>] {
    let workspace = Workspace<Scalar>(
      network: network, targetCount: loss.targetCount(outputCount: network.outputShape.valueCount),
      keepsOutputs: true)
    var values = [[[Scalar]]](repeating: [], count: network.nodes.count)
    parameters.withPointer { parameters in
      for group in groupRanges(samples) {
        workspace.load(samples[group], from: source)
        workspace.forward(parameters)
        for (index, node) in network.nodes.enumerated() {
          let output = workspace.outputs[index].base
          values[index] += (0..<group.count).map { lane in
            (0..<node.outputShape.valueCount).map { output[$0][lane] }
          }
        }
      }
    }
    return zip(network.nodes, values).map {
      LayerOutput(layer: $0.name, shape: $0.outputShape, values: $1)
    }
  }
}
