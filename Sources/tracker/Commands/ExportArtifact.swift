import Foundation
import ArgumentParser
import Reporting
import RunStore

/// `tracker export artifact`.
struct ExportArtifact: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "artifact",
    abstract: "Write a file that a run keeps; without a name, list them.",
    discussion: """
      What is written is checked against its hash: of damaged content no file is made. Memory does not \
      grow with the file.
      """)

  @Argument(help: runHelp)
  var selector: String

  @Argument(help: "The artifact, such as output.csv.")
  var artifact: String?

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("The file to write; without it standard output.", valueName: "file"))
  var output: String?

  @OptionGroup var force: ForceOptions
  @OptionGroup var database: DatabaseOptions
  @OptionGroup var format: FormatOptions

  func validate() throws {
    try requireName(ofOutput: output, by: "--output")
    guard output == nil || artifact != nil else {
      throw ValidationError("--output needs the name of the artifact.")
    }
  }

  func run() throws {
    let database = try database.openForReading()
    let run = try database.runID(ofWhole: database.selector(selector))
    let artifacts = try database.artifactSummaries(ofRun: run)
    guard let artifact else {
      return try Console.write(Table.artifacts(artifacts), format)
    }
    guard let found = artifacts.first(where: { ExactName($0.name) == ExactName(artifact) }) else {
      throw MissingArtifact(name: artifact, run: run, known: artifacts.map(\.name))
    }
    if let output {
      try writeFile(to: output, replaces: force.force) { file in
        try database.forEachPiece(ofBlob: found.blobHash, file.write)
      }
      try Console.print(output)
    } else {
      try database.forEachPiece(ofBlob: found.blobHash, Console.write)
    }
  }
}

/// A run does not keep what was asked for.
struct MissingArtifact: LocalizedError {
  let name: String
  let run: Int
  let known: [String]

  var errorDescription: String? { "Run \(run) has no artifact \(name)." }
  var recoverySuggestion: String? {
    known.isEmpty
      ? "list the runs with tracker list; this one keeps no artifacts"
      : "name one of \(known.joined(separator: ", "))"
  }
}
