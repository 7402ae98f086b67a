import ArgumentParser
import Reporting
import RunStore

extension HistogramRecord.Quantity: ExpressibleByArgument {}

/// `tracker plot histogram`.
struct PlotHistogram: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "histogram",
    abstract: "The weights or gradients of each layer, a panel a layer.")

  @Argument(help: runHelp)
  var selector = "latest"

  @Option(help: "What to show: weight, gradient or activation.")
  var quantity = HistogramRecord.Quantity.weight

  @Option(help: "The epoch, 0 before training; without it the last. Also RUN@EPOCH, RUN@best.")
  var epoch: Int?

  @Flag(help: "Show all epochs, as a heat map a layer.")
  var overTime = false

  @OptionGroup var plot: PlotOptions

  func validate() throws {
    guard epoch ?? 0 >= 0 else { throw ValidationError("--epoch must not be negative.") }
    guard !overTime || epoch == nil else {
      throw ValidationError("--over-time shows all epochs; leave --epoch out.")
    }
  }

  func run() async throws {
    try await plot.draw { database in
      let selector = try database.selector(selector)
      // All epochs, or the one of --epoch: then the run is named without one.
      if overTime {
        return try .histogramsOverTime(
          ofRun: database.runID(ofWhole: selector), quantity: quantity, in: database)
      }
      let chosen =
        try epoch.map {
          RunEpoch(run: try database.runID(ofWhole: selector), epoch: $0)
        } ?? database.chosenEpoch(selector, isOfWeights: true)
      return try .histograms(
        ofRun: chosen.run, quantity: quantity, epoch: chosen.epoch, in: database)
    }
  }
}
