import ArgumentParser
import Dispatch
import Foundation
import Reporting
import RunStore
import Synchronization

extension StatementReader {
  /// Prints the rows of a statement as they come. Ctrl-C ends it with exit code 130, as in a shell, unless it
  /// is ignored, as in the background of a script.
  func print(_ sql: String, _ parameters: [String: SQLValue], as format: FormatOptions) throws {
    let statement = RunningStatement(of: self)
    // A source that was never resumed would end the program when it goes away.
    var interrupts: (any DispatchSourceSignal)?
    if StopSignals.handle(SIGINT, with: SIG_IGN) {
      let source = DispatchSource.makeSignalSource(signal: SIGINT, queue: .global())
      source.setEventHandler { statement.interrupt() }
      source.resume()
      interrupts = source
    }
    defer {
      interrupts?.cancel()
      statement.finish()
      if interrupts != nil { signal(SIGINT, SIG_DFL) }
    }
    var writer = TableWriter(
      format.format, to: FileOutput(.standardOutput), width: format.width)
    do {
      try select(
        sql, parameters: parameters,
        onColumns: { writer.begin($0.map { Table.Column($0) }) }, onRow: { writer.row($0) })
    } catch RunStoreError.interrupted {
      throw ExitCode(128 + SIGINT)
    }
    writer.end()
    try Console.finish(writer)
  }
}

/// What Ctrl-C ends. The signal's source outlives the statement by a moment: this lets go of the
/// reader before, so that the file is closed when the command ends.
private final class RunningStatement: Sendable {
  private let reader: Mutex<StatementReader?>

  init(of reader: StatementReader) { self.reader = Mutex(reader) }

  func interrupt() { reader.withLock { $0?.interrupt() } }

  func finish() { reader.withLock { $0 = nil } }
}
