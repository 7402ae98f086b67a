import ArgumentParser

/// `tracker run`: the recipes.
struct Run: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Train a network and log everything about it.",
    subcommands: [RunLeNet.self])
}
