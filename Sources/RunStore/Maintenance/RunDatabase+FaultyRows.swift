import Foundation
import GRDB

extension RunDatabase {
  /// What is wrong with rows: they point nowhere, hold lists that are none, or contradict others.
  /// - Parameter check: What the schema of the file is found to be.
  func faultyRows(_ check: SchemaCheck, at time: Date, in db: Database) throws -> [Finding] {
    let findings: [[Finding]] = try [
      unfitForeignKeys(check, in: db), danglingRows(in: db), malformedRows(in: db),
      unfitTensors(in: db), wrongSummaries(in: db), wrongHistograms(in: db),
      wrongCounter(in: db), oddSignsOfLife(at: time, in: db),
    ]
    return Array(findings.joined())
  }

  private func danglingRows(in db: Database) throws -> [Finding] {
    try db.danglingRows().map { Finding(kind: .danglingRows, message: $0 + ".") }
  }

  /// Tables of others whose foreign keys keep ours from being changed.
  private func unfitForeignKeys(_ check: SchemaCheck, in db: Database) throws -> [Finding] {
    try check.neighbours.filter { $0.kind == "table" }.compactMap { table in
      do {
        _ = try db.row(
          "SELECT 1 FROM pragma_foreign_key_check(:table)", ["table": .text(table.name)])
        return nil
      } catch let error as DatabaseError {
        guard case .unfitForeignKey(_, let detail) = RunStoreError(error, path: path) else {
          return nil
        }
        return Finding(
          kind: .foreignKey,
          message:
            "The table \(table.name), which is not of this program, has a foreign key that fits"
            + " no key, so that rows cannot be changed: \(detail).")
      }
    }
  }

  private func malformedRows(in db: Database) throws -> [Finding] {
    try malformedRows(in: db).map { run, words in
      Finding(kind: .malformedRow, message: "In run \(run), \(words).")
    }
  }

  /// The rows that triggers of the schema refuse where they look at lists, and names that are too long, in
  /// words.
  /// - Parameter run: The run to look at; nil for all.
  func malformedRows(
    ofRun run: Int? = nil, in db: Database
  ) throws -> [(run: Int, words: String)] {
    try db.rows(
      Self.malformedRowSearch,
      ["run": SQLValue(run), "characters": SQLValue(MetricName.mostCharacters)]
    ).map { row in
      (try row.integer("run_id"), "the \(try row.text("place")) \(try row.text("fault"))")
    }
  }

  private static let malformedRowSearch = EmbeddedSQL.text(PackageResources.malformed_rows_sql)

  /// The tensors that have not as many bytes as their shape asks for.
  private func unfitTensors(in db: Database) throws -> [Finding] {
    var findings: [Finding] = []
    try db.forEachRow(Self.tensorSizes) { row in
      // A shape that is none is found with the other lists.
      guard let shape = try? row.numbers("shape") as [Int],
        let size = TensorType(rawValue: try row.text("dtype"))?.size,
        case let found = try row.integer("bytes"),
        case let wanted = TensorRecord.elementCount(of: shape)?.multipliedReportingOverflow(
          by: size),
        wanted.map({ $0.overflow || $0.partialValue != found }) ?? true
      else { return }
      findings.append(
        Finding(
          kind: .tensor,
          message:
            "The tensor \(try row.text("name")) of run \(try row.integer("run_id")) after epoch"
            + " \(try row.integer("epoch")) has \(found) bytes, which its shape"
            + " \(try row.text("shape")) does not ask for."))
    }
    return findings
  }

  private static let tensorSizes = EmbeddedSQL.text(PackageResources.tensor_sizes_sql)

  private func wrongCounter(in db: Database) throws -> [Finding] {
    guard let state = try ChangeCounter(in: db).fault else { return [] }
    return [
      Finding(
        kind: .counter,
        message: "The counter of changes \(state): who asks for what has changed misses it.")
    ]
  }

  private func oddSignsOfLife(at time: Date, in db: Database) throws -> [Finding] {
    let promises = try db.rows(
      "SELECT id, heartbeat_seconds FROM runs WHERE heartbeat_seconds > :day ORDER BY id",
      ["day": SQLValue(SignsOfLife.longestPromise)]
    ).map { row in
      Finding(
        kind: .signsOfLife,
        message: "Run \(try row.integer("id")) promises a sign of life every"
          + " \(try row.integer("heartbeat_seconds")) seconds; a day is the most.")
    }
    let future = try db.rows(
      "SELECT id FROM runs WHERE \(Self.isHeardFromTomorrow) ORDER BY id",
      ["tomorrow": SQLValue(time + Double(SignsOfLife.longestPromise))]
    ).map { row in
      Finding(
        kind: .signsOfLife,
        message:
          "Run \(try row.integer("id")) promises no sign of life, and had its last one in the"
          + " future.")
    }
    return promises + future
  }

  /// Whether a run that is never called dead for being quiet had a sign of life after `:tomorrow`.
  static let isHeardFromTomorrow =
    "status = 'running' AND heartbeat_seconds IS NULL AND heartbeat_at > :tomorrow"

  private func wrongSummaries(in db: Database) throws -> [Finding] {
    try seriesWithWrongSummary(in: db).map { run, name in
      Finding(
        kind: .summary,
        message: "The summary of the metric \(name) of run \(run) differs from its points.")
    }
  }

  /// The series whose summary differs from their points.
  /// - Parameter run: The run to look at; nil for all.
  func seriesWithWrongSummary(
    ofRun run: Int? = nil, in db: Database
  ) throws -> [(run: Int, name: String)] {
    try db.rows(Self.summaryExamination, ["run": SQLValue(run)])
      .map { (try $0.integer("run_id"), try $0.text("name")) }
  }

  private static let summaryExamination = EmbeddedSQL.text(PackageResources.wrong_summaries_sql)

  private func wrongHistograms(in db: Database) throws -> [Finding] {
    try histogramsWithWrongCount(in: db).map { run, words in
      Finding(
        kind: .histogram,
        message: "The \(words) of run \(run) has a count that is not the sum of its bins.")
    }
  }

  /// The histograms whose count is not the sum of their bins, in words.
  /// - Parameter run: The run to look at; nil for all.
  func histogramsWithWrongCount(
    ofRun run: Int? = nil, in db: Database
  ) throws -> [(run: Int, words: String)] {
    try db.rows(
      """
      SELECT run_id, epoch, layer, quantity
      FROM histograms
      WHERE (:run IS NULL OR run_id = :run)
        AND count <> MAX(0, CAST(list_total(counts) AS INTEGER))
      ORDER BY run_id, epoch, step, layer, quantity
      """, ["run": SQLValue(run)]
    ).map { row in
      let quantity = try row.optionalText("quantity").map { $0 + " " } ?? ""
      let moment = try row.optionalInteger("epoch").map { " after epoch \($0)" } ?? ""
      return (
        try row.integer("run_id"), "\(quantity)histogram of \(try row.text("layer"))\(moment)"
      )
    }
  }
}
