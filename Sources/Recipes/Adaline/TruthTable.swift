import RunStore

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
