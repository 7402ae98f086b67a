import RunStore

/// What one can choose about a convolution.
public struct ConvolutionOptions: Sendable, Equatable {
  /// A CSV file with the input; nil for the report's.
  public var input: String?
  /// A CSV file with the kernel; nil for the report's.
  public var kernel: String?
  /// The step from one position to the next.
  public var stride = 1
  /// Zeros added on each side.
  public var padding = 1
  /// The strides to tabulate the shape rule for, instead of convolving; nil to convolve.
  public var tabulatedStrides: [Int]?

  /// The usual choices.
  public init() {}

  /// Refuses choices that make no sense.
  public func validate() throws(InvalidOption) {
    let strides = tabulatedStrides ?? [stride]
    try require(
      (1...100).contains(strides.count) && strides.allSatisfy((1...1_000).contains), "stride",
      "must be from 1 to 1000")
    try require((0...1_000).contains(padding), "padding", "must be from 0 to 1000")
    try require(
      tabulatedStrides == nil || input == nil, "input", "is not for --shape-rule")
  }

  var parameters: [String: SQLValue] {
    [
      "input": .text(input ?? "report"),
      "kernel": .text(kernel ?? "report"),
      "shape_rule": .integer(tabulatedStrides == nil ? 0 : 1),
      "stride": tabulatedStrides.map { .text($0.map(String.init).joined(separator: ",")) }
        ?? .integer(Int64(stride)),
      "padding": .integer(Int64(padding)),
    ]
  }
}
