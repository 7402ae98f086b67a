import Foundation

@testable import NeuralNet

/// The layers written down as their formulas say, for one sample, in Double.
enum NaiveNetwork {
  /// The output of `network` for one sample.
  static func forward(_ network: Network, _ parameters: [Double], _ sample: [Double]) -> [Double] {
    network.nodes.reduce(sample) { input, node in
      let own = Array(parameters[node.parameters])
      return switch node.layer {
      case let layer as Convolution: convolve(layer, input, node, own)
      case let layer as FullyConnected: connect(layer, input, own)
      case let layer as MaxPooling: pool(layer, input, node)
      case Activation.relu: input.map { max($0, 0) }
      case Activation.sigmoid: input.map { 1 / (1 + exp(-$0)) }
      case Activation.tanh: input.map { (exp($0) - exp(-$0)) / (exp($0) + exp(-$0)) }
      // Row-major values are the vector already.
      case is Flatten: input
      default: preconditionFailure("A \(node.layer.kind) has no naive form.")
      }
    }
  }

  private static func convolve(
    _ layer: Convolution, _ x: [Double], _ node: Network.Node, _ parameters: [Double]
  ) -> [Double] {
    let (height, width) = (node.inputShape[1], node.inputShape[2])
    let (rows, columns) = (node.outputShape[1], node.outputShape[2])
    let size = layer.size
    var y: [Double] = []
    for o in 0..<layer.outputChannels {
      for r in 0..<rows {
        for c in 0..<columns {
          var sum = parameters[layer.outputChannels * layer.inputChannels * size * size + o]
          for i in 0..<layer.inputChannels {
            for u in 0..<size {
              for v in 0..<size {
                let row = r * layer.stride + u - layer.padding
                let column = c * layer.stride + v - layer.padding
                guard (0..<height).contains(row), (0..<width).contains(column) else { continue }
                sum +=
                  x[(i * height + row) * width + column]
                  * parameters[((o * layer.inputChannels + i) * size + u) * size + v]
              }
            }
          }
          y.append(sum)
        }
      }
    }
    return y
  }

  private static func connect(
    _ layer: FullyConnected, _ x: [Double], _ parameters: [Double]
  ) -> [Double] {
    (0..<layer.outputs).map { o in
      (0..<layer.inputs).reduce(parameters[layer.outputs * layer.inputs + o]) {
        $0 + parameters[o * layer.inputs + $1] * x[$1]
      }
    }
  }

  private static func pool(_ layer: MaxPooling, _ x: [Double], _ node: Network.Node) -> [Double] {
    let (height, width) = (node.inputShape[1], node.inputShape[2])
    var y: [Double] = []
    for c in 0..<node.outputShape[0] {
      for row in 0..<node.outputShape[1] {
        for column in 0..<node.outputShape[2] {
          var largest = -Double.infinity
          for u in 0..<layer.size {
            for v in 0..<layer.size {
              let index = (c * height + row * layer.stride + u) * width + column * layer.stride + v
              largest = max(largest, x[index])
            }
          }
          y.append(largest)
        }
      }
    }
    return y
  }
}
