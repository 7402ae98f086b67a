import ArgumentParser
import Recipes
import Reporting

/// `tracker run convolution`.
struct RunConvolution: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convolution",
    abstract: "One convolution of a matrix with a kernel, or the rule of the shapes.",
    discussion: """
      y[r, c] = Σ x[r·S + u - P, c·S + v - P] · k[u, v], S the stride, P the padding;
      a width W gives floor((W - K + 2P)/S) + 1, K the width of the kernel.
      """)

  @Option(help: ArgumentHelp("The input as CSV; without it the report's 5x9.", valueName: "file"))
  var input: String?

  @Option(
    help: ArgumentHelp("The kernel as CSV; without it the report's 3x3.", valueName: "file"))
  var kernel: String?

  @Option(
    parsing: .unconditional,
    help: "The step from one position to the next; without it 1, and 1 to 3 with --shape-rule.")
  var stride: Int?

  @Option(
    parsing: .unconditional, help: "Zeros on each side; without it 1, and 0 with --shape-rule.")
  var padding: Int?

  @Flag(help: "Tabulate the widths that come out, and compute nothing else.")
  var shapeRule = false

  @OptionGroup(title: "Run") var options: RunOptions

  func validate() throws {
    try requireValid { try choices.validate() }
  }

  private var choices: ConvolutionOptions {
    var choices = ConvolutionOptions()
    choices.input = input
    choices.kernel = kernel
    choices.stride = stride ?? 1
    choices.padding = padding ?? (shapeRule ? 0 : 1)
    choices.tabulatedStrides = shapeRule ? stride.map { [$0] } ?? [1, 2, 3] : nil
    return choices
  }

  func run() async throws {
    let recipe = ConvolutionRecipe(choices)
    if shapeRule {
      let (outcome, rule) = try recipe.tabulateShapes(in: await options.context())
      try options.print([outcome], tables: [.shapes(rule)], remarks: remarks(rule))
    } else {
      let (outcome, output) = try recipe.run(in: await options.context())
      try options.print(
        [outcome], tables: [.matrix(output)],
        remarks: ["Output: \(output.count) x \(output.first?.count ?? 0), kept as output.csv."])
    }
  }

  /// The claim that a larger input always gives a larger output, and the widths that refute it.
  private func remarks(_ rule: ShapeRule) -> [String] {
    guard let first = rule.rows.first(where: { $0.grows == false }) else { return [] }
    let pairs = rule.rows.filter { $0.grows == false && $0.stride == first.stride }
      .map { "\($0.input - 1) and \($0.input)" }
    return [
      "A larger input need not give a larger output: with kernel \(first.kernel) and stride"
        + " \(first.stride), the widths \(pairs.joined(separator: ", ")) give the same."
    ]
  }
}

extension Table {
  /// A matrix under the numbers of its columns.
  fileprivate static func matrix(_ rows: [[Double]]) -> Table {
    Table(
      columns: (rows.first ?? []).indices.map { Column("\($0 + 1)") },
      rows: rows.map { $0.map { .real($0) } })
  }

  fileprivate static func shapes(_ rule: ShapeRule) -> Table {
    Table(
      columns: ["input", "kernel", "stride", "padding", "output", "report", "larger"],
      rows: rule.rows.map { row in
        [row.input, row.kernel, row.stride, row.padding, row.output, row.reportOutput]
          .map { .integer(Int64($0)) } + [row.grows.map { .text($0 ? "yes" : "no") } ?? .null]
      })
  }
}
