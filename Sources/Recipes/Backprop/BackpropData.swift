import Datasets

/// Samples for a network of logistic neurons.
struct BackpropData: Sendable, Equatable {
  /// Shape `[samples, inputs]`.
  let inputs: Matrix
  /// Shape `[samples, outputs]`, from 0 to 1 as the neurons' outputs are.
  let targets: Matrix

  /// Exclusive or.
  static let xor = BackpropData(
    inputs: Matrix(rows: [[0, 0], [0, 1], [1, 0], [1, 1]]),
    targets: Matrix(rows: [[0], [1], [1], [0]]))

  /// At most `count` samples, the first ones.
  func prefix(_ count: Int) -> BackpropData {
    BackpropData(
      inputs: Matrix(rows: Array(inputs.rows.prefix(count))),
      targets: Matrix(rows: Array(targets.rows.prefix(count))))
  }
}

extension BackpropData {
  /// Takes rows of inputs followed by `outputs` targets; errors call the file `path`.
  /// - Throws: `RecipeError`.
  init(_ table: CSVTable, outputs: Int, path: String) throws {
    let inputCount = table.columnCount - outputs
    guard inputCount >= 1 else {
      throw RecipeError.tooFewColumns(
        file: path, found: table.columnCount, needed: outputs + 1)
    }
    for (index, row) in table.rows.enumerated() {
      for column in inputCount..<row.count where !(0...1).contains(row[column]) {
        throw RecipeError.targetOutOfRange(
          file: path, line: index + table.firstLine, column: column + 1,
          value: row[column])
      }
    }
    inputs = Matrix(rows: table.rows.map { Array($0.prefix(inputCount)) })
    targets = Matrix(rows: table.rows.map { Array($0.dropFirst(inputCount)) })
  }
}
