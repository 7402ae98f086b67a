import ArgumentParser
import Foundation

/// `tracker run`: the recipes.
struct Run: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Train a network and log everything about it.",
    subcommands: [
      RunAdaline.self, RunMadaline.self, RunBackprop.self, RunConvolution.self, RunLMS.self,
      RunLeNet.self, RunMLP.self,
    ])

  /// Lists the recipes.
  func run() async throws {
    let recipes = Self.configuration.subcommands.map { $0.configuration }
    let width = recipes.compactMap { $0.commandName?.count }.max() ?? 0
    for recipe in recipes {
      let name = (recipe.commandName ?? "").padding(toLength: width, withPad: " ", startingAt: 0)
      try Console.print("\(name)  \(recipe.abstract)")
    }
    try Console.print("")
    try Console.print("The mathematics and the options of one: tracker run NAME --help")
  }
}
