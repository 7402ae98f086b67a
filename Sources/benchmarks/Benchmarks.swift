import ArgumentParser

/// Measures every speed that the README claims.
@main
struct Benchmarks: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "benchmarks",
    abstract: "Measure training, data loading and logging on this machine.",
    subcommands: [
      TrainingBenchmark.self, Load.self, Record.self, Artifact.self, Compare.self, Serve.self,
      Python.self,
    ])
}
