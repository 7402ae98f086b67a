/// The gradient of a two-layer network beside central differences of its loss,
/// `(L(w + h) - L(w - h)) / 2h`, whose own error is of the order of `h²`.
///
/// A difference takes two passes over the samples, so that large networks and data are checked in part:
/// over the first 16 samples, and at 64 entries of a tensor.
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

  /// One derivative: `dL/dW1`.
  public struct Part: Sendable, Equatable {
    /// What is derived by what.
    public let name: String
    /// `‖computed - measured‖ / max(‖computed‖, ‖measured‖)`.
    public let relativeError: Double
  }

  /// The largest relative error that passes.
  public static let tolerance = 1e-6

  /// The weights and biases that were checked.
  public let entries: [Entry]
  /// The relative error of each Jacobian of a layer, and of each gradient of the loss.
  public let parts: [Part]
  /// The largest `‖computed - measured‖ / max(‖computed‖, ‖measured‖)` of a tensor.
  public let relativeError: Double
  /// The same for the report's form of `dL/dW1`.
  public let reportRelativeError: Double

  /// Whether the gradient is right.
  public var passes: Bool { relativeError <= Self.tolerance }

  init(_ network: TwoLayerNetwork, on data: BackpropData) {
    let data = data.prefix(16)
    let gradient = network.gradient(data.inputs, target: data.targets)
    let report = network.reportGradientOfW1(data.inputs, target: data.targets)
    let checks = TwoLayerNetwork.tensors.map { tensor in
      let computed = gradient[keyPath: tensor.path]
      return computed.values.indices.spread(over: 64).map { index in
        let (row, column) = index.quotientAndRemainder(dividingBy: computed.columnCount)
        return Entry(
          name: "\(tensor.name)[\(row + 1),\(column + 1)]", computed: computed.values[index],
          difference: difference(of: network, by: tensor.path, at: index, on: data),
          report: tensor.path == \.w1 ? report.values[index] : nil)
      }
    }
    entries = checks.flatMap { $0 }
    parts =
      jacobians(of: network, at: data)
      + zip(TwoLayerNetwork.tensors, checks).reversed().map { tensor, entries in
        Part(
          name: "dL/d\(tensor.name)",
          relativeError: distance(entries.map { ($0.computed, $0.difference) }))
      }
    // `max` would lose a NaN, which must fail the check.
    relativeError = checks.map { distance($0.map { ($0.computed, $0.difference) }) }
      .reduce(0) { $0.isNaN || $1.isNaN ? .nan : max($0, $1) }
    reportRelativeError = distance(
      entries.compactMap { entry in entry.report.map { ($0, entry.difference) } })
  }
}

/// The Jacobians of one layer, `y = W·x + b` and `x' = σ(y)`, of the first layer at the last sample.
private func jacobians(of network: TwoLayerNetwork, at data: BackpropData) -> [GradientCheck.Part] {
  let step = 1e-5
  let x = Array(data.inputs[row: data.inputs.rowCount - 1])
  let weights = network.w1
  func sum(_ row: Int, _ x: [Double]) -> Double {
    network.b1.values[row] + zip(weights[row: row], x).reduce(0) { $0 + $1.0 * $1.1 }
  }
  func slope(_ function: (Double) -> Double) -> Double {
    (function(step) - function(-step)) / (2 * step)
  }
  let rows = Array(0..<weights.rowCount)
  let fields = rows.flatMap { row in x.indices.map { (row, $0) } }
  let sums = rows.map { sum($0, x) }
  return [
    (
      "dx'/dy",
      sums.map { y in
        let output = logistic(y)
        return (output * (1 - output), slope { logistic(y + $0) })
      }
    ),
    (
      "dy/dx",
      fields.map { row, column in
        let measured = slope { change in
          var moved = x
          moved[column] += change
          return sum(row, moved)
        }
        return (weights[row, column], measured)
      }
    ),
    (
      "dy/dW",
      fields.map { row, column in
        // Only one weight moves, by `change`, and so the sum by `change` times its input.
        (x[column], slope { (weights[row, column] + $0) * x[column] })
      }
    ),
    ("dy/db", rows.map { row in (1, slope { sum(row, x) + $0 }) }),
  ].map { GradientCheck.Part(name: $0.0, relativeError: distance($0.1)) }
}

private func difference(
  of network: TwoLayerNetwork, by path: WritableKeyPath<TwoLayerNetwork, Matrix>, at index: Int,
  on data: BackpropData
) -> Double {
  let step = 1e-5
  let losses = [step, -step].map { change in
    var moved = network
    moved[keyPath: path].values[index] += change
    return moved.loss(data.inputs, target: data.targets)
  }
  return (losses[0] - losses[1]) / (2 * step)
}

/// The relative distance of computed from measured values.
private func distance(_ pairs: [(computed: Double, measured: Double)]) -> Double {
  func norm(_ values: [Double]) -> Double { values.reduce(0) { $0 + $1 * $1 }.squareRoot() }
  // Below this norm the rounding of the differences, about 10⁻¹², is all there is to see.
  let smallestNorm = 1e-5
  return norm(pairs.map { $0.computed - $0.measured })
    / max(norm(pairs.map(\.computed)), norm(pairs.map(\.measured)), smallestNorm)
}

extension Range<Int> {
  /// All numbers of the range, or `count` of them at equal distances.
  fileprivate func spread(over count: Int) -> [Int] {
    self.count <= count ? Array(self) : (0..<count).map { lowerBound + $0 * self.count / count }
  }
}
