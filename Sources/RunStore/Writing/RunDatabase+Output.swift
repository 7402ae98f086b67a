import Foundation
import GRDB

/// A line that a program printed, a row of `output_lines`.
public struct OutputLine: Sendable, Equatable {
  /// Where it was printed to.
  public enum Stream: String, Sendable, CaseIterable {
    /// Standard output.
    case stdout
    /// Standard error.
    case stderr
  }

  /// Its place among the lines of the run, of both streams, from 1.
  public var number: Int
  /// When it began; nil if that was not noted.
  public var time: Date?
  /// Where it was printed to.
  public var stream: Stream
  /// The line, without its end.
  public var text: String

  /// Describes a line.
  public init(number: Int, time: Date?, stream: Stream, text: String) {
    (self.number, self.time, self.stream, self.text) = (number, time, stream, text)
  }
}

extension RunDatabase {
  /// Stores lines that a program printed; one of the same number is replaced.
  /// - Parameters:
  ///   - removed: The numbers of lines that go for good, before the new ones are stored; nil for none.
  ///   - owner: The token by which this process owns the run; nil for one that anyone may add to.
  /// - Throws: `ownedByAnother` if the run is another process's, perhaps by now.
  public func storeOutput(
    _ lines: [OutputLine], removing removed: ClosedRange<Int>? = nil, run: Int,
    owner: String? = nil
  ) throws {
    try write { db in
      try requireOwner(owner, ofRun: run, in: db)
      if let removed {
        try db.run(
          "DELETE FROM output_lines WHERE run_id = :run AND line BETWEEN :first AND :last",
          [
            "run": SQLValue(run), "first": SQLValue(removed.lowerBound),
            "last": SQLValue(removed.upperBound),
          ])
      }
      for line in lines {
        try db.run(
          """
          INSERT INTO output_lines (run_id, line, at, stream, text)
          VALUES (:run, :line, :time, :stream, :text)
          ON CONFLICT (run_id, line) DO UPDATE
          SET text = excluded.text, stream = excluded.stream
          """,
          [
            "run": SQLValue(run), "line": SQLValue(line.number), "time": SQLValue(line.time),
            "stream": .text(line.stream.rawValue), "text": .text(line.text),
          ])
      }
    }
  }

  /// Hands over the lines that a run's program printed, in their order.
  public func forEachOutputLine(
    ofRun run: Int, _ body: (OutputLine) throws -> Void
  ) throws {
    try read { db in
      try db.forEachRow(
        "SELECT line, at, stream, text FROM output_lines WHERE run_id = :run ORDER BY line",
        ["run": SQLValue(run)]
      ) { row in
        try body(
          OutputLine(
            number: try row.integer("line"), time: try row.optionalDate("at"),
            stream: try row.choice("stream"), text: try row.text("text")))
      }
    }
  }
}
