import ArgumentParser

/// What stands on a command line, for words that the parser takes for something else: it complains of the
/// option after a mistyped command, and of what a mistyped option leaves unsaid.
struct CommandWords {
  /// The command as far as it is one.
  private var command: any ParsableCommand.Type = Tracker.self
  private var path = ["tracker"]
  /// The word that stands where one of several commands should.
  private var unknownCommand: String?
  private let words: [String]

  init(_ words: [String]) {
    self.words = words
    for word in words {
      let known = command.configuration.subcommands
      guard !word.hasPrefix("-"), !known.isEmpty else { return }
      guard let next = known.first(where: { $0.configuration.commandName == word }) else {
        let isRequired = command.configuration.defaultSubcommand == nil && word != "help"
        unknownCommand = isRequired ? word : nil
        return
      }
      command = next
      path.append(word)
    }
  }

  /// What is wrong with the words, and the next step; nil if `message`, the parser's own, says it.
  func complaint(insteadOf message: String) -> [String]? {
    if let unknownCommand {
      let known = command.configuration.subcommands.compactMap { $0.configuration.commandName }
      return [
        "Error: There is no command '\(unknownCommand)'.",
        "Try: one of \(known.joined(separator: ", ")); they are explained by: \(path.joined(separator: " ")) --help",
      ]
    }
    // A question's options are those of its file.
    guard command != Query.self, !message.hasPrefix("Error: Unknown option"),
      let option = unknownOption
    else { return nil }
    return ["Error: Unknown option '\(option)'.", "Try: \(path.joined(separator: " ")) --help"]
  }

  private var unknownOption: String? {
    let help = Set(
      Tracker.helpMessage(for: command).split { !($0.isLetter || $0.isNumber || $0 == "-") })
    return words.prefix { $0 != "--" }.filter { $0.hasPrefix("--") }
      .map { String($0.prefix { $0 != "=" }) }
      .first { !help.contains($0[...]) && !$0.contains(" ") }
  }
}
