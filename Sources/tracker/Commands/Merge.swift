import ArgumentParser
import Foundation
import Reporting
import RunStore

/// `tracker merge`.
struct Merge: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Take over the runs of other tracker files.",
    discussion: """
      Runs are the same if their uuid is. A run that is here already stays as it is; one that differs \
      in both files is reported as a conflict. To merge once more changes nothing. Exit code 1: there \
      were conflicts.
      """)

  @Argument(
    help: ArgumentHelp("The files with the runs; they stay as they are.", valueName: "file"))
  var files: [String]

  @OptionGroup var database: DatabaseOptions
  @OptionGroup var format: FormatOptions

  func run() throws {
    let database = try database.openForWriting()
    let merged = try files.map { file in
      (file, try database.merge(from: file, seenFrom: .current(), at: Date()))
    }
    try Console.write(Table.merged(merged).formatted(as: format.format))
    for (file, runs) in merged {
      let added = Set(runs.filter { $0.outcome == .added }.map(\.uuid))
      guard !added.isEmpty else { continue }
      try RunDatabase(readingFrom: file).tellBytesParameters(ofRuns: added)
    }
    let outcomes = merged.flatMap(\.1).map(\.outcome)
    if outcomes.contains(.running) {
      Console.tell(
        "Runs that are still running were left out. Try: merge again when they have ended")
    }
    guard !outcomes.contains(.conflict) else {
      Console.tell(
        [
          "Error: The runs marked as conflict differ in both files; nothing was overwritten.",
          "Try: delete and prune the one you do not want, then merge again",
        ])
      throw ExitCode.failure
    }
  }
}

extension RunDatabase {
  /// Says what became of parameters that were bytes, when runs of this file were copied to another.
  func tellBytesParameters(ofRuns uuids: Set<String>) throws {
    for parameter in try bytesParameters() where uuids.contains(parameter.run) {
      Console.tell(
        "Note: The parameter \(parameter.name) of run \(parameter.id) of '\(path)' was"
          + " \(parameter.bytes.count) bytes, and is now \(parameter.outcome).")
    }
  }
}

extension Table {
  /// What became of each run of each file.
  fileprivate static func merged(_ files: [(path: String, runs: [MergedRun])]) -> Table {
    Table(
      columns: ["file", "uuid", "name", "outcome", Column("run", alignment: .right)],
      rows: files.flatMap { file in
        file.runs.map { run in
          [
            .text(file.path), .text(run.uuid), .text(run.name), .text(run.outcome.rawValue),
            SQLValue(run.run),
          ]
        }
      })
  }
}
