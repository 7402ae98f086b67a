import RunStore

extension Table {
  /// A truth table, a row a row: the inputs in a column each, target, weighted sum `s` and output `y`.
  ///
  /// Rows that differ in the number of their inputs have them in one column, as `[1, -1]`: columns for
  /// the longest would take room in every row.
  public static func predictions(_ predictions: [PredictionRecord]) -> Table {
    let inputCount = predictions.first?.inputs.count ?? 0
    let isEven = predictions.allSatisfy { $0.inputs.count == inputCount }
    let columns = isEven ? (0..<inputCount).map { Column("input\($0 + 1)") } : ["inputs"]
    return Table(
      columns: ["row"] + columns + ["target", "s", "y"],
      rows: predictions.map { prediction in
        [.integer(Int64(prediction.row))]
          + (isEven ? prediction.inputs.map { .real($0) } : [.text(list(prediction.inputs))])
          + [.init(prediction.target), .init(prediction.sum), .init(prediction.output)]
      })
  }

  private static func list(_ numbers: [Double]) -> String {
    "[" + numbers.map(NumberText.exact).joined(separator: ", ") + "]"
  }
}
