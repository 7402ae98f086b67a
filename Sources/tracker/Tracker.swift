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
      Delete.self, Restore.self, Merge.self, Backup.self,
    ])

  static func main() async {
    do {
      var command = try parseAsRoot()
      if var asyncCommand = command as? any AsyncParsableCommand {
        try await asyncCommand.run()
      } else {
        try command.run()
      }
    } catch let error as any HintedError {
      report(error)
      Foundation.exit(StopSignals.exitCode ?? 1)
    } catch {
      exit(withError: error)
    }
  }
}

/// The version of this program, which every run notes.
let programVersion = "0.1.0"
