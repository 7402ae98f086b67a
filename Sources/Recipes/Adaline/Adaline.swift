/// An adaptive linear neuron (Widrow and Hoff, 1960) with inputs and output of ±1:
/// `s = w0 + Σ wi · xi`, `y = +1` if `s ≥ 0`, else `-1`.
struct Adaline: Sendable, Equatable {
  private var neuron: LinearNeuron

  /// Takes `w0`, the weight of the constant input 1, and then the weight of each input.
  init(weights: [Double]) {
    neuron = LinearNeuron(weights: weights)
  }

  /// `w0`, `w1` and so on.
  var weights: [Double] { neuron.weights }

  /// The weighted sum `s`.
  func sum(_ inputs: [Double]) -> Double { neuron.sum([1] + inputs) }

  /// The output `y`.
  func output(_ inputs: [Double]) -> Double { sum(inputs) >= 0 ? 1 : -1 }

  /// Learns one sample by the Widrow-Hoff rule: `w ← w + rate · (target - s) · x`, with `x0 = 1`.
  mutating func learn(_ sample: Sample, rate: Double) {
    neuron.learn(sample.withConstant, rate: rate)
  }

  /// The mean of `(target - s)²`.
  func meanSquaredError(over samples: [Sample]) -> Double {
    neuron.meanSquaredError(over: samples.map(\.withConstant))
  }
}

extension Sample {
  /// The sample with the constant input 1 in front.
  fileprivate var withConstant: Sample { Sample(inputs: [1] + inputs, target: target) }
}
