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

  /// The usual choices.
  public init() {}

  var parameters: [String: SQLValue] {
    [
      "input": .text(input ?? "report"),
      "kernel": .text(kernel ?? "report"),
      "stride": .integer(Int64(stride)),
      "padding": .integer(Int64(padding)),
    ]
  }
}
