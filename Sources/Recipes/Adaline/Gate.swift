import RunStore

/// A logic gate with inputs and output of ±1.
public enum Gate: String, CaseIterable, OptionValue {
  /// +1 if all inputs are.
  case and
  /// +1 if an input is.
  case or
  /// The opposite of `and`.
  case nand
  /// The opposite of `or`.
  case nor
  /// +1 if the two inputs differ.
  case xor
  /// +1 if at least two of three inputs are.
  case majority

  /// The number of inputs.
  public var inputCount: Int { self == .majority ? 3 : 2 }

  /// Whether one weighted sum with a threshold can do it.
  var isLinearlySeparable: Bool { self != .xor }

  /// All inputs in counting order, from all -1 to all +1, with their targets.
  var truthTable: [Sample] {
    (0..<1 << inputCount).map { number in
      let inputs = (0..<inputCount).map { place in
        number >> (inputCount - 1 - place) & 1 == 1 ? 1.0 : -1.0
      }
      return Sample(
        inputs: inputs, target: isOn(inputs.count { $0 > 0 }) ? 1 : -1)
    }
  }

  /// The answer for so many inputs of +1.
  private func isOn(_ ones: Int) -> Bool {
    switch self {
    case .and: ones == 2
    case .or: ones >= 1
    case .nand: ones < 2
    case .nor: ones == 0
    case .xor: ones == 1
    case .majority: ones >= 2
    }
  }
}

/// What a neuron or a small network answers to each row of a gate.
struct TruthTable {
  /// The rows, from 0.
  let rows: [PredictionRecord]

  /// Asks for each sample.
  init(_ samples: [Sample], sum: ([Double]) -> Double, output: ([Double]) -> Double) {
    rows = samples.enumerated().map { row, sample in
      PredictionRecord(
        row: row, inputs: sample.inputs, target: sample.target, sum: sum(sample.inputs),
        output: output(sample.inputs))
    }
  }

  /// The rows whose output is not the target.
  var wrongRows: [PredictionRecord] { rows.filter { $0.output != $0.target } }

  /// The wrong rows in words: `(+1, -1, -1)`.
  var wrongRowNames: String {
    wrongRows.map { row in
      "(" + row.inputs.map { $0 > 0 ? "+1" : "-1" }.joined(separator: ", ") + ")"
    }.joined(separator: ", ")
  }
}
