import ArgumentParser
import Foundation
import Testing

@testable import tracker

/// The README names every command, and the help every option.
@Suite struct DocumentationTests {
  private static let commands = leaves(of: Tracker.self, path: "tracker")

  @Test func theReadmeNamesEveryCommand() throws {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("README.md")
    let readme = try String(contentsOf: file, encoding: .utf8)
    for (path, _) in Self.commands {
      let words = path.split(separator: " ")
      let verb = words.prefix(2).joined(separator: " ")
      #expect(readme.contains(verb), "README.md does not name '\(verb)'")
      // What `export` and `run` take may be listed apart from the verb.
      #expect(
        readme.contains(words.last ?? ""), "README.md does not say what '\(path)' is for")
    }
  }

  @Test func everyOptionOfEveryCommandIsExplained() {
    for (path, command) in Self.commands {
      #expect(!command.configuration.abstract.isEmpty, "\(path) has no abstract")
      let help = command.helpMessage(columns: 200)
      // Where what to type is long, the words stand on the next line, far to the right.
      let lines = help.replacing(#/\n {20,}/#, with: "  ").split(separator: "\n")
      let unexplained = lines.filter { line in
        line.hasPrefix("  -") && !line.dropFirst(2).contains("  ")
      }
      #expect(unexplained.isEmpty, "\(path): \(unexplained)")
    }
  }

  @Test func withoutWordsTheProgramHelps() async throws {
    let outcome = try await Workplace().tracker([])
    #expect(outcome.status == .exited(0))
    for command in Tracker.configuration.subcommands {
      #expect(outcome.output.contains("  \(command._commandName) "))
    }
  }

  private static func leaves(
    of command: any ParsableCommand.Type, path: String
  ) -> [(path: String, command: any ParsableCommand.Type)] {
    let subcommands = command.configuration.subcommands
    guard !subcommands.isEmpty else { return [(path, command)] }
    return subcommands.flatMap { leaves(of: $0, path: "\(path) \($0._commandName)") }
  }
}
