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
