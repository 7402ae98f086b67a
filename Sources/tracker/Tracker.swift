import ArgumentParser
import Foundation

/// The command line tool.
@main
struct Tracker: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tracker",
    abstract: "Trains networks, logs every run in one SQLite file, and compares runs.",
    version: programVersion,
    subcommands: [
      Run.self, Resume.self, List.self, Show.self, Compare.self, Query.self, SQL.self,
      Export.self, Plot.self, Report.self, Verify.self, Doctor.self, DiskUsage.self, Prune.self,
      Edit.self, Experiments.self, Delete.self, Restore.self, Merge.self, Backup.self, Init.self,
      Goal.self, Serve.self,
    ])

  static func main() async {
    ProcessSetup.prepare()
    do {
      try ProcessSetup.requireProcessor()
      try ProcessSetup.requireReadableText()
      var command = try parseAsRoot()
      try ProcessSetup.requireFiles()
      if var asyncCommand = command as? any AsyncParsableCommand {
        try await asyncCommand.run()
      } else {
        try command.run()
      }
    } catch let error as any HintedError {
      report(LimitedFileSize(error) ?? error)
      Foundation.exit(StopSignals.exitCode ?? (error is UnreadableText ? 64 : 1))
    } catch {
      end(by: error)
    }
  }

  /// Ends as the parser of the arguments would, with a message whose characters a terminal does not
  /// obey.
  private static func end(by error: any Error) -> Never {
    let code = exitCode(for: error)
    let message = fullMessage(for: error)
    if code == .success { exit(withError: error) }
    if !message.isEmpty {
      Console.tell(
        message.split(separator: "\n", omittingEmptySubsequences: false).map(String.init))
    }
    Foundation.exit(error is ExitCode ? code.rawValue : StopSignals.exitCode ?? code.rawValue)
  }
}

/// The version of this program, which every run notes.
let programVersion = "0.1.0"
