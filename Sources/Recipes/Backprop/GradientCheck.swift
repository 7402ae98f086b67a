/// The gradient of a two-layer network beside central differences of its loss,
/// `(L(w + h) - L(w - h)) / 2h`, whose own error is of the order of `h²`.
public struct GradientCheck: Sendable, Equatable {
  /// One weight or bias.
  public struct Entry: Sendable, Equatable {
    /// Which one: `W1[2,1]`, counted from 1.
    public let name: String
    /// Computed by the chain rule.
    public let computed: Double
    /// Measured.
    public let difference: Double
    /// The report's form; it has one for W1 only.
    public let report: Double?
  }

  /// The largest relative error that passes.
  public static let tolerance = 1e-6

  /// All weights and biases.
  public let entries: [Entry]
  /// The largest `‖computed - measured‖ / max(‖computed‖, ‖measured‖)` of a tensor.
  public let relativeError: Double
  /// The same for the report's form of `dL/dW1`.
  public let reportRelativeError: Double

  /// Whether the gradient is right.
  public var passes: Bool { relativeError <= Self.tolerance }

  init(_ network: TwoLayerNetwork, _ x1: Matrix, target: Matrix) {
    let gradient = network.gradient(x1, target: target)
    let report = network.reportGradientOfW1(x1, target: target)
    var entries: [Entry] = []
    var errors: [Double] = []
    var reportError = 0.0
    for tensor in TwoLayerNetwork.tensors {
      let computed = gradient[keyPath: tensor.path]
      let measured = differences(of: network, by: tensor.path, x1, target)
      errors.append(distance(computed, measured))
      if tensor.path == \.w1 { reportError = distance(report, measured) }
      entries += computed.values.indices.map { index in
        let (row, column) = index.quotientAndRemainder(dividingBy: computed.columnCount)
        return Entry(
          name: "\(tensor.name)[\(row + 1),\(column + 1)]", computed: computed.values[index],
          difference: measured.values[index],
          report: tensor.path == \.w1 ? report.values[index] : nil)
      }
    }
    self.entries = entries
    // `max` would lose a NaN, which must fail the check.
    relativeError = errors.reduce(0) { $0.isNaN || $1.isNaN ? .nan : Swift.max($0, $1) }
    reportRelativeError = reportError
  }
}

private func differences(
  of network: TwoLayerNetwork, by path: WritableKeyPath<TwoLayerNetwork, Matrix>,
  _ x1: Matrix, _ target: Matrix
) -> Matrix {
  let step = 1e-5
  var slopes = network[keyPath: path]
  for index in slopes.values.indices {
    let losses = [step, -step].map { change in
      var moved = network
      moved[keyPath: path].values[index] += change
      return moved.loss(x1, target: target)
    }
    slopes.values[index] = (losses[0] - losses[1]) / (2 * step)
  }
  return slopes
}

private func distance(_ computed: Matrix, _ measured: Matrix) -> Double {
  // Below this norm the rounding of the differences, about 10⁻¹², is all there is to see.
  let smallestNorm = 1e-5
  return (computed - measured).norm / Swift.max(computed.norm, measured.norm, smallestNorm)
}
