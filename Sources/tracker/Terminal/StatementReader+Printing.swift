import ArgumentParser
import Dispatch
import Foundation
import Reporting
import RunStore

extension StatementReader {
  /// Prints the rows of a statement as they come. Ctrl-C ends it with exit code 130, as in a shell.
  func print(_ sql: String, _ parameters: [String: SQLValue], as format: TableFormat) throws {
    signal(SIGINT, SIG_IGN)
    let interrupts = DispatchSource.makeSignalSource(signal: SIGINT, queue: .global())
    interrupts.setEventHandler { interrupt() }
    interrupts.resume()
    defer {
      interrupts.cancel()
      signal(SIGINT, SIG_DFL)
    }
    var writer = TableWriter(format, to: FileOutput(.standardOutput))
    do {
      try select(
        sql, parameters: parameters,
        onColumns: { writer.begin($0.map { Table.Column($0) }) }, onRow: { writer.row($0) })
    } catch RunStoreError.interrupted {
      throw ExitCode(128 + SIGINT)
    }
    writer.end()
    try Console.finish(writer.output)
  }
}
