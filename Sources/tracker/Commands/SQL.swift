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

  @OptionGroup var database: DatabaseOptions
  @OptionGroup var format: FormatOptions

  func validate() throws {
    if let word = parameters.first(where: { $0.value == nil }) {
      throw ValidationError("A parameter is given as name=value, not as '\(word.name)'.")
    }
  }

  func run() throws {
    let reader = try StatementReader(readingFrom: database.path)
    var writer = TableWriter(format.format, to: FileOutput(.standardOutput))
    try reader.select(
      statement, parameters: parameters.sqlValues,
      onColumns: { writer.begin($0.map { Table.Column($0) }) }, onRow: { writer.row($0) })
    writer.end()
    try Console.finish(writer.output)
  }
}
