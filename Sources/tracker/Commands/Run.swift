import ArgumentParser
import Foundation
import Recipes
import Reporting

/// `tracker run`: the recipes.
struct Run: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Train a network and log everything about it.",
    subcommands: allRecipes.map { command(of: $0) })

  private static func command<R: Recipe>(of recipe: R.Type) -> any ParsableCommand.Type {
    RunRecipe<R>.self
  }

  /// Lists the recipes.
  func run() async throws {
    let width = allRecipes.map { $0.name.count }.max() ?? 0
    for recipe in allRecipes {
      let name = recipe.name.padding(toLength: width, withPad: " ", startingAt: 0)
      try Console.print("\(name)  \(recipe.summary)")
    }
    try Console.print("")
    try Console.print("The mathematics and the options of one: tracker run NAME --help")
  }
}

/// `tracker run NAME`, with the options that the recipe has.
private struct RunRecipe<R: Recipe>: AsyncParsableCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(commandName: R.name, abstract: R.summary, discussion: R.mathematics)
  }

  @OptionGroup var own: RecipeArguments<R, OwnPart>
  @OptionGroup(title: "Training") var training: RecipeArguments<R, TrainingPart>
  @OptionGroup(title: "Run") var options: RunOptions

  private func recipe() throws -> R {
    var recipe = R()
    own.set(in: &recipe)
    training.set(in: &recipe)
    do {
      return try recipe.completed()
    } catch {
      throw ValidationError(error.words)
    }
  }

  func validate() throws {
    _ = try recipe()
  }

  func run() async throws {
    let recipe = try recipe()
    let result = try recipe.run(
      in: await options.context(),
      progress: TrainingProgressDisplay(
        epochs: recipe.plannedEpochs ?? 0, style: options.output.progressStyle))
    try options.output.print(
      result.runs, tables: result.tables.map(Table.init), remarks: result.remarks,
      alerts: result.tablesShowAlerts ? [] : nil)
  }
}

extension InvalidOption {
  /// What is wrong, by the option as it is typed: `--batch-size must be at least 1.`
  fileprivate var words: String { "--\(parameter.replacing("_", with: "-")) \(rule)." }
}

extension Table {
  /// A table of what came out of a recipe.
  fileprivate init(_ table: ResultTable) {
    switch table {
    case .predictions(let predictions): self = .predictions(predictions)
    case .rows(let columns, let rightAligned, let rows):
      self.init(
        columns: columns.map {
          Column($0, alignment: rightAligned.contains($0) ? .right : .automatic)
        }, rows: rows)
    }
  }
}
