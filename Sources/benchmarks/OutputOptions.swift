import ArgumentParser
import Foundation
import Provenance
import Reporting
import RunStore

/// How a benchmark prints what it measured.
struct OutputOptions: ParsableArguments {
  @Flag(help: "Print JSON lines instead of tables.")
  var json = false

  /// Prints a table under a title, or its rows as JSON lines.
  func print(_ title: String, _ table: Table) {
    if !json { Swift.print("\n\(title)\n") }
    Swift.print(table.formatted(as: json ? .jsonl : .text), terminator: "")
  }
}

/// The machine, as a heading for the numbers.
func machineTable() -> Table {
  Table(
    columns: ["machine", "cores"],
    rows: [
      [
        .text(processorName() ?? "unknown"),
        .integer(Int64(ProcessInfo.processInfo.activeProcessorCount)),
      ]
    ])
}

/// The seconds that `work` takes.
func seconds(_ work: () throws -> Void) rethrows -> Double {
  let clock = ContinuousClock()
  return try clock.measure(work) / .seconds(1)
}
