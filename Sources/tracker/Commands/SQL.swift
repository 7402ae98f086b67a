import ArgumentParser
import Foundation
import Reporting
import RunStore

/// `tracker sql`.
struct SQL: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sql",
    abstract: "Ask the file any question in SQL that only reads.",
    discussion: "The tables and views are described by: tracker sql \"SELECT sql FROM sqlite_schema\"")

  @Argument(help: "One SELECT, WITH, VALUES, EXPLAIN or reading PRAGMA.")
  var statement: String

  @Option(
    name: [.customShort("p"), .customLong("param")],
    help: ArgumentHelp("The value of a named parameter; repeatable.", valueName: "name=value"))
  var parameters: [String] = []

  @OptionGroup var database: DatabaseOptions
  @OptionGroup var format: FormatOptions

  func run() throws {
    let reader = try StatementReader(readingFrom: database.path)
    var writer = TableWriter(format.format, to: FileOutput(.standardOutput))
    try reader.select(
      statement, parameters: try parameterValues(parameters),
      onColumns: { writer.begin($0.map { Table.Column($0) }) }, onRow: { writer.row($0) })
    writer.end()
    try writer.output.finish()
  }
}

/// Reads `name=value` pairs: a value that is a number is one, everything else is text.
func parameterValues(_ pairs: [String]) throws -> [String: SQLValue] {
  var values: [String: SQLValue] = [:]
  for pair in pairs {
    let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[0].isEmpty else {
      throw ValidationError("A parameter is given as name=value, not as '\(pair)'.")
    }
    let text = String(parts[1])
    values[String(parts[0])] =
      Int64(text).map { .integer($0) } ?? Double(text).map { .real($0) } ?? .text(text)
  }
  return values
}
