import Foundation
import RunStore
import TestSupport
import Testing

/// A disk that fills up while a command works: it says so, the file stays sound, and what was to be made has
/// no part of it under its name.
@Suite(.slow, .serialized) struct FullDiskTests {
  /// Command lines, in which `DISK` is the folder of the full disk.
  static let commands: [[String]] = [
    [
      "run", "lenet", "--data", "shapes", "--limit", "200", "--validation-limit", "50", "--epochs",
      "20",
    ],
    ["merge", "DISK/other.db"],
    ["merge", "DISK/other.db", "-o", "DISK/new"],
    ["export", "run", "1", "-o", "DISK/new"],
    ["export", "artifact", "1", "file", "-o", "DISK/new"],
    ["export", "weights", "1", "-o", "DISK/new"],
    ["backup", "DISK/new"],
    ["backup", "--restore", "DISK/other.db"],
    ["doctor", "--repair"],
    ["prune"],
    ["goal", "unusual", "max"],
    ["init", "--db", "DISK/new"],
  ]

  /// A file with a run, an artifact, and something to mend and to prune.
  private static func fill(_ path: String, _ name: String) throws {
    let database = try RunDatabase(writingTo: path)
    let run = try database.createRun(RunDraft(name: name, startedAt: Date())).id
    let values = (0..<60_000).map { Float($0) }
    let snapshots = (0..<3).map { epoch in
      SnapshotRecord(
        epoch: epoch,
        tensors: [
          TensorRecord(name: "w", shape: [60_000], values: values.map { $0 + Float(epoch) })
        ])
    }
    try database.record(
      RunBatch(
        time: Date(), metrics: [MetricPoint(name: "unusual", step: 1, value: 2)],
        snapshots: snapshots,
        artifacts: [
          ArtifactRecord(
            name: "file", mediaType: "text/plain", data: Data(count: 300_000 + name.utf8.count))
        ]), run: run)
    try database.finishRun(run, status: .finished, at: Date())
    try PlainConnection(path: path).execute(
      """
      INSERT INTO blobs (hash, data, byte_count) VALUES (hex(zeroblob(32)), x'00', 1);
      PRAGMA wal_checkpoint(TRUNCATE);
      """)
  }

  @Test(arguments: commands, [0, 100_000]) func itIsSaid(command: [String], room: Int) async throws
  {
    guard let disk = try SmallDisk(megabytes: 4) else { return }
    let workplace = try Workplace()
    let path = disk.path("tracker.db")
    try Self.fill(path, "first")
    try Self.fill(disk.path("other.db"), "second")
    let before = try disk.files
    let digest = try RunDatabase(readingFrom: path).digest(ofRun: 1)
    try disk.fill(leaving: room)
    let arguments = command.map { $0.replacing("DISK", with: disk.path("")) }
    let namesFile = command.contains("--db") || (command[0] == "merge" && command.contains("-o"))
    let outcome = try await workplace.tracker(arguments + (namesFile ? [] : ["--db", path]))
    let label: Comment = "\(command), \(room) bytes left: \(outcome.errors)"
    try disk.makeRoom()
    if outcome.status == .exited(0) {
      // What little it needs may have been there.
      #expect(room > 0 || ["prune", "goal"].contains(command[0]), label)
    } else {
      #expect(outcome.status == .exited(1), label)
      #expect(outcome.errors.contains("full") || outcome.errors.contains("room"), label)
      #expect(outcome.errors.contains("Try: "), label)
      // What SQLite keeps beside a file goes with who opens it next; a database that could not be made is
      // empty.
      for file in try disk.files.subtracting(before)
      where !["-wal", "-shm", "-journal"].contains(where: file.hasSuffix) {
        let isEmpty =
          try PlainConnection(path: disk.path(file))
          .textRows("SELECT COUNT(*) FROM sqlite_schema") == [["0"]]
        #expect(command[0] == "init" && isEmpty, "\(file), \(label)")
      }
    }
    let connection = try PlainConnection(path: path)
    #expect(try connection.textRows("PRAGMA integrity_check") == [["ok"]], label)
    #expect(try connection.textRows("PRAGMA foreign_key_check") == [], label)
    #expect(try RunDatabase(readingFrom: path).digest(ofRun: 1) == digest, label)
  }
}
