import Foundation
import GRDB

extension RunDatabase {
  /// Looks for faults: broken pages, tables, indices, views and triggers that are missing or altered,
  /// rows that point nowhere, lists that are none, tensors that are longer or shorter than their shape,
  /// summaries that differ from their points, histograms that differ from their bins, a counter of changes
  /// that counts no more, blobs whose content does not have their hash or that nothing uses, chunks that no
  /// blob names, and runs whose process has died. All content is read, a chunk at a time.
  /// - Parameters:
  ///   - machine: Where one can ask for processes.
  ///   - time: Now.
  /// - Returns: None for a healthy file.
  public func examine(seenFrom machine: Machine, at time: Date) throws -> [Finding] {
    let (findings, suspects) = try read { db in
      let pages = try damagedPages(in: db)
      // Broken pages make all other questions pointless.
      guard !pages.contains(where: { $0.kind == .page }) else { return (pages, [RunRecord]()) }
      let check = try SchemaCheck(of: db, version: EmbeddedSchema.version)
      // What is missing in an older file, the upgrade has made in the copy.
      let schema = check.findings + (original?.findings.filter { $0.kind == .foreignTrigger } ?? [])
      // So do tables that are not there, and views that mean something else.
      guard !check.preventsReading else { return (pages + schema, []) }
      let rows: [[Finding]] = try [
        unfitForeignKeys(check, in: db), danglingRows(in: db), malformedRows(in: db),
        unfitTensors(in: db), wrongSummaries(in: db), wrongHistograms(in: db),
        wrongCounter(in: db), oddSignsOfLife(at: time, in: db),
      ]
      let content =
        try corruptBlobs(in: db) + unusedBlobs(in: db)
        + unnamedChunks(seenFrom: machine, at: time, in: db)
      return (
        pages + schema + rows.joined() + content, try staleRuns(seenFrom: machine, at: time, in: db)
      )
    }
    guard !suspects.isEmpty else { return findings }
    // One that was just ending had stored its end before its process was gone: now it can be seen.
    let stale = try read { db in try staleRuns(seenFrom: machine, at: time, in: db) }
    let dead = stale.filter { run in suspects.contains { $0.id == run.id } }
    return findings + dead.map { Finding(kind: .staleRun, message: Self.words($0, at: time)) }
  }

  private static func words(_ run: RunRecord, at time: Date) -> String {
    "Run \(run.id) (\(run.name)) says that it is running, but "
      + (run.signsOfLife.isHeardFromTheFuture(at: time)
        ? "its last sign of life is from the future: \(run.heartbeatAt.formatted(.iso8601))."
        : "its process has died.")
  }

  /// What a person may want to know of the file, and is no fault: what others keep in it, bytes as a
  /// parameter, and times in 1970.
  public func remarks() throws -> [Finding] {
    try read { db in
      let check = try original ?? SchemaCheck(of: db, version: EmbeddedSchema.version)
      return try check.remarks
        + bytesParameters(in: db).map { parameter in
          Finding(
            kind: .bytesParameter,
            message: "The parameter \(parameter.name) of run \(parameter.id) is"
              + " \(parameter.bytes.count) bytes; merge and export run carry it over as"
              + " \(parameter.outcome).")
        } + earlyTimes(in: db)
    }
  }

  private func earlyTimes(in db: Database) throws -> [Finding] {
    let runs = try db.rows(
      """
      SELECT id
      FROM runs
      WHERE started_at BETWEEN 0 AND 31535999999
      ORDER BY id
      """
    ).map { row in
      Finding(
        kind: .earlyTime,
        message:
          "Run \(try row.integer("id")) started in 1970: seconds were stored as milliseconds.")
    }
    let points = try db.rows(
      """
      SELECT series.run_id, COUNT(*) AS count
      FROM metric_series AS series
      JOIN metric_points AS point ON point.series_id = series.id
      WHERE point.recorded_at BETWEEN 1000000000 AND 10000000000
      GROUP BY series.run_id
      ORDER BY series.run_id
      """
    ).map { row in
      Finding(
        kind: .earlyTime,
        message: "\(try row.integer("count")) points of run \(try row.integer("run_id")) have times"
          + " in 1970: seconds were stored as milliseconds.")
    }
    return runs + points
  }

