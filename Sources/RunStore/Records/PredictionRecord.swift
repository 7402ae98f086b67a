/// A row of a truth table: what a small network answers.
public struct PredictionRecord: Sendable, Equatable {
  /// The place in the table.
  public var row: Int
  /// The inputs.
  public var inputs: [Double]
  /// The right answer; nil if there is none.
  public var target: Double?
  /// The weighted sum; nil if there is none.
  public var sum: Double?
  /// The output.
  public var output: Double?

  /// Describes a row.
  public init(
    row: Int, inputs: [Double], target: Double? = nil, sum: Double? = nil, output: Double? = nil
  ) {
    self.row = row
    self.inputs = inputs
    self.target = target
    self.sum = sum
    self.output = output
  }
}

extension PredictionRecord {
  init(_ row: ResultRow) throws {
    self.row = try row.integer("row")
    // JSON has no word for NaN.
    inputs = try (row.numbers("inputs") as [Double?]).map { $0 ?? .nan }
    target = try row.optionalReal("target")
    sum = try row.optionalReal("s")
    output = try row.optionalReal("y")
  }
}
