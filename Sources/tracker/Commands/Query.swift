import ArgumentParser
import Reporting
import RunStore

/// `tracker query`.
struct Query: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "query",
    abstract: "List the saved questions, or ask one.",
    discussion: """
      The values of a question are options of its own, such as: tracker query best_runs --metric \
      val/accuracy. Where it wants a run, a name or 'latest' will do.
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
    _ = try optionPairs()
  }

  func run() throws {
    let known = try all()
    guard let name else {
      try Console.write(Table.questions(known), format)
      return
    }
    guard let query = known.first(where: { $0.name == name }) else {
      throw RunStoreError.unknownQuery(name: name, known: known.map(\.name))
    }
    let reader = try database.openForStatements()
    try reader.print(query.sql, arguments(of: query), as: format)
  }

  /// The questions by name; the user's own take the place of ours of the same name.
  private func all() throws -> [SavedQuery] {
    let own = try queries.map(SavedQuery.all(inFolder:)) ?? []
    let names = Set(own.map(\.name))
    return (try SavedQuery.all().filter { !names.contains($0.name) } + own)
      .sorted { $0.name < $1.name }
  }

  private func arguments(of query: SavedQuery) throws -> [String: SQLValue] {
    var given = try query.arguments((parameters + optionPairs()).sqlValues)
    for parameter in query.parameters
    where parameter.kind == .integer && ["run", "first", "second"].contains(parameter.name) {
      guard case .text(let text)? = given[parameter.name] else { continue }
      let database = try database.openForReading()
      let run = try database.runID(ofWhole: RunSelector(text, in: database))
      given[parameter.name] = .integer(Int64(run))
    }
    for parameter in query.parameters where parameter.kind == .text {
      guard let number = given[parameter.name], number.real != nil else { continue }
      given[parameter.name] = .text(number.integer.map(String.init) ?? "\(number.real ?? .nan)")
    }
    return given
  }

  /// The options that are the question's own: `--name value` and `--name=value`.
  private func optionPairs() throws -> [NamedValue] {
    var pairs: [NamedValue] = []
    var rest = values[...]
    while let word = rest.popFirst() {
      guard word.hasPrefix("--"), let pair = NamedValue(argument: String(word.dropFirst(2))) else {
        throw ValidationError("Unexpected argument '\(word)'.")
      }
      if pair.value != nil {
        pairs.append(pair)
      } else if let value = rest.popFirst(),
        let pair = NamedValue(argument: "\(pair.name)=\(value)")
      {
        pairs.append(pair)
      } else {
        throw ValidationError("Missing value for '\(word)'.")
      }
    }
    return pairs
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
