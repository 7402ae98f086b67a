import ArgumentParser
import Foundation
import Reporting
import RunStore

/// `tracker export`.
struct Export: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Print one part of a run as a table, or write its weights to a file.",
    subcommands: [
      ExportLayers.self, ExportMetrics.self, ExportParams.self, ExportHistograms.self,
      ExportPredictions.self, ExportWeights.self, ExportArtifact.self, ExportRun.self,
    ])
}

/// What the exports of tables have in common. They are whole, also in a terminal.
struct TableExportOptions: ParsableArguments {
  @Argument(help: runHelp)
  var selector: String

  @OptionGroup var database: DatabaseOptions

  @Option(help: "How to print the result.")
  var format = TableFormat.text

  /// Prints the table that `table` makes of the run.
  func print(_ table: (_ run: Int, RunDatabase) throws -> Table) throws {
    let database = try database.openForReading()
    let run = try database.runID(ofWhole: database.selector(selector))
    try Console.write(table(run, database).formatted(as: format))
  }

  /// Prints rows of the run as they come.
  func print(_ rows: RunRows) throws {
    let database = try database.openForReading()
    let selector = try database.selector(selector)
    var writer = TableWriter(format, to: FileOutput(.standardOutput))
    let chosen =
      rows.haveEpochs
      ? try database.chosenEpoch(selector)
      : RunEpoch(run: try database.runID(ofWhole: selector), epoch: nil)
    let written = Result {
      try rows.write(ofRun: chosen.run, epoch: chosen.epoch, in: database, to: &writer)
    }
    // What could be read was given, whatever the rest is.
    try Console.finish(writer.output)
    try written.get()
  }
}

struct ExportLayers: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "layers", abstract: "The layer table: shapes, parameters and MACs.",
    discussion: """
      Parameters and MACs count weights only; the last line counts biases too, as other tools do: \
      one more parameter for each output channel, one more addition for each output value.
      """)
  @OptionGroup var options: TableExportOptions

  func run() throws {
    try options.print { run, database in .layers(try database.layers(ofRun: run)) }
  }
}

struct ExportMetrics: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "metrics",
    abstract: "Every point of every metric; of one epoch only with RUN@EPOCH.")
  @OptionGroup var options: TableExportOptions

  @Flag(help: "One row a step, one column a metric.")
  var wide = false

  func run() throws {
    try options.print(wide ? .wideMetrics : .metrics)
  }
}

struct ExportParams: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "params", abstract: "The parameters.")
  @OptionGroup var options: TableExportOptions

  func run() throws {
    try options.print(.parameters)
  }
}

struct ExportHistograms: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "histograms",
    abstract: "The histograms, a row a bin; of one epoch only with RUN@EPOCH.")
  @OptionGroup var options: TableExportOptions

  func run() throws {
    try options.print(.histograms)
  }
}

struct ExportPredictions: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "predictions",
    abstract: "The truth table: inputs, target, weighted sum s and output y of each row.")
  @OptionGroup var options: TableExportOptions

  func run() throws {
    try options.print(.predictions)
  }
}
