import Foundation
import Randomness
import RunStore
import Subprocess
import TestSupport
import Testing

/// A file of version 1 becomes one of version 2 whole, or stays what it was.
@Suite(.serialized) struct UpgradeCommandTests {
  /// The number of moments to try.
  private static let moments = 50

  @Test(.slow) func aKilledUpgradeLeavesTheOldFileOrTheNew() async throws {
    let old = try OldFile(points: 50_000)
    let whole = try Workplace()
    try old.put(in: whole)
    let duration = try await whole.duration(of: ["init"])
    var generator = SeededGenerator(seed: 5)
    var versions: Set<String> = []
    for _ in 0..<Self.moments {
      let workplace = try Workplace()
      try old.put(in: workplace)
      let moment = generator.nextUniform(from: 0, to: 1.1)
      try await workplace.tracker(["init"], endedBy: SIGKILL, after: duration * moment)
      let comment: Comment = "killed after \(moment) of \(duration)"
      versions.insert(try old.expectWhole(workplace.path("tracker.db"), comment))
      for file in try workplace.files
      where file.hasPrefix("tracker.db.v1") && !file.hasSuffix("part") {
        guard !file.hasSuffix("-journal") else { continue }
        #expect(try old.expectWhole(workplace.path(file), comment) == "1", comment)
      }
      let again = try await workplace.tracker(["init"])
      #expect(again.status == .exited(0), "\(comment): \(again.errors)")
      #expect(try old.expectWhole(workplace.path("tracker.db"), comment) == "2", comment)
      let doctor = try await workplace.tracker(["doctor"])
      #expect(doctor.status == .exited(0), "\(comment): \(doctor.output)")
    }
    #expect(versions.isSubset(of: ["1", "2"]))
  }

