import ArgumentParser
import Foundation
import Reporting
import RunStore

/// `tracker merge`.
struct Merge: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "merge",
    abstract: "Take over the runs of other tracker files.",
    discussion: """
      Runs are the same if their uuid is. Of a run that is here already, this file takes over what it \
      lacks, what was said of it last (name, note, tags, experiment, deletion), and what it did since. A \
      run of which the files do not say the same is a conflict: it stays as it is, unless --prefer says \
      which file is right. What is damaged stays out. To merge once more changes nothing. Exit code 1: \
      something was left out that is no running run.
      """)

  @Argument(
    help: ArgumentHelp("The files with the runs; they stay as they are.", valueName: "file"))
  var files: [String]

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("A new file to make of the others, instead of --db.", valueName: "file"))
  var output: String?

  @Option(help: "Which file is right where they differ: this (--db) or other.")
  var prefer: MergePreference?

  @OptionGroup var database: DatabaseOptions
  @OptionGroup var format: FormatOptions

  func validate() throws {
    guard !files.contains("") else { throw ValidationError("A file needs a name.") }
    try requireName(ofOutput: output, by: "--output")
    guard output == nil || database.file == nil else {
      throw ValidationError(
        "--output makes a new file; --db names one that is there. Give one of them.")
    }
  }

  func run() throws {
    let merged = try merge()
    try Console.write(Table.merged(files, merged), format)
    for (file, runs) in zip(files, merged) {
      let added = Set(runs.filter { $0.outcome == .added }.map(\.uuid))
      guard !added.isEmpty else { continue }
      try RunDatabase(readingFrom: file).tellBytesParameters(ofRuns: added)
    }
    let outcomes = Set(merged.joined().map(\.outcome))
    if outcomes.contains(.running) {
      Console.tell(
        "Runs that are still running were left out. Try: merge again when they have ended")
    }
    if outcomes.contains(.conflict) {
      Console.tell([
        "Error: The runs marked as conflict differ in both files; nothing of them was changed.",
        "Try: merge again with --prefer this or --prefer other"
          + (output.map { " and --db \($0.shellQuoted)" } ?? ""),
      ])
    }
    if outcomes.contains(.damaged) {
      Console.tell([
        "Error: The runs marked as damaged are not what their file says; they were left out.",
        "Try: look at the file with tracker doctor --db FILE, and put a backup of it back",
      ])
    }
    guard outcomes.isDisjoint(with: [.conflict, .damaged]) else { throw ExitCode.failure }
  }

  private func merge() throws -> [[MergedRun]] {
    if let output {
      tellOfUnfinished(output)
      return try RunDatabase.merge(
        files, toNew: output, preferring: prefer, seenFrom: .current(), at: Date())
    }
    let database = try database.openForWriting()
    return try files.map {
      try database.merge(from: $0, preferring: prefer, seenFrom: .current(), at: Date())
    }
  }
}

extension MergePreference: ExpressibleByArgument {}

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
  fileprivate static func merged(_ files: [String], _ merged: [[MergedRun]]) -> Table {
    Table(
      columns: ["file", "uuid", "name", "outcome", Column("run", alignment: .right), "details"],
      rows: zip(files, merged).flatMap { file, runs in
        runs.map { run in
          [
            .text(file), .text(run.uuid), .text(run.name), .text(run.outcome.rawValue),
            SQLValue(run.run), run.details.isEmpty ? .null : .text(run.details.firstFew),
          ]
        }
      })
  }
}
