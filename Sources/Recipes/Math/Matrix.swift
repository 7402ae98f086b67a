import Datasets
import RunStore

/// A matrix of `rowCount x columnCount` numbers, row by row.
struct Matrix: Sendable, Equatable {
  let rowCount: Int
  let columnCount: Int
  var values: [Double]

  /// Takes the values row by row.
  init(rowCount: Int, columnCount: Int, values: [Double]) {
    precondition(
      values.count == rowCount * columnCount,
      "A matrix of \(rowCount) x \(columnCount) does not have \(values.count) values.")
    self.rowCount = rowCount
    self.columnCount = columnCount
    self.values = values
  }

  /// Takes rows of equal length, at least one.
  init(rows: [[Double]]) {
    self.init(
      rowCount: rows.count, columnCount: rows.first?.count ?? 0, values: rows.flatMap { $0 })
  }

  /// Computes each value from its row and column.
  init(rowCount: Int, columnCount: Int, _ value: (_ row: Int, _ column: Int) -> Double) {
    self.init(
      rowCount: rowCount, columnCount: columnCount,
      values: (0..<rowCount).flatMap { row in (0..<columnCount).map { value(row, $0) } })
  }

  subscript(row: Int, column: Int) -> Double { values[row * columnCount + column] }

  /// One row.
  subscript(row row: Int) -> ArraySlice<Double> {
    values[row * columnCount..<(row + 1) * columnCount]
  }

  /// The matrix as an array of rows.
  var rows: [[Double]] { (0..<rowCount).map { Array(self[row: $0]) } }

  /// Rows for columns.
  var transposed: Matrix {
    Matrix(rowCount: columnCount, columnCount: rowCount) { self[$1, $0] }
  }

  /// The sum of all rows, a matrix of one row.
  var columnSums: Matrix {
    Matrix(rowCount: 1, columnCount: columnCount) { _, column in
      (0..<rowCount).reduce(0) { $0 + self[$1, column] }
    }
  }

  /// Applies a function to each value.
  func map(_ function: (Double) -> Double) -> Matrix {
    Matrix(rowCount: rowCount, columnCount: columnCount, values: values.map(function))
  }

  /// Adds the one row of `row` to each row.
  func addingToEachRow(_ row: Matrix) -> Matrix {
    precondition(row.rowCount == 1 && row.columnCount == columnCount, "The rows differ in length.")
    return Matrix(rowCount: rowCount, columnCount: columnCount) { self[$0, $1] + row[0, $1] }
  }

  static func + (left: Matrix, right: Matrix) -> Matrix { left.combined(with: right, +) }

  static func - (left: Matrix, right: Matrix) -> Matrix { left.combined(with: right, -) }

  static func * (scale: Double, matrix: Matrix) -> Matrix { matrix.map { scale * $0 } }

  /// The matrix product.
  static func * (left: Matrix, right: Matrix) -> Matrix {
    precondition(left.columnCount == right.rowCount, "These matrices have no product.")
    return Matrix(rowCount: left.rowCount, columnCount: right.columnCount) { row, column in
      var sum = 0.0
      for index in 0..<left.columnCount { sum += left[row, index] * right[index, column] }
      return sum
    }
  }

  /// The product value by value, `⊙`.
  static func .* (left: Matrix, right: Matrix) -> Matrix { left.combined(with: right, *) }

  private func combined(with other: Matrix, _ operation: (Double, Double) -> Double) -> Matrix {
    precondition(
      rowCount == other.rowCount && columnCount == other.columnCount, "The shapes differ.")
    return Matrix(
      rowCount: rowCount, columnCount: columnCount,
      values: zip(values, other.values).map(operation))
  }
}

infix operator .* : MultiplicationPrecedence

extension RunDraft {
  /// Logs what the recipe works on, such that a repetition with other numbers is refused.
  /// - Parameter file: Where it was read; nil if the recipe made it.
  mutating func log(data: Matrix, as name: String, from file: String? = nil) {
    environment["data.\(name).hash"] = .text(data.fingerprint)
    datasets.append(
      DatasetUse(
        name: [recipe, name].compactMap { $0 }.joined(separator: " "), digest: data.fingerprint,
        context: "training", sourceType: file == nil ? "code" : "local", source: file,
        schema: #"{"shape":[\#(data.columnCount)],"dtype":"float64"}"#,
        profile: #"{"count":\#(data.rowCount)}"#))
  }

  /// Logs how a file was read: whether its first line was a header, and how many rows followed.
  mutating func log(_ table: CSVTable, as name: String) {
    environment["data.\(name).rows"] = .integer(Int64(table.rows.count))
    environment["data.\(name).header"] = .text(table.columnNames == nil ? "no" : "yes")
  }
}

extension Matrix {
  /// 16 hexadecimal digits: XXH64 of the numbers, seeded with the number of columns.
  fileprivate var fingerprint: String {
    values.xxHash64(seed: UInt64(columnCount)).hexadecimal
  }
}
