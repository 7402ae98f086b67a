import ArgumentParser
import Reporting
import RunStore

/// `tracker plot kernels`.
struct PlotKernels: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "kernels", abstract: "The first convolution's filters as images.",
    discussion: """
      RUN@EPOCH shows those after that epoch; 0 is before training. RUN@best and best:METRIC show those of \
      the best epoch.
      """)

  @Argument(help: runHelp)
  var selector = "latest"

  @OptionGroup var plot: PlotOptions

  func run() async throws {
    try await plot.draw { database in
      let chosen = try database.chosenEpoch(
        database.selector(selector), isOfWeights: true)
      return try .kernels(ofRun: chosen.run, epoch: chosen.epoch, in: database)
    }
  }
}