  private func damagedPages(in db: Database) throws -> [Finding] {
    let faults: [String]
    do {
      faults = try db.pageFaults(by: .whole)
    } catch let error as DatabaseError where error.resultCode == .SQLITE_CORRUPT {
      return [Finding(kind: .page, message: "SQLite: \(error.message ?? "the file is damaged").")]
    }
    return faults.map { finding in
      let isIndex =
        finding.contains("missing from index") || finding.contains("entries in index")
      return Finding(kind: isIndex ? .index : .page, message: "SQLite: \(finding).")
    }
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

  /// The rows whose JSON is not the list that it should be, in words.
  /// - Parameter run: The run to look at; nil for all.
  func malformedRows(
    ofRun run: Int? = nil, in db: Database
  ) throws -> [(run: Int, words: String)] {
    try db.rows(Self.malformedRowSearch, ["run": SQLValue(run)]).map { row in
      let words =
        "the \(try row.text("place")) is no JSON array of \(try row.text("items"))"
      return (try row.integer("run_id"), words)
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

  private func corruptBlobs(in db: Database) throws -> [Finding] {
    var findings: [Finding] = []
    try db.forEachRow("SELECT hash FROM blobs ORDER BY hash") { row in
      let hash = try row.text("hash")
      guard try db.isSound(blob: hash) != true else { return }
      findings.append(
        Finding(
          kind: .blobContent,
          message: "The content of the blob \(hash)\(try users(ofBlob: hash, in: db)) does not have"
            + " this hash."))
    }
    return findings
  }

  /// Who uses a blob, in words.
  private func users(ofBlob hash: String, in db: Database) throws -> String {
    let row = try db.row(
      """
      SELECT tensor.name, snapshot.run_id, snapshot.epoch
      FROM tensors AS tensor
      JOIN snapshots AS snapshot ON snapshot.id = tensor.snapshot_id
      WHERE tensor.blob_hash = :hash
      ORDER BY snapshot.run_id, snapshot.epoch, tensor.name
      LIMIT 1
      """, ["hash": .text(hash)])
    guard let row else { return try artifact(ofBlob: hash, in: db) }
    return " (\(try row.text("name")) of run \(try row.integer("run_id")) after epoch"
      + " \(try row.integer("epoch")))"
  }

  private func artifact(ofBlob hash: String, in db: Database) throws -> String {
    let row = try db.row(
      """
      SELECT name, run_id
      FROM artifacts
      WHERE blob_hash = :hash
      ORDER BY run_id, name
      LIMIT 1
      """, ["hash": .text(hash)])
    return try row.map {
      " (the artifact \(try $0.text("name")) of run \(try $0.integer("run_id")))"
    }
      ?? ""
  }

  private func unnamedChunks(
    seenFrom machine: Machine, at time: Date, in db: Database
  ) throws -> [Finding] {
    let unnamed = try unnamedContent(seenFrom: machine, at: time, in: db)
    guard !unnamed.isEmpty else { return [] }
    let bytes = unnamed.reduce(0) { $0 + $1.bytes }
    return [
      Finding(
        kind: .unnamedChunks,
        message:
          "\(unnamed.reduce(0) { $0 + $1.chunks }) chunks of \(bytes) bytes belong to no blob:"
          + " the program that stored them was killed. Remove them: tracker prune")
    ]
  }

  private func unusedBlobs(in db: Database) throws -> [Finding] {
    let row = try db.row(
      """
      SELECT COUNT(*) AS count, COALESCE(SUM(COALESCE(length(data), byte_count)), 0) AS bytes
      FROM blobs
      WHERE \(Self.isUnused)
      """)
    guard let row, case let count = try row.integer("count"), count > 0 else { return [] }
    return [
      Finding(
        kind: .unusedBlob,
        message: "Nothing uses \(count) blobs of \(try row.integer("bytes")) bytes.")
    ]
  }

  func staleRuns(
    seenFrom machine: Machine, at time: Date, in db: Database
  ) throws -> [RunRecord] {
    try db.rows("SELECT id FROM runs WHERE status = 'running' ORDER BY id")
      .map { try fetchRun(try $0.integer("id"), in: db) }
      .filter { $0.status(seenFrom: machine, at: time) == .crashed }
  }
}
