import Datasets
import Recording
import RunStore

/// One convolution of a matrix with a kernel, or a table of the sizes that convolutions give.
public struct ConvolutionRecipe: Sendable {
  /// The choices.
  public let options: ConvolutionOptions

  /// Takes the choices.
  public init(_ options: ConvolutionOptions) {
    self.options = options
  }

  /// Convolves, and keeps input, kernel and output as artifacts.
  /// - Returns: The run, and the rows of the output.
  /// - Throws: `InvalidOption` for choices that make no sense.
  public func run(in context: RunContext) throws -> (outcome: RunOutcome, output: [[Double]]) {
    try options.validate()
    let inputTable = try options.input.map { try CSVTable(contentsOf: $0, header: .absent) }
    let kernelTable = try options.kernel.map { try CSVTable(contentsOf: $0, header: .absent) }
    let input = inputTable.map { Matrix(rows: $0.rows) } ?? .reportInput
    let kernel = kernelTable.map { Matrix(rows: $0.rows) } ?? .sharpening
    let convolution = MatrixConvolution(
      kernel: kernel, stride: options.stride, padding: options.padding)
    guard let output = convolution(input) else {
      throw RecipeError.kernelTooLarge(
        kernel: kernel.shape, input: input.shape, padding: options.padding)
    }
    for table in [inputTable, kernelTable] { table?.remarks.forEach(context.tell) }
    var draft = context.draft(recipe: "convolution", seed: nil, parameters: options.parameters)
    draft.note(data: input, as: "input", from: options.input)
    draft.note(data: kernel, as: "kernel", from: options.kernel)
    if let inputTable { draft.note(inputTable, as: "input") }
    if let kernelTable { draft.note(kernelTable, as: "kernel") }
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
    return (outcome, output.rows)
  }

  /// Tabulates the shape rule for the chosen kernel's width and padding, and keeps it as an artifact.
  /// - Throws: `InvalidOption` for choices that make no sense.
  public func tabulateShapes(
    in context: RunContext
  ) throws -> (outcome: RunOutcome, rule: ShapeRule) {
    try options.validate()
    let kernelTable = try options.kernel.map { try CSVTable(contentsOf: $0, header: .absent) }
    let kernel = kernelTable.map { Matrix(rows: $0.rows) } ?? .sharpening
    let rule = ShapeRule(
      kernel: kernel.columnCount, strides: options.tabulatedStrides ?? [options.stride],
      padding: options.padding)
    kernelTable?.remarks.forEach(context.tell)
    var draft = context.draft(recipe: "convolution", seed: nil, parameters: options.parameters)
    draft.note(data: kernel, as: "kernel", from: options.kernel)
    if let kernelTable { draft.note(kernelTable, as: "kernel") }
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
    return (outcome, rule)
  }
}

extension Matrix {
  /// The report's input, a spindle of ones.
  static let reportInput = Matrix(rows: [
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
