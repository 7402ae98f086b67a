import ArgumentParser
import Foundation
import Reporting
import RunStore

/// `tracker show`.
struct Show: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show one run: how it stands, its parameters, losses, layers and surroundings.")

  @Argument(help: runHelp)
  var selector: String

  @OptionGroup var database: DatabaseOptions
  @OptionGroup var format: FormatOptions

  func run() throws {
    let database = try database.openForReading()
    let run = try database.runID(havingEpochOf: RunSelector(selector))
    let sheet = try RunSheet(
      of: run, in: database, limit: limit, seenFrom: .current(), at: Date())
    try Console.write(sheet.formatted(as: format.format))
    if let limit, !sheet.cut.isEmpty {
      Console.tell(
        "Note: These tables have more than \(limit) rows, and the first are shown:"
          + " \(sheet.cut.joined(separator: ", ")). All of them: tracker show \(run)"
          + " --format jsonl\(self.database.words)")
    }
  }
}

extension Show {
  /// The most rows of a table where a person reads; what programs read is whole.
  private var limit: Int? {
    switch format.format {
    case .text, .markdown, .latex: 1_000
    case .csv, .json, .jsonl: nil
    }
  }
}

/// What an argument that names a run may be.
let runHelp = ArgumentHelp(
  "An id, 'latest', a name, the start of a uuid, or 'best:METRIC' such as best:val/loss.",
  valueName: "run")