  @Test func whoReadsAnOldFileIsToldInOneLineAndLeavesIt() async throws {
    let workplace = try Workplace()
    try OldFile().put(in: workplace)
    let before = try Data(contentsOf: workplace.file("tracker.db"))
    for command in [
      "list", "show 6", "sql 'SELECT repeat FROM metrics'", "query storage", "doctor",
    ] {
      let outcome = try await workplace.shell("exec tracker \(command)")
      #expect(outcome.status == .exited(0), "\(command): \(outcome.errors)")
      #expect(
        outcome.errors == """
          Note: The file 'tracker.db' is of version 1; a copy in the temporary folder is read, brought \
          to version 2. Upgrade it once: tracker init --db FILE

          """, "\(command)")
    }
    #expect(try Data(contentsOf: workplace.file("tracker.db")) == before)
    #expect(try workplace.files == ["tracker.db"])
  }

  @Test func tooLittleRoomIsSaidBeforeAnythingIsWritten() async throws {
    // Mounting takes rights that not everyone has.
    guard let disk = try SmallDisk(megabytes: 4) else { return }
    let old = try OldFile(points: 50_000)
    try old.put(at: disk.path("tracker.db"))
    let workplace = try Workplace()
    let outcome = try await workplace.tracker(["init", "--db", disk.path("tracker.db")])
    #expect(outcome.status == .exited(1))
    #expect(outcome.errors.contains("There is too little room"), "\(outcome.errors)")
    #expect(outcome.errors.contains(" MB are needed, and "), "\(outcome.errors)")
    #expect(try old.expectWhole(disk.path("tracker.db"), "full") == "1")
    #expect(try FileManager.default.contentsOfDirectory(atPath: disk.path(".")) == ["tracker.db"])
    // The same for who only reads, in the temporary folder.
    try old.put(in: workplace)
    let read = try await workplace.shell("TMPDIR='\(disk.path("."))' exec tracker list")
    #expect(read.status == .exited(1) && read.errors.contains("TMPDIR=FOLDER"), "\(read.errors)")
  }

  @Test(.slow, arguments: [200, 1_000, 1_900, 2_600, 4_000])
  func aDiskThatFillsUpMeanwhileLeavesTheOldFile(
    kilobytes: Int
  ) async throws {
    let workplace = try Workplace()
    let old = try OldFile(points: 50_000)
    try old.put(in: workplace)
    // A limit of the size of files is a disk that is full at that moment. The shell counts by 512 bytes.
    let outcome = try await workplace.shell("ulimit -f \(2 * kilobytes); exec tracker init")
    let version = try old.expectWhole(workplace.path("tracker.db"), "\(kilobytes) kB")
    #expect(version == (outcome.status == .exited(0) ? "2" : "1"), "\(outcome.errors)")
    #expect(outcome.status == .exited(0) || outcome.errors.contains("Try: "), "\(outcome.errors)")
    #expect(try await workplace.tracker(["init"]).status == .exited(0))
    #expect(try old.expectWhole(workplace.path("tracker.db"), "\(kilobytes) kB") == "2")
  }

  @Test func aFolderThatCannotBeWrittenLeavesTheOldFile() async throws {
    guard geteuid() == 0 else { return }
    let workplace = try Workplace()
    let old = try OldFile()
    try old.put(in: workplace)
    chmod(workplace.path("tracker.db"), 0o666)
    chmod(workplace.path("."), 0o555)
    defer { chmod(workplace.path("."), 0o755) }
    // A copy of the older file, which is read, needs a place that is everyone's.
    let scratch = try TemporaryFolder()
    chmod(scratch.path("."), 0o777)
    let stranger =
      "TMPDIR='\(scratch.path("."))' exec setpriv --reuid=65534 --regid=65534 --clear-groups tracker"
    // Not everyone may become someone else.
    guard try await workplace.shell("\(stranger) --version").status == .exited(0) else { return }
    let outcome = try await workplace.shell("\(stranger) init")
    #expect(outcome.status == .exited(1))
    #expect(outcome.errors.contains("'tracker.db"), "\(outcome.errors)")
    #expect(outcome.errors.contains("folder"), "\(outcome.errors)")
    #expect(try await workplace.shell("\(stranger) list").output.contains("first"))
    #expect(try old.expectWhole(workplace.path("tracker.db"), "read-only") == "1")
    #expect(try workplace.files == ["tracker.db"])
  }

  @Test func whatAProgramOfVersionOneWritesMeanwhileIsKept() async throws {
    let workplace = try Workplace()
    let old = try OldFile(points: 50_000)
    try old.put(in: workplace)
    let writer = try PlainConnection(path: workplace.path("tracker.db"))
    func write(_ step: Int) throws {
      try writer.execute(
        """
        INSERT INTO metrics (run_id, name, step, epoch, value, recorded_at)
        VALUES (3, 'beside', \(step), 1, \(step), 5)
        """)
    }
    var written = 0
    // The upgrade waits for a transaction that is open.
    try writer.execute("BEGIN IMMEDIATE")
    try write(0)
    written += 1
    let outcome = try await workplace.tracker(["init"]) { process in
      try await Task.sleep(for: .milliseconds(300))
      try writer.execute("COMMIT")
      while kill(process, 0) == 0, written < 2_000 {
        try write(written)
        written += 1
        // A zombie answers until it is waited for.
        await Task.yield()
        if try writer.textRows("PRAGMA user_version") == [["2"]] { break }
      }
    }
    #expect(outcome.status == .exited(0), "\(outcome.errors)")
    try write(written)
    #expect(
      try writer.textRows("SELECT COUNT(*), TOTAL(value) FROM metrics WHERE name = 'beside'")
        == [["\(written + 1)", "\(Double(written * (written + 1) / 2))"]])
    // What version 1 wrote past its view is refused, and nothing is stored.
    #expect(
      throws: PlainConnection.Failure(
        message: "ON CONFLICT clause does not match any PRIMARY KEY or UNIQUE constraint")
    ) {
      try writer.execute(
        """
        INSERT INTO metric_points (series_id, step, epoch, value, recorded_at)
        VALUES (1, 1, 1, 1, 1)
        ON CONFLICT (series_id, step) DO UPDATE SET value = excluded.value
        """)
    }
    #expect(try await workplace.tracker(["doctor"]).status == .exited(0))
  }

  @Test func whatBecomesOfBytesIsSaid() async throws {
    let workplace = try Workplace()
    try OldFile().put(at: workplace.path("old.db"))
    try PlainConnection(path: workplace.path("old.db")).execute(
      "UPDATE runs SET deleted_at = NULL WHERE id = 5")
    _ = try RunDatabase(writingTo: workplace.path("tracker.db"))
    let merged = try await workplace.tracker(["merge", "old.db"])
    let note = "Note: The parameter b of run 5 of 'old.db' was 2 bytes, and is now the text 00FF."
    #expect(merged.status == .exited(0) && merged.errors.contains(note), "\(merged)")
    #expect(try await !workplace.tracker(["merge", "old.db"]).errors.contains("bytes"))
    let exported = try await workplace.tracker(
      ["export", "run", "5", "-o", "one.db", "--db", "old.db"])
    #expect(exported.status == .exited(0) && exported.errors.contains(note), "\(exported)")
    let doctor = try await workplace.tracker(["doctor", "--db", "old.db"])
    #expect(doctor.status == .exited(0))
    #expect(doctor.output.contains("Remark: The parameter b of run 5 is 2 bytes"))
  }

  @Test func aFileOfANewerVersionIsRefusedWithTheNextStep() async throws {
    let workplace = try await Workplace.withRun()
    try PlainConnection(path: workplace.path("tracker.db")).execute("PRAGMA user_version = 3")
    for command in [["list"], ["delete", "1"], ["init"], ["sql", "SELECT 1"]] {
      let outcome = try await workplace.tracker(command)
      #expect(outcome.status == .exited(1))
      #expect(outcome.errors.contains("has schema version 3; this program knows up to 2"))
      #expect(outcome.errors.contains("install the version of tracker that made the file"))
    }
  }
}

