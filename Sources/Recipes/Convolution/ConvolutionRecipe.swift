import Datasets
import Recording
import RunStore
import Training

/// One convolution of a matrix with a kernel, or a table of the sizes that convolutions give.
public struct ConvolutionRecipe: Recipe {
  /// A CSV file with the input; nil for the report's.
  public var input: String?
  /// A CSV file with the kernel; nil for the report's.
  public var kernel: String?
  /// The step from one position to the next; nil for 1, and for a table of 1 to 3.
  public var stride: Stride?
  /// Zeros added on each side; nil for 1, and for a table of 0.
  public var padding: Int?
  /// Whether to tabulate the rule of the shapes instead of convolving.
  public var tabulates = false

  public init() {}

  public static let name = "convolution"
  public static let summary =
    "One convolution of a matrix with a kernel, or the rule of the shapes."
  public static let mathematics = """
    y[r, c] = Σ x[r·S + u - P, c·S + v - P] · k[u, v], S the stride, P the padding;
    a width W gives floor((W - K + 2P)/S) + 1, K the width of the kernel.
    """

  public static let options: [RecipeOption<Self>] = [
    .file("input", \.input, "The input as CSV; without it the report's 5x9.", standIn: "report"),
    .file("kernel", \.kernel, "The kernel as CSV; without it the report's 3x3.", standIn: "report"),
    .option(
      "stride", \.stride,
      "The step from one position to the next; without it 1, and 1 to 3 with --shape-rule."),
    .option(
      "padding", \.padding, rule: .within(0...1_000),
      "Zeros on each side; without it 1, and 0 with --shape-rule."),
    .flag(
      "shape_rule", \.tabulates, "Tabulate the widths that come out, and compute nothing else.",
      // There were several strides only under that rule.
      whenAbsent: { $0.isText("stride") }),
  ]

  public mutating func complete() {
    padding = padding ?? (tabulates ? 0 : 1)
    stride = tabulates ? .several(stride?.values ?? [1, 2, 3]) : stride ?? .one(1)
  }

  public func validate() throws(InvalidOption) {
    if !tabulates, case .several = stride {
      throw InvalidOption("stride", "must be \(Stride.type)")
    }
    let strides = stride?.values ?? []
    try require(
      (1...100).contains(strides.count) && strides.allSatisfy((1...1_000).contains), "stride",
      "must be from 1 to 1000")
    try require(!tabulates || input == nil, "input", "is not for --shape-rule")
  }

  /// Convolves or tabulates, and keeps what went in and what came out as artifacts.
  public func perform(
    in context: RunContext, progress: some TrainingObserver
  ) throws -> ConvolutionResult {
    let kernelTable = try kernel.map { try CSVTable(contentsOf: $0, header: .absent) }
    let kernel = kernelTable.map { Matrix(rows: $0.rows) } ?? .sharpening
    return tabulates
      ? try tabulate(kernel, kernelTable, in: context)
      : try convolve(kernel, kernelTable, in: context)
  }

  private func convolve(
    _ kernel: Matrix, _ kernelTable: CSVTable?, in context: RunContext
  ) throws -> ConvolutionResult {
    let inputTable = try input.map { try CSVTable(contentsOf: $0, header: .absent) }
    let input = inputTable.map { Matrix(rows: $0.rows) } ?? .reportInput
    let convolution = MatrixConvolution(
      kernel: kernel, stride: stride?.values.first ?? 1, padding: padding ?? 1)
    guard let output = convolution(input) else {
      throw RecipeError.kernelTooLarge(
        kernel: kernel.shape, input: input.shape, padding: convolution.padding)
    }
    for table in [inputTable, kernelTable] { table?.remarks.forEach(context.tell) }
    var draft = context.draft(of: self, seed: nil)
    draft.log(data: input, as: "input", from: self.input)
    draft.log(data: kernel, as: "kernel", from: self.kernel)
    if let inputTable { draft.log(inputTable, as: "input") }
    if let kernelTable { draft.log(kernelTable, as: "kernel") }
    draft.layers = [
      LayerRecord(
        position: 0, name: "convolution", kind: "convolution", inputShape: [1, 1] + input.shape,
        outputShape: [1, 1] + output.shape, weightShape: [1, 1] + kernel.shape,
        weightCount: kernel.values.count, macs: output.values.count * kernel.values.count)
    ]
    let outcome = try context.record(draft) { journal in
      journal.keep(input, as: "input.csv")
      journal.keep(kernel, as: "kernel.csv")
      journal.keep(output, as: "output.csv")
      return .finished
    }
    return ConvolutionResult(outcome: outcome, found: .output(output.rows))
  }

