import ArgumentParser
import Reporting
import RunStore

/// `tracker query`.
struct Query: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "query",
    abstract: "List the saved questions, or ask one.",
    discussion: """
      The values of a question stand after it in its order, or as options of its own, such as: tracker query \
      best_runs --metric val/accuracy. In all questions, also your own, run, first and second are a run, \
      for which a name or 'latest' will do; metric, parameter and layer are names that runs have.
      """)

  @Argument(help: "The question; without it, all are listed.")
  var name: String?

  @Option(
    name: [.customShort("p"), .customLong("param")],
    help: ArgumentHelp("A value, as name=value; repeatable.", valueName: "name=value"))
  var parameters: [NamedValue] = []

  @Option(help: ArgumentHelp("A folder with more questions, as .sql files.", valueName: "folder"))
  var queries: String?

  @OptionGroup var database: DatabaseOptions
  @OptionGroup var format: FormatOptions

  @Argument(
    parsing: .allUnrecognized,
    help: ArgumentHelp("The question's values.", valueName: "--parameter value"))
  var values: [String] = []

  func validate() throws {
    if let word = parameters.first(where: { $0.value == nil }) {
      throw ValidationError("A value is given as name=value, not as '\(word.name)'.")
    }
    guard name != nil || (values.isEmpty && parameters.isEmpty) else {
      throw ValidationError("Name the question before its values.")
    }
    _ = try words()
  }

  func run() throws {
    let own = try queries.map(QueryFolder.init)
    let faults = own?.faults ?? []
    let names = Set(((own?.queries ?? []).map(\.name)) + faults.map(\.name))
    // The user's own take the place of ours of the same name.
    let known = try (SavedQuery.all().filter { !names.contains($0.name) } + (own?.queries ?? []))
      .sorted { $0.name < $1.name }
    guard let name else {
      try Console.write(Table.questions(known), format)
      for (name, error) in faults {
        Console.tell("Warning: The question \(name) is left out. \(error.localizedDescription)")
      }
      return
    }
    if let fault = faults.first(where: { $0.name == name }) { throw fault.error }
    guard let query = known.first(where: { $0.name == name }) else {
      throw RunStoreError.unknownQuery(name: name, known: known.map(\.name))
    }
    let reader = try database.openForStatements()
    try reader.print(query.sql, arguments(of: query), as: format)
  }

  private func arguments(of query: SavedQuery) throws -> [String: SQLValue] {
    let words = try words()
    let named = parameters + words.named
    let open = query.parameters.map(\.name).filter { name in !named.contains { $0.name == name } }
    guard words.plain.count <= open.count else {
      throw ValidationError(
        "Unexpected argument '\(words.plain[open.count])'; \(query.name) takes "
          + (query.parameters.isEmpty
            ? "no values." : query.parameters.map(\.name).joined(separator: ", ") + "."))
    }
    // Of two values with the same name, the last one counts.
    let typed = Dictionary(named.map { ($0.name, $0.value ?? "") }, uniquingKeysWith: { $1 })
    return try query.values(
      typed: typed.merging(zip(open, words.plain)) { $1 }, in: database)
  }

  /// The question's values: options of its own, `--name value` and `--name=value`, and those in its order.
  private func words() throws -> (named: [NamedValue], plain: [String]) {
    var (named, plain): ([NamedValue], [String]) = ([], [])
    var rest = values[...]
    while let word = rest.popFirst() {
      guard word.hasPrefix("--") else {
        plain.append(word)
        continue
      }
      guard let pair = NamedValue(argument: String(word.dropFirst(2))) else {
        throw ValidationError("Unexpected argument '\(word)'.")
      }
      if pair.value != nil {
        named.append(pair)
      } else if let value = rest.popFirst(),
        let pair = NamedValue(argument: "\(pair.name)=\(value)")
      {
        named.append(pair)
      } else {
        throw ValidationError("Missing value for '\(word)'.")
      }
    }
    return (named, plain)
  }
}

extension Table {
  /// What each question answers, and which values it takes; those in brackets may be left out.
  fileprivate static func questions(_ queries: [SavedQuery]) -> Table {
    Table(
      columns: ["query", "parameters", "purpose"],
      rows: queries.map { query in
        let parameters = query.parameters.map { $0.isOptional ? "[\($0.name)]" : $0.name }
        return [
          .text(query.name), .text(parameters.joined(separator: " ")),
          .text(query.purpose.firstSentence),
        ]
      })
  }
}

extension String {
  /// Up to the first full stop that ends a sentence.
  fileprivate var firstSentence: String {
    guard let end = firstRange(of: ". ") else { return self }
    return String(self[..<end.lowerBound]) + "."
  }
}
