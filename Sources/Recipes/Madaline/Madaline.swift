/// Many Adalines in two layers: hidden ones that see the inputs, and one that sees their outputs.
struct Madaline: Sendable, Equatable {
  private(set) var hidden: [Adaline]
  private(set) var output: Adaline

  init(hidden: [Adaline], output: Adaline) {
    self.hidden = hidden
    self.output = output
  }

  /// The outputs of the hidden Adalines.
  func hiddenOutputs(_ inputs: [Double]) -> [Double] { hidden.map { $0.output(inputs) } }

  /// The weighted sum of the second layer.
  func sum(_ inputs: [Double]) -> Double { output.sum(hiddenOutputs(inputs)) }

  /// The answer.
  func output(_ inputs: [Double]) -> Double { output.output(hiddenOutputs(inputs)) }

  /// Learns one sample by Madaline Rule II (Winter and Widrow, 1988), the principle of minimal
  /// disturbance: if the answer is wrong, the hidden Adalines whose sums are nearest to 0 are turned
  /// over on trial, one at a time, then two at a time and so on. The first trial that makes the answer
  /// right is learned; if none does, the second layer learns instead.
  mutating func learn(_ sample: Sample, rate: Double) {
    guard output(sample.inputs) != sample.target else { return }
    let outputs = hiddenOutputs(sample.inputs)
    for trial in trials(sample.inputs) {
      var turned = outputs
      for index in trial { turned[index].negate() }
      guard output.output(turned) == sample.target else { continue }
      for index in trial {
        hidden[index].learn(
          Sample(inputs: sample.inputs, target: turned[index]),
          rate: rate / squaredLength(sample.inputs))
      }
      return
    }
    output.learn(
      Sample(inputs: outputs, target: sample.target), rate: rate / squaredLength(outputs))
  }

  /// The sets of hidden Adalines to turn over: the smaller first, of equal size those with the
  /// smaller sums.
  private func trials(_ inputs: [Double]) -> [[Int]] {
    let confidence = hidden.map { abs($0.sum(inputs)) }
    let sets = (1..<1 << hidden.count).map { bits in
      hidden.indices.filter { bits >> $0 & 1 == 1 }
    }
    return sets.sorted { left, right in
      let weights = [left, right].map { set in set.reduce(0) { $0 + confidence[$1] } }
      return (left.count, weights[0]) < (right.count, weights[1])
    }
  }

  /// `|x|²` with the constant input 1: a step of `rate / |x|²` takes that fraction of the error away.
  private func squaredLength(_ inputs: [Double]) -> Double {
    inputs.reduce(1) { $0 + $1 * $1 }
  }
}
