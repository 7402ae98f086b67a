import ArgumentParser
import Foundation
import Reporting
import RunStore

/// `tracker export`.
struct Export: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Print one part of a run as a table, or write its weights to a file.",
    subcommands: [
      ExportLayers.self, ExportMetrics.self, ExportParams.self, ExportHistograms.self,
      ExportPredictions.self, ExportWeights.self, ExportArtifact.self, ExportRun.self,
    ])
}

/// What the exports of tables have in common.
struct TableExportOptions: ParsableArguments {
  @Argument(help: runHelp)
  var selector: String

  @OptionGroup var database: DatabaseOptions
  @OptionGroup var format: FormatOptions

  /// Prints the table that `table` makes of the run.
  func print(_ table: (_ run: Int, _ epoch: Int?, RunDatabase) throws -> Table) throws {
    let database = try database.openForReading()
    let run = try RunSelector(selector)
    let result = try table(database.runID(havingEpochOf: run), run.epoch, database)
    try Console.write(result.formatted(as: format.format))
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
    try options.print { run, _, database in .layers(try database.layers(ofRun: run)) }
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
    try options.print { run, epoch, database in
      let points = try rows(
        try database.metrics(ofRun: run), of: epoch, "metrics", run: run, epochOf: \.epoch)
      return wide ? .wideMetrics(points) : .metrics(points)
    }
  }
}

struct ExportParams: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "params", abstract: "The parameters.")
  @OptionGroup var options: TableExportOptions

  func run() throws {
    try options.print { run, _, database in
      .nameValues(try database.parameters(ofRun: run), name: "name")
    }
  }
}

struct ExportHistograms: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "histograms",
    abstract: "The histograms, a row a bin; of one epoch only with RUN@EPOCH.")
  @OptionGroup var options: TableExportOptions

  func run() throws {
    try options.print { run, epoch, database in
      .histograms(
        try rows(
          try database.histograms(ofRun: run), of: epoch, "histograms", run: run,
          epochOf: { $0.epoch }))
    }
  }
}

struct ExportPredictions: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "predictions",
    abstract: "The truth table: inputs, target, weighted sum s and output y of each row.")
  @OptionGroup var options: TableExportOptions

  func run() throws {
    try options.print { run, _, database in
      .predictions(try database.predictions(ofRun: run))
    }
  }
}

/// The rows of an epoch; all of them without one.
/// - Throws: `RunStoreError.noEpoch` if there are none, which lists the epochs there are.
private func rows<Row>(
  _ rows: [Row], of epoch: Int?, _ part: String, run: Int, epochOf: (Row) -> Int?
) throws -> [Row] {
  guard let epoch else { return rows }
  let chosen = rows.filter { epochOf($0) == epoch }
  guard !chosen.isEmpty else {
    throw RunStoreError.noEpoch(
      run: run, epoch: epoch, part: part, available: Set(rows.compactMap(epochOf)).sorted())
  }
  return chosen
}
