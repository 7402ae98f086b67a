import Foundation
import GRDB

extension RunDatabase {
  /// Takes over the runs of another tracker file, one transaction a run; large content goes before it,
  /// in many short ones. What crosses is checked: content by its hashes, series by their summaries.
  ///
  /// Of a run that both files have, this one takes over what it lacks, and what was said of it last; one
  /// that went on in the other file goes on here. Where the files contradict each other, nothing is
  /// changed. To merge the same file once more changes nothing.
  /// - Parameters:
  ///   - other: The path of the other file, which stays as it is.
  ///   - uuid: The one run to take over; nil for all, deleted ones too.
  ///   - preference: Which file is right where they contradict each other; nil for neither.
  ///   - machine: Where one can ask for processes: runs that are still running are left alone.
  /// - Returns: What became of each run, in the order of the other file.
  public func merge(
    from other: String, uuid: String? = nil, preferring preference: MergePreference? = nil,
    seenFrom machine: Machine, at time: Date
  ) throws -> [MergedRun] {
    // Also by another name: a file that waits for itself waits in vain.
    guard FileIdentity(path: path) != FileIdentity(path: other) else {
      throw RunStoreError.mergesItself(path: path)
    }
    try refuseForeign(in: other, isOwn: uuid != nil)
    let copy = try UpgradedCopy(of: other, upgrade: SchemaUpgrade(path: other))
    defer { copy?.remove() }
    let newest = copy?.path ?? other
    return try naming(other, insteadOf: newest) {
      // Of what people said of a run, nothing is needed in full before it crosses.
      let source = try RunDatabase(readingFrom: newest, characters: 1_000)
      return try outsideTransactions { db in
        try translatingErrors(path: path, orOf: [newest]) {
          try take(from: source, uuid, preference, machine, time, db)
        }
      }
    }
  }

  /// Takes over the runs of a file of this version, by the connection to this one.
  private func take(
    from source: RunDatabase, _ uuid: String?, _ preference: MergePreference?, _ machine: Machine,
    _ time: Date, _ db: Database
  ) throws -> [MergedRun] {
    let ids = try source.allRuns()
    // A transaction that is to write locks all files that can be written, and this one has a reader.
    try Connection.reading(source.path, isReadOnly: true) { address in
      try db.loadingSchema { try db.run("ATTACH :path AS other", ["path": .text(address)]) }
    }
    defer {
      // An error here would hide the one that matters; the connection goes away soon anyway.
      for statement in RunMerging.endOfPairs { try? db.run(statement) }
    }
    for statement in RunMerging.pairs { try db.run(statement) }
    var merging = RunMerging(
      target: self, source: source, preference: preference, machine: machine, time: time, db: db)
    let merged: [MergedRun] = try ids.compactMap { id in
      let record = try source.run(id)
      guard uuid == nil || record.uuid == uuid else { return nil }
      return try merging.take(record)
    }
    try merging.finish(merged)
    return merged
  }

  /// Makes a new file of the runs of several others; after an error there is none.
  /// - Returns: What became of each run of each file.
  /// - Throws: `alreadyThere` if there is a file already.
  public static func merge(
    _ files: [String], toNew destination: String, preferring preference: MergePreference? = nil,
    seenFrom machine: Machine, at time: Date
  ) throws -> [[MergedRun]] {
    var merged: [[MergedRun]] = []
    try DraftFile.make(destination) { draft in
      let database = try RunDatabase(writingTo: draft)
      merged = try files.map {
        try database.merge(from: $0, preferring: preference, seenFrom: machine, at: time)
      }
    }
    return merged
  }

  /// Makes a new file with one run in it; after an error there is none.
  /// - Throws: `alreadyThere` if there is a file already, `damagedRun` if the run is not what this file says
  ///   that it is.
  public func exportRun(
    _ run: Int, to destination: String, seenFrom machine: Machine, at time: Date
  ) throws {
    try DraftFile.requireRoom(for: destination)
    let record = try self.run(run)
    guard !record.isAlive(seenFrom: machine, at: time) else {
      throw RunStoreError.stillRunning(run: run, pid: record.pid, host: record.host)
    }
    try DraftFile.make(destination) { draft in
      let merged = try RunDatabase(writingTo: draft)
        .merge(from: path, uuid: record.uuid, seenFrom: machine, at: time)
      switch merged.first?.outcome {
      case .added: return
      case .damaged:
        throw RunStoreError.damagedRun(path: path, run: run, details: merged[0].details)
      default: throw RunStoreError.noSuchRun(selector: String(run))
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
}

/// What became of one run when two files were merged.
public struct MergedRun: Sendable, Equatable {
  /// What became of it.
  public enum Outcome: String, Sendable, CaseIterable {
    /// It is in this file now.
    case added
    /// It was in this file already, and nothing of it was changed.
    case present
    /// It was in this file already, and took over what this file lacked: see `details`.
    case updated
    /// It was in this file already, and the one of the other file took its place.
    case replaced
    /// The two files do not say the same of it: nothing was changed.
    case conflict
    /// The other file does not hold what it says that it holds: the run was left there.
    case damaged
    /// It is still running, in the other file or here: nothing was changed.
    case running
  }

  /// The name of the run in every file.
  public let uuid: String
  /// What people call it.
  public let name: String
  /// What became of it.
  public let outcome: Outcome
  /// Its id in this file; nil if it was left where it was.
  public let run: Int?
  /// What differed, was taken over, or is damaged, in words.
  public let details: [String]
}

/// Which of two files is right where they differ.
public enum MergePreference: String, Sendable, CaseIterable {
  /// The one that takes over runs.
  case this
  /// The one that they are taken from.
  case other
}
