import RunStore

extension Table {
  /// A truth table, a row a row: the inputs in a column each, target, weighted sum `s` and output `y`.
  ///
  /// Rows that differ in the number of their inputs have them in one column, as `[1, -1]`: columns for
  /// the longest would take room in every row.
  public static func predictions(_ predictions: [PredictionRecord]) -> Table {
    let counts = Set(predictions.map(\.inputs.count))
    let inputCount = counts.count > 1 ? nil : counts.first ?? 0
    return Table(
      columns: predictionColumns(inputCount: inputCount),
      rows: predictions.map { row(of: $0, inputCount: inputCount) })
  }

  /// - Parameter inputCount: The inputs of each row; nil if they differ in number.
  static func predictionColumns(inputCount: Int?) -> [Column] {
    let inputs = inputCount.map { count in (0..<count).map { Column("input\($0 + 1)") } }
    return ["row"] + (inputs ?? ["inputs"]) + ["target", "s", "y"]
  }

  /// - Parameter inputCount: As above; a row that has another number by now is cut or filled up.
  static func row(of prediction: PredictionRecord, inputCount: Int?) -> [SQLValue] {
    let inputs = prediction.inputs
    let cells: [SQLValue] =
      inputCount.map { count in
        (0..<count).map { $0 < inputs.count ? .real(inputs[$0]) : .null }
      } ?? [.text(list(inputs))]
    return [.integer(Int64(prediction.row))] + cells
      + [.init(prediction.target), .init(prediction.sum), .init(prediction.output)]
  }

  private static func list(_ numbers: [Double]) -> String {
    "[" + numbers.map(NumberText.exact).joined(separator: ", ") + "]"
  }
}
