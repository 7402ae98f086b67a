import ArgumentParser

/// `tracker plot`.
struct Plot: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plot",
    abstract: "Draw runs in the terminal, or into an SVG, PNG or PDF file.",
    subcommands: [
      PlotLoss.self, PlotMetric.self, PlotHistogram.self, PlotLMS.self, PlotParallel.self,
      PlotKernels.self,
    ])
}
