extension Network {
  /// LeNet-5 for `classes` kinds of 3x32x32 images, after LeCun, Bottou, Bengio and Haffner (1998),
  /// with ReLU and max-pooling.
  public static func leNet5(classes: Int = 10) throws(NetworkError) -> Network {
    try Network(
      "lenet", input: [3, 32, 32],
      layers: [
        "conv1": Convolution(from: 3, to: 6, size: 5),
        "relu1": Activation.relu,
        "pool1": MaxPooling(size: 2),
        "conv2": Convolution(from: 6, to: 16, size: 5),
        "relu2": Activation.relu,
        "pool2": MaxPooling(size: 2),
        "flatten": Flatten(),
        "fc1": FullyConnected(from: 400, to: 120),
        "relu3": Activation.relu,
        "fc2": FullyConnected(from: 120, to: 84),
        "relu4": Activation.relu,
        "fc3": FullyConnected(from: 84, to: classes),
      ])
  }
}

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
