import ArgumentParser
import Foundation
import Recipes
import Reporting

/// `tracker run backprop`.
struct RunBackprop: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backprop",
    abstract: "Back-propagation through two layers of logistic neurons, written out.",
    discussion: """
      x2 = σ(W1·x1 + b1), x3 = σ(W2·x2 + b2), L = ½‖t - x3‖², σ(s) = 1/(1 + e⁻ˢ);
      dL/dW1 = [W2ᵀ((x3 - t) ⊙ x3 ⊙ (1 - x3)) ⊙ x2 ⊙ (1 - x2)]·x1ᵀ, W ← W - lr·dL/dW.
      """)

  @Option(
    help: ArgumentHelp(
      "Rows of inputs and then targets from 0 to 1, as CSV; without it XOR.", valueName: "file"))
  var data: String?

  @Option(parsing: .unconditional, help: "Target columns in the file, the last ones.")
  var outputs = 1

  @Option(parsing: .unconditional, help: "Neurons in the first layer.")
  var hidden = 3

  @Option(name: .customLong("lr"), parsing: .unconditional, help: "Learning rate.")
  var learningRate = 2.0

  @Option(parsing: .unconditional, help: "Steps, each by the gradient of all rows.")
  var epochs = 2_000

  @Option(parsing: .unconditional, help: "Seed of the initial weights.")
  var seed: UInt64 = 1

  @Flag(
    help: """
      Do not train: print the gradient at the initial weights beside finite differences and the \
      form that leaves out x3 ⊙ (1 - x3).
      """)
  var check = false

  @OptionGroup(title: "Run") var options: RunOptions

  func validate() throws {
    try requireValid { try choices.validate() }
  }

  private var choices: BackpropOptions {
    var choices = BackpropOptions()
    choices.data = data
    choices.outputs = outputs
    choices.hidden = hidden
    choices.learningRate = learningRate
    choices.epochs = epochs
    choices.seed = seed
    choices.checksOnly = check
    return choices
  }

  func run() async throws {
    let (outcome, gradient) = try BackpropRecipe(choices).run(in: await options.context())
    try options.print(
      [outcome],
      tables: check ? [.check(gradient)] : data == nil ? [.predictions(outcome.predictions)] : [],
      remarks: remarks(outcome, gradient))
  }

  private func remarks(_ outcome: RunOutcome, _ gradient: GradientCheck) -> [String] {
    var remarks = [
      "The gradient differs from finite differences by \(gradient.relativeError.rough) of itself"
        + " (at most \(GradientCheck.tolerance.rough) is right); the report's dL/dW1, without"
        + " x3 ⊙ (1 - x3), by \(gradient.reportRelativeError.rough)."
    ]
    if let loss = outcome.metric("train/loss") {
      remarks.append(
        "Loss \((loss.firstValue ?? .nan).short) after the first epoch,"
          + " \((loss.lastValue ?? .nan).short) after the last.")
    }
    return remarks
  }
}

extension Table {
  /// A gradient in three forms.
  fileprivate static func check(_ check: GradientCheck) -> Table {
    Table(
      columns: ["parameter", "gradient", "finite_difference", "report"],
      rows: check.entries.map { entry in
        [
          .text(entry.name), .real(entry.computed), .real(entry.difference),
          .init(entry.report),
        ]
      })
  }
}
