import ArgumentParser
import Reporting

extension TableFormat: ExpressibleByArgument {}

/// The form in which a command prints a table.
struct FormatOptions: ParsableArguments {
  @Option(help: "How to print the result.")
  var format = TableFormat.text
}
