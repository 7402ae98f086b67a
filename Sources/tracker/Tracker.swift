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
      Goal.self, Serve.self, Exec.self, Rerun.self,
    ])

  static func main() async {
    ProcessSetup.prepare()
    do {
      try ProcessSetup.requireProcessor()
      try ProcessSetup.requireReadableText()
      var command = try parseAsRoot(words)
      try ProcessSetup.requireAddresses()
      try ProcessSetup.requireFiles()
      if var asyncCommand = command as? any AsyncParsableCommand {
        try await asyncCommand.run()
      } else {
        try command.run()
      }
    } catch let error as any LocalizedError {
      report(LimitedFileSize(error) ?? error)
      Foundation.exit(StopSignals.exitCode ?? (error is UnreadableText ? 64 : 1))
    } catch {
      end(by: error)
    }
  }

  /// The words of the command line. SQL may begin with a comment, which is no option.
  private static var words: [String] {
    let words = Array(CommandLine.arguments.dropFirst())
    guard words.first == SQL.configuration.commandName else { return words }
    return words.map { $0.hasPrefix("-- ") || $0.hasPrefix("--\n") ? "\n" + $0 : $0 }
  }

  /// Ends as the parser of the arguments would, with a message whose characters a terminal does not
  /// obey.
  private static func end(by error: any Error) -> Never {
    let code = exitCode(for: error)
    let message = fullMessage(for: error)
    if code == .success { end(with: message) }
    if code == .validationFailure, let complaint = CommandWords(words).complaint(insteadOf: message)
    {
      Console.tell(complaint)
    } else if !message.isEmpty {
      Console.tell(
        message.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
          + hint(for: message))
    }
    Foundation.exit(error is ExitCode ? code.rawValue : StopSignals.exitCode ?? code.rawValue)
  }

  /// Ends with what was asked for of the program itself, such as its help.
  private static func end(with message: String) -> Never {
    do {
      if !message.isEmpty { try Console.write(message + "\n") }
    } catch {
      if let error = error as? any LocalizedError { report(error) }
      Foundation.exit(1)
    }
    Foundation.exit(0)
  }

  /// What begins like an option where a run was to be named may have been meant for its name.
  private static func hint(for message: String) -> [String] {
    guard message.contains("<run>"),
      ["Error: Unknown option", "Error: Missing expected argument '<run>"]
        .contains(where: message.hasPrefix),
      let usage = message.firstRange(of: "Usage:").map({ message[$0.lowerBound...] }),
      let name = CommandLine.arguments.dropFirst().first(where: {
        $0.hasPrefix("-") && !$0.hasPrefix("--") && !usage.contains($0)
      })
    else { return [] }
    return ["Try: a run whose name begins with '-' stands after '--': -- \(name.shellQuoted)"]
  }
}

/// The version of this program, which every run notes.
let programVersion = "0.1.0"