/// A file of version 1 with rows in every table.
private struct OldFile {
  private let folder: TemporaryFolder
  private let path: String
  private let columns: [String: String]
  private let values: [String: [[String]]]

  init(points: Int = 0) throws {
    folder = try TemporaryFolder()
    path = folder.path("old.db")
    let top = URL(fileURLWithPath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    let connection = try PlainConnection(path: path)
    for name in [
      "Sources/RunStore/SQL/schema_v1.sql", "Tests/RunStoreTests/Fixtures/v1_everything.sql",
    ] {
      try connection.execute(
        try String(contentsOf: top.appendingPathComponent(name), encoding: .utf8))
    }
    if points > 0 {
      try connection.execute(
        """
        INSERT INTO metric_series (
          id, run_id, name, count, nan_count, first_step, first_value, last_step, last_value, min_value,
          min_step, max_value, max_step)
        VALUES (90, 3, 'many', \(points), 0, 1, 0.5, \(points), 0.5, 0.5, 1, 0.5, 1);
        INSERT INTO metric_points (series_id, step, value, recorded_at)
        WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT \(points))
        SELECT 90, i, 0.5, i FROM n;
        """)
    }
    var columns: [String: String] = [:]
    for row in try connection.textRows(
      """
      SELECT entry.name, group_concat('quote(' || column.name || ')', ', ')
      FROM sqlite_schema AS entry
      JOIN pragma_table_info(entry.name) AS column
      WHERE entry.type = 'table'
        -- The least and the largest become finite.
        AND (entry.name <> 'metric_series' OR column.name NOT GLOB 'm[ia][nx]_*')
      GROUP BY entry.name
      """)
    {
      columns[row[0]] = row[1]
    }
    self.columns = columns
    values = try Self.values(in: connection, columns)
  }

  private static func values(
    in connection: PlainConnection, _ columns: [String: String]
  ) throws -> [String: [[String]]] {
    try columns.reduce(into: [:]) { values, table in
      values[table.key] = try connection.textRows(
        "SELECT \(table.value) FROM \(table.key) ORDER BY \(table.value)")
    }
  }

  func put(at destination: String) throws {
    try FileManager.default.copyItem(atPath: path, toPath: destination)
  }

  func put(in workplace: Workplace) throws { try put(at: workplace.path("tracker.db")) }

  /// Expects that a file is sound and has every value of every old column.
  /// - Returns: Its version.
  func expectWhole(_ path: String, _ comment: Comment) throws -> String {
    let connection = try PlainConnection(path: path)
    #expect(try connection.textRows("PRAGMA integrity_check") == [["ok"]], comment)
    #expect(try connection.textRows("PRAGMA foreign_key_check") == [], comment)
    let found = try Self.values(in: connection, columns)
    for table in columns.keys.sorted() where found[table] != values[table] {
      Issue.record("\(table) differs: \(comment)")
    }
    return try connection.textRows("PRAGMA user_version")[0][0]
  }
}
