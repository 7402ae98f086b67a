import ArgumentParser
import Foundation
import Recipes
import RunStore

/// `tracker verify`.
struct Verify: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Train a run again from its row alone, and compare every number bit for bit.",
    discussion: """
      Parameters, seed and fingerprint of the data come from the file; the run itself stays as it \
      is. Only times are not compared. Exit code 0: identical. 1: something differs.

      A run of another revision of the engine, which adds in another order, cannot be identical: it is \
      confirmed if the losses of its first 100 steps are the same to 1e-5; without --log-steps it has those of \
      epochs only.

      \(readFilesDiscussion)
      """)

  @Argument(help: runHelp)
  var selector: String

  @Option(
    name: .customLong("from"), parsing: .unconditional,
    help: "Begin with the checkpoint after this epoch, and compare what comes later.")
  var start: Int?

  @Option(parsing: .unconditional, help: "Train on so many threads; without it, as the run did.")
  var threads: Int?

  @Flag(help: readFilesHelp)
  var readFiles = false

  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard start ?? 0 >= 0 else { throw ValidationError("--from must not be negative.") }
    guard (1...256).contains(threads ?? 1) else {
      throw ValidationError("--threads must be from 1 to 256.")
    }
  }

  func run() async throws {
    let temporary = try TemporaryPlace.folder()
    try output.database.tellOfFile()
    let context = await output.context()
    let verification = try RunVerification(
      output.selector(selector, in: context), from: start, threads: threads, readsFiles: readFiles,
      in: context)
    let folder = temporary.appendingPathComponent("tracker-verify-\(UUID().uuidString)")
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
    } catch {
      throw OutputError(place: folder.path, cause: error)
    }
    // What cannot be removed lies in the temporary folder, where the system will.
    defer { try? FileManager.default.removeItem(at: folder) }
    let result = try verification.start(
      in: context, scratch: folder.appendingPathComponent("repeated.db").path,
      progress: TrainingProgressDisplay(
        epochs: verification.epochs ?? 0, style: output.progressStyle))
    let report = VerificationReport(result)
    if output.json {
      try Console.print(json: report.json)
    } else if !output.quiet {
      for line in report.lines { try Console.print(line) }
    }
    guard result.isConfirmed else { throw ExitCode.failure }
  }
}
