import Foundation
import GRDB

extension RunDatabase {
  /// Takes over the runs of another tracker file, one transaction a run.
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
    try refuseForeign(in: other, isOwn: uuid != nil)
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
        return try take(record, from: source, in: db)
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

  /// What others keep in a file is not taken over, and none of it may answer meanwhile.
  /// - Parameter isOwn: Whether it is this person's own file, of which only our tables are asked.
  private func refuseForeign(in other: String, isOwn: Bool) throws {
    guard let check = try SchemaCheck.ofFile(at: other) else { return }
    if isOwn { try check.requireTables(path: other) } else { try check.refuseForeign(path: other) }
  }

  private func allRuns() throws -> [Int] {
    try read { db in
      try db.rows("SELECT id FROM runs ORDER BY id").map { try $0.integer("id") }
    }
  }

  private func take(
    _ record: RunRecord, from source: RunDatabase, in db: Database
  ) throws -> MergedRun {
    var merged: MergedRun?
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