  /// Tabulates the rule for the kernel's width and the padding.
  private func tabulate(
    _ kernel: Matrix, _ kernelTable: CSVTable?, in context: RunContext
  ) throws -> ConvolutionResult {
    let rule = ShapeRule(
      kernel: kernel.columnCount, strides: stride?.values ?? [1], padding: padding ?? 0)
    kernelTable?.remarks.forEach(context.tell)
    var draft = context.draft(of: self, seed: nil)
    draft.log(data: kernel, as: "kernel", from: self.kernel)
    if let kernelTable { draft.log(kernelTable, as: "kernel") }
    let outcome = try context.record(draft) { journal in
      journal.keep(
        Matrix(
          rows: rule.rows.map {
            [$0.input, $0.kernel, $0.stride, $0.padding, $0.output, $0.reportOutput]
              .map(Double.init)
          }), as: "shape_rule.csv",
        header: ["input", "kernel", "stride", "padding", "output", "report_output"])
      return .finished
    }
    return ConvolutionResult(outcome: outcome, found: .shapes(rule))
  }
}

/// The step from one position to the next; the rule of the shapes can be tabulated for several.
public enum Stride: OptionValue {
  case one(Int)
  case several([Int])

  /// All of them.
  var values: [Int] {
    switch self {
    case .one(let stride): [stride]
    case .several(let strides): strides
    }
  }

  public init?(typed text: String) {
    guard let stride = Int(text) else { return nil }
    self = .one(stride)
  }

  public init?(stored: SQLValue) {
    if let stride = Int(stored: stored) {
      self = .one(stride)
    } else if let strides = [Int](stored: stored) {
      self = .several(strides)
    } else {
      return nil
    }
  }

  public var typed: String { values.typed }

  public var stored: SQLValue {
    switch self {
    case .one(let stride): stride.stored
    case .several(let strides): strides.stored
    }
  }

  public static var type: String { Int.type }
}

/// What a convolution gave.
public struct ConvolutionResult: RecipeResult, Equatable {
  /// What was asked for.
  public enum Found: Sendable, Equatable {
    /// The rows of the output.
    case output([[Double]])
    /// The sizes that come out.
    case shapes(ShapeRule)
  }

  /// The run.
  public let outcome: RunOutcome
  /// What came out.
  public let found: Found

  public var runs: [RunOutcome] { [outcome] }

  public var tables: [ResultTable] {
    switch found {
    case .output(let rows):
      [
        .rows(
          columns: (rows.first ?? []).indices.map { "\($0 + 1)" },
          rows.map { $0.map { .real($0) } })
      ]
    case .shapes(let rule):
      [
        .rows(
          columns: ["input", "kernel", "stride", "padding", "output", "report", "larger"],
          rule.rows.map { row in
            [row.input, row.kernel, row.stride, row.padding, row.output, row.reportOutput]
              .map(\.stored) + [row.grows.map { .text($0 ? "yes" : "no") } ?? .null]
          })
      ]
    }
  }

  public var remarks: [String] {
    switch found {
    case .output(let rows):
      ["Output: \(rows.count) x \(rows.first?.count ?? 0), kept as output.csv."]
    case .shapes(let rule): rule.counterexample.map { [$0] } ?? []
    }
  }
}

extension ShapeRule {
  /// The claim that a larger input always gives a larger output, and the widths that refute it.
  fileprivate var counterexample: String? {
    guard let first = rows.first(where: { $0.grows == false }) else { return nil }
    let pairs = rows.filter { $0.grows == false && $0.stride == first.stride }
      .map { "\($0.input - 1) and \($0.input)" }
    return "A larger input need not give a larger output: with kernel \(first.kernel) and stride"
      + " \(first.stride), the widths \(pairs.joined(separator: ", ")) give the same."
  }
}

extension Matrix {
  /// The report's input, a spindle of ones.
  fileprivate static let reportInput = Matrix(rows: [
    [0, 0, 0, 0, 1, 0, 0, 0, 0],
    [0, 0, 1, 1, 1, 1, 1, 0, 0],
    [1, 1, 1, 1, 1, 1, 1, 1, 1],
    [0, 0, 1, 1, 1, 1, 1, 0, 0],
    [0, 0, 0, 0, 1, 0, 0, 0, 0],
  ])

  /// The report's kernel: it doubles a value and takes away the mean of its four neighbours.
  static let sharpening = Matrix(rows: [
    [0, -0.25, 0],
    [-0.25, 2, -0.25],
    [0, -0.25, 0],
  ])

  fileprivate var shape: [Int] { [rowCount, columnCount] }
}
