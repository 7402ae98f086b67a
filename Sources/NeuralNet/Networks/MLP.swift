extension Network {
  /// A multi-layer perceptron: fully connected layers `fc1`, `fc2` … with an activation after each but
  /// the last.
  /// - Parameters:
  ///   - inputShape: The shape of one sample, which is flattened.
  ///   - hidden: The width of each layer but the last.
  ///   - outputs: The width of the last layer.
  public static func mlp(
    input inputShape: [Int] = [3, 32, 32], hidden: [Int], activation: Activation,
    outputs: Int = 10
  ) throws(NetworkError) -> Network {
    var layers: [(name: String, layer: any Layer)] = [("flatten", Flatten())]
    var width = inputShape.valueCount
    for (index, next) in hidden.enumerated() {
      layers.append(("fc\(index + 1)", FullyConnected(from: width, to: next)))
      layers.append(("\(activation.rawValue)\(index + 1)", activation))
      width = next
    }
    layers.append(("fc\(hidden.count + 1)", FullyConnected(from: width, to: outputs)))
    return try Network("mlp", input: inputShape, layers: layers)
  }
}
