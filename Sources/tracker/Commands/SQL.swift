import ArgumentParser
import Reporting
import RunStore

/// `tracker sql`.
struct SQL: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sql",
    abstract: "Ask the file any question in SQL that only reads.",
    discussion: """
      What the tables and views hold: tracker sql "SELECT sql FROM sqlite_schema"
      """)

  @Argument(help: "One SELECT, WITH, VALUES, EXPLAIN or reading PRAGMA.")
  var statement: String

  @Option(
    name: [.customShort("p"), .customLong("param")],
    help: ArgumentHelp("The value of a named parameter; repeatable.", valueName: "name=value"))
  var parameters: [NamedValue] = []

  @Option(
    help: ArgumentHelp(
      "Another tracker file, whose tables are ALIAS.runs and so on; repeatable.",
      valueName: "file=alias"))
  var attach: [String] = []

  @OptionGroup var database: DatabaseOptions
  @OptionGroup var format: FormatOptions

  func validate() throws {
    if let word = parameters.first(where: { $0.value == nil }) {
      throw ValidationError("A parameter is given as name=value, not as '\(word.name)'.")
    }
    _ = try attachments()
  }

  func run() throws {
    let reader = try database.openForStatements(attachments: try attachments())
    try reader.print(statement, parameters.sqlValues, as: format)
  }

  /// Reads `file=alias` pairs; a file's name may hold an equals sign.
  private func attachments() throws -> [String: String] {
    var files: [String: String] = [:]
    for pair in attach {
      guard let sign = pair.lastIndex(of: "="), sign != pair.startIndex,
        case let alias = String(pair[pair.index(after: sign)...]),
        alias.wholeMatch(of: #/[A-Za-z_]\w*/#) != nil,
        !["main", "temp"].contains(alias.lowercased())
      else {
        throw ValidationError(
          "A file is attached as FILE=ALIAS, and an alias is a word; not '\(pair)'.")
      }
      guard files.updateValue(String(pair[..<sign]), forKey: alias) == nil else {
        throw ValidationError("The alias '\(alias)' is given twice.")
      }
    }
    return files
  }
}
