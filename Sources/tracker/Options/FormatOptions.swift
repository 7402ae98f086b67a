import ArgumentParser
import Reporting

extension TableFormat: ExpressibleByArgument {}

/// The form in which a command prints a table.
struct FormatOptions: ParsableArguments {
  @Option(help: "How to print the result.")
  var format = TableFormat.text

  /// The most rows of a table where a person reads; what programs read is whole.
  var mostRows: Int? { format.isForPeople ? 1_000 : nil }

  /// The most columns of one kind in such a table.
  var mostColumns: Int? { format.isForPeople ? 100 : nil }

  /// The most characters of a value in such a table: `…` stands for the rest.
  var mostCharacters: Int? { format.isForPeople ? 1_000 : nil }
}
