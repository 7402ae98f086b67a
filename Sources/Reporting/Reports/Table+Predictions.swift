import RunStore

extension Table {
  /// A truth table, a row a row: the inputs in a column each, target, weighted sum `s` and output `y`.
  public static func predictions(_ predictions: [PredictionRecord]) -> Table {
    let inputCount = predictions.map(\.inputs.count).max() ?? 0
    return Table(
      columns: ["row"] + (0..<inputCount).map { Column("input\($0 + 1)") } + ["target", "s", "y"],
      rows: predictions.map { prediction in
        let missing = Array(repeating: SQLValue.null, count: inputCount - prediction.inputs.count)
        return [.integer(Int64(prediction.row))] + prediction.inputs.map { .real($0) } + missing
          + [.init(prediction.target), .init(prediction.sum), .init(prediction.output)]
      })
  }
}
