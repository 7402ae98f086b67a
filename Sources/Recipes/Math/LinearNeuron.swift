/// One example to learn from: inputs, and the right answer.
struct Sample: Sendable, Equatable {
  /// The inputs.
  let inputs: [Double]
  /// The right answer.
  let target: Double
}

/// A neuron whose output is the weighted sum of its inputs: `s = Σ w[i] · x[i]`.
struct LinearNeuron: Sendable, Equatable {
  var weights: [Double]

  /// The weighted sum.
  func sum(_ inputs: [Double]) -> Double {
    zip(weights, inputs).reduce(0) { $0 + $1.0 * $1.1 }
  }

  /// Learns one sample by the LMS rule of Widrow and Hoff (1960), a step of length `rate` down the
  /// slope of half the squared error: `w ← w + rate · (target - s) · x`.
  mutating func learn(_ sample: Sample, rate: Double) {
    let change = rate * (sample.target - sum(sample.inputs))
    for index in weights.indices { weights[index] += change * sample.inputs[index] }
  }

  /// The mean of `(target - s)²`.
  func meanSquaredError(over samples: [Sample]) -> Double {
    let squares = samples.map { sample in
      let error = sample.target - sum(sample.inputs)
      return error * error
    }
    return squares.reduce(0, +) / Double(samples.count)
  }
}

/// The weights with the smallest mean squared error, the Wiener solution: what the LMS rule tends to.
///
/// By an orthogonal decomposition of the inputs (modified Gram-Schmidt), which loses no digits to the
/// squares that the normal equations `XᵀX w = Xᵀd` would form.
/// - Returns: nil if the samples do not determine the weights.
func leastSquares(_ samples: [Sample]) -> LinearNeuron? {
  guard let width = samples.first?.inputs.count, width > 0 else { return nil }
  var columns = (0..<width).map { column in samples.map { $0.inputs[column] } }
  var rest = samples.map(\.target)
  var triangle: [[Double]] = []
  var projections: [Double] = []
  for index in 0..<width {
    let original = samples.map { $0.inputs[index] }
    let length = dot(columns[index], columns[index]).squareRoot()
    // What is left of a column that depends on those before it is rounding. NaN is not determined.
    guard length > 1e-12 * dot(original, original).squareRoot(), length.isFinite else { return nil }
    let direction = columns[index].map { $0 / length }
    var row = Array(repeating: 0.0, count: width)
    row[index] = length
    for other in index + 1..<width {
      row[other] = dot(direction, columns[other])
      columns[other] = zip(columns[other], direction).map { $0 - row[other] * $1 }
    }
    let projection = dot(direction, rest)
    rest = zip(rest, direction).map { $0 - projection * $1 }
    triangle.append(row)
    projections.append(projection)
  }
  var weights = Array(repeating: 0.0, count: width)
  for index in (0..<width).reversed() {
    let known = dot(triangle[index][(index + 1)...], weights[(index + 1)...])
    weights[index] = (projections[index] - known) / triangle[index][index]
  }
  return weights.allSatisfy(\.isFinite) ? LinearNeuron(weights: weights) : nil
}

private func dot(
  _ left: some Sequence<Double>, _ right: some Sequence<Double>
) -> Double {
  zip(left, right).reduce(0) { $0 + $1.0 * $1.1 }
}
