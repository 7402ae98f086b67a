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
    parameters.values.withUnsafeBufferPointer { parameters in
      guard let base = parameters.baseAddress else {
        fatalError("The network has no parameters.")
      }
      for group in groupRanges(samples) {
        workspace.load(samples[group], from: source)
        workspace.forward(base)
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
