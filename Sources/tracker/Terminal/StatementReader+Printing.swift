import ArgumentParser
import Foundation
import Reporting
import RunStore
import Synchronization

extension StatementReader {
  /// Prints the rows of a statement as they come. Ctrl-C, and whatever else asks a program to end, interrupts
  /// it, with the exit code of the signal.
  func print(_ sql: String, _ parameters: [String: SQLValue], as format: FormatOptions) throws {
    let statement = RunningStatement(of: self)
    StopSignals.listen()
    Task.detached {
      await StopSignals.first()
      statement.interrupt()
    }
    defer {
      statement.finish()
      // What is left is short, and ends as any other program does.
      StopSignals.takeUnfinishedFilesAlong()
    }
    var writer = TableWriter(
      format.format, to: FileOutput(.standardOutput), width: format.width)
    do {
      try select(
        sql, parameters: parameters, characters: format.mostCharactersOfAStatement,
        onColumns: { writer.begin($0.map { Table.Column($0) }) }, onRow: { writer.row($0) })
    } catch RunStoreError.interrupted {
      throw ExitCode(StopSignals.exitCode ?? 128 + SIGINT)
    }
    writer.end()
    try Console.finish(writer)
  }
}

/// What a signal interrupts. Whoever waits for one outlives the statement: this lets go of the reader
/// before, so that the file is closed when the command ends.
private final class RunningStatement: Sendable {
  private let reader: Mutex<StatementReader?>

  init(of reader: StatementReader) { self.reader = Mutex(reader) }

  func interrupt() { reader.withLock { $0?.interrupt() } }

  func finish() { reader.withLock { $0 = nil } }
}
