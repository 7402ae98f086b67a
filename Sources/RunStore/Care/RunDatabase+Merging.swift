import Foundation
import GRDB

extension RunDatabase {
  /// Takes over the runs of another tracker file, one transaction a run; large content goes before it,
  /// in many short ones.
  ///
  /// A run that is here already is not touched, however it differs; content that is here already is
  /// not stored again. To merge the same file once more changes nothing.
  /// - Parameters:
  ///   - other: The path of the other file, which stays as it is.
  ///   - uuid: The one run to take over; nil for all, deleted ones too.
  ///   - machine: Where one can ask for processes: runs that are still running are left alone.
  /// - Returns: What became of each run, in the order of the other file.
  public func merge(
    from other: String, uuid: String? = nil, seenFrom machine: Machine, at time: Date
  ) throws -> [MergedRun] {
    // Also by another name: a file that waits for itself waits in vain.
    guard FileIdentity(path: path) != FileIdentity(path: other) else {
      throw RunStoreError.mergesItself(path: path)
    }
    let copy = try UpgradedCopy(of: other, upgrade: SchemaUpgrade(path: other))
    defer { copy?.remove() }
    let newest = copy?.path ?? other
    let source = try RunDatabase(readingFrom: newest)
    let ids = try source.allRuns()
    return try outsideTransactions { db in
      try Connection.reading(newest) { try db.run("ATTACH :path AS other", ["path": .text($0)]) }
      defer {
        // An error here would hide the one that matters; the connection goes away soon anyway.
        try? db.execute(sql: "DETACH other")
      }
      return try ids.compactMap { id in
        let record = try source.run(id)
        guard uuid == nil || record.uuid == uuid else { return nil }
        guard !record.isAlive(seenFrom: machine, at: time) else {
          return MergedRun(uuid: record.uuid, name: record.name, outcome: .running, run: nil)
        }
        return try take(record, from: source, seenFrom: machine, at: time, in: db)
      }
    }
  }

  /// Makes a new file with one run in it; after an error there is none.
  /// - Throws: `alreadyThere` if there is a file already.
  public func exportRun(
    _ run: Int, to destination: String, seenFrom machine: Machine, at time: Date
  ) throws {
    guard DraftFile.isFree(destination) else {
      throw RunStoreError.alreadyThere(path: destination)
    }
    let record = try self.run(run)
    guard !record.isAlive(seenFrom: machine, at: time) else {
      throw RunStoreError.stillRunning(run: run, pid: record.pid, host: record.host)
    }
    try DraftFile.make(destination) { draft in
      let merged = try RunDatabase(writingTo: draft)
        .merge(from: path, uuid: record.uuid, seenFrom: machine, at: time)
      guard merged.map(\.outcome) == [.added] else {
        throw RunStoreError.noSuchRun(selector: String(run))
      }
    }
  }

  private func allRuns() throws -> [Int] {
    try read { db in
      try db.rows("SELECT id FROM runs ORDER BY id").map { try $0.integer("id") }
    }
  }

  private func take(
    _ record: RunRecord, from source: RunDatabase, seenFrom machine: Machine, at time: Date,
    in db: Database
  ) throws -> MergedRun {
    var merged: MergedRun?
    let writer = ContentWriter(path: path, writer: WritingProcess(on: machine, at: time)) { body in
      try db.inTransaction(.immediate) {
        try body(db)
        return .commit
      }
    }
    let isHere = try db.row(
      "SELECT 1 FROM main.runs WHERE uuid = :uuid", ["uuid": .text(record.uuid)])
    let large =
      isHere == nil
      ? try copyLargeContent(ofRun: record.id, from: source, by: writer, in: db) : []
    defer { if merged?.outcome != .added { removeCopied(large, by: writer) } }
    try db.inTransaction(.immediate) {
      let present = try db.row(
        "SELECT id FROM main.runs WHERE uuid = :uuid", ["uuid": .text(record.uuid)])
      if let present {
        let run = try present.integer("id")
        let isSame = try digest(ofRun: run, in: db) == source.digest(ofRun: record.id)
        merged = MergedRun(
          uuid: record.uuid, name: record.name, outcome: isSame ? .present : .conflict, run: run)
        return .rollback
      }
      for content in large { try writer.name(content, in: db) }
      for statement in Self.preparations {
        try db.run(statement, withSomeOf: ["old": SQLValue(record.id)])
      }
      let run = try db.returnedInteger(Self.runInsertion, ["old": SQLValue(record.id)])
      for statement in Self.copies {
        try db.run(
          statement, withSomeOf: ["run": SQLValue(run), "old": SQLValue(record.id)])
      }
      merged = MergedRun(uuid: record.uuid, name: record.name, outcome: .added, run: run)
      return .commit
    }
    guard let merged else { throw RunStoreError.interrupted }
    return merged
  }
}
