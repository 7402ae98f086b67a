import ArgumentParser
import Foundation
import Reporting

extension TableFormat: ExpressibleByArgument {}

/// The form in which a command prints a table.
struct FormatOptions: ParsableArguments {
  @Option(help: "How to print the result.")
  var format = TableFormat.text

  @Flag(help: "Print all columns in full, also where they do not fit the terminal.")
  var wide = false

  /// The most rows of a table where a person reads; what programs read is whole.
  var mostRows: Int? { format.isForPeople ? 1_000 : nil }

  /// The most columns of one kind in such a table.
  var mostColumns: Int? { format.isForPeople ? 100 : nil }

  /// The most characters of a value in such a table: `…` stands for the rest.
  var mostCharacters: Int? { format.isForPeople ? 1_000 : nil }

  /// The same, for rows that a person asked for in SQL.
  var mostCharactersOfAStatement: Int? { format.isForPeople ? 100_000 : nil }

  /// What a table fits into; nil for any width.
  var width: Int? { wide || format != .text ? nil : Console.outputSize?.columns }
}

/// Where tables that belong together go.
struct SheetOptions: ParsableArguments {
  @Option(
    name: [.customShort("o"), .customLong("folder")],
    help: ArgumentHelp(
      "A folder for a file a table, such as metrics.csv with --format csv.", valueName: "folder"))
  var folder: String?

  @OptionGroup var force: ForceOptions

  func validate() throws { try requireName(ofOutput: folder, by: "--folder", isFolder: true) }

  /// Prints the tables, or writes each to a file.
  /// - Returns: The titles of the tables that have more rows than `limit`.
  func write(_ sheet: TableSheet, _ format: FormatOptions, limit: Int? = nil) throws -> [String] {
    guard let folder else { return try Console.write(sheet, format, limit: limit) }
    do {
      try FileManager.default.createDirectory(
        at: URL(fileURLWithPath: folder), withIntermediateDirectories: true)
    } catch {
      throw OutputError(place: folder, cause: error)
    }
    try sheet.writeApart(as: format.format) { key, text in
      let file = "\(folder)/\(key.asFileName).\(format.format.fileExtension)"
      try writeFile(Data(text.utf8), to: file, replaces: force.force)
      try Console.print(file)
    }
    return []
  }
}

/// Whether a file that is there already may be written over.
struct ForceOptions: ParsableArguments {
  @Flag(help: "Write over a file that is there already.")
  var force = false
}
