import Foundation
import GRDB

/// How a run stands in a file and in another one that is attached to it as `other`.
struct MergeComparison {
  /// What was set and measured, in words, where the files differ.
  let content: [String]
  /// Which file has the run from its beginning on and further than the other one; nil if neither has, or
  /// both have the same.
  let longer: MergePreference?
  /// What people said of the run, in words, where the files differ.
  let edits: [String]
  /// Where it was said last; nil if that is not known.
  let newerEdits: MergePreference?
  /// What prune may remove, in words, where both files have it and it differs.
  let kept: [String]
  /// What prune may remove, in words, that only the other file has.
  let lacking: [String]

  /// - Parameters:
  ///   - run: The id of the run in `db`.
  ///   - old: Its id in `source`, which is attached to `db`.
  init(ofRun run: Int, in db: Database, with old: Int, in source: RunDatabase) throws {
    let here = try RunParts.content(ofRun: run, in: db)
    let there = try source.read { try RunParts.content(ofRun: old, in: $0) }
    content = here.differences(from: there)
    longer =
      content.isEmpty
      ? nil
      : try Self.longer(
        Side(parts: here, run: run, db: db), Side(parts: there, run: old, db: nil), source)
    var edits = try RunParts.edits(ofRun: run, in: db).differences(
      from: source.read { try RunParts.edits(ofRun: old, in: $0) })
    // Two experiments that are the same may be called differently.
    if edits.contains("experiment"), try Self.isOfSameExperiment(run, old, in: db) {
      edits.removeAll { $0 == "experiment" }
    }
    self.edits = edits
    newerEdits = edits.isEmpty ? nil : try Self.newerEdits(run, old, in: db)
    let keptHere = try RunParts.kept(ofRun: run, in: db)
    let keptThere = try source.read { try RunParts.kept(ofRun: old, in: $0) }
    kept = keptHere.commonDifferences(from: keptThere)
    lacking = keptThere.names(missingIn: keptHere)
  }

  private static func isOfSameExperiment(
    _ run: Int, _ old: Int, in db: Database
  ) throws -> Bool {
    try db.row(
      """
      SELECT 1
      FROM main.runs AS here
      JOIN other.runs AS there
      JOIN experiment_pairs AS pair ON pair.old = there.experiment_id
      WHERE here.id = :run AND there.id = :old AND pair.new = here.experiment_id
      """, ["run": SQLValue(run), "old": SQLValue(old)]) != nil
  }

  private static func newerEdits(
    _ run: Int, _ old: Int, in db: Database
  ) throws -> MergePreference? {
    let row = try db.row(
      """
      SELECT COALESCE(here.edited_at, 0) - COALESCE(there.edited_at, 0) AS lead
      FROM main.runs AS here
      JOIN other.runs AS there
      WHERE here.id = :run AND there.id = :old
      """, ["run": SQLValue(run), "old": SQLValue(old)])
    guard let lead = try row?.integer("lead"), lead != 0 else { return nil }
    return lead > 0 ? .this : .other
  }

  /// One of the two files.
  private struct Side {
    let parts: RunParts
    let run: Int
    /// nil for the other file.
    let db: Database?
  }

  private static func longer(
    _ here: Side, _ there: Side, _ source: RunDatabase
  ) throws -> MergePreference? {
    func isBeginning(_ short: Side, of long: Side) throws -> Bool {
      guard short.parts.mayBegin(long.parts) else { return false }
      func read(_ db: Database) throws -> RunParts {
        try RunParts.content(ofRun: long.run, noLongerThan: short.parts, in: db)
      }
      let start = try long.db.map { try read($0) } ?? source.read { try read($0) }
      return short.parts.measuresSame(as: start)
    }
    if try isBeginning(here, of: there) { return .other }
    return try isBeginning(there, of: here) ? .this : nil
  }
}

extension RunParts {
  /// What a run measures as it goes: later it has more of it, and what it has stays.
  private static let measuredKinds: Set = ["metric", "alerts", "output", "media"]
  /// What a run is, however long it goes on.
  private static let lastingFacts = ["uuid", "recipe", "seed", "started_at"].map {
    Name(kind: "", name: $0)
  }
  private static let status = Name(kind: "", name: "status")

  /// The parts in words that are not the same in both.
  func differences(from other: RunParts) -> [String] {
    words(of: Set(parts.keys).union(other.parts.keys).filter { parts[$0] != other.parts[$0] })
  }

  /// The parts in words that both have, and that are not the same.
  func commonDifferences(from other: RunParts) -> [String] {
    words(of: parts.keys.filter { other.parts[$0] != nil && parts[$0] != other.parts[$0] })
  }

  /// The parts in words that `other` has not.
  func names(missingIn other: RunParts) -> [String] {
    words(of: parts.keys.filter { other.parts[$0] == nil })
  }

  private func words(of names: some Sequence<Name>) -> [String] {
    names.sorted(by: Name.comesBefore).map(\.words)
  }

  private var measured: [Name: Part] { parts.filter { Self.measuredKinds.contains($0.key.kind) } }

  /// Whether these may be the parts of a run at an earlier time than `other`: nothing is lost, and more is
  /// measured, or the run has ended since.
  fileprivate func mayBegin(_ other: RunParts) -> Bool {
    guard Self.lastingFacts.allSatisfy({ parts[$0] == other.parts[$0] }),
      parts.allSatisfy({ name, part in
        guard let later = other.parts[name] else { return name.kind.isEmpty }
        return !Self.measuredKinds.contains(name.kind) || later.rowCount >= part.rowCount
      })
    else { return false }
    let hasMore = other.measured.contains { $0.value.rowCount > parts[$0.key]?.rowCount ?? 0 }
    return hasMore || (isUnfinished && !other.isUnfinished)
  }

  /// Whether the run says that it is running, or has not begun.
  private var isUnfinished: Bool {
    ["running", "scheduled"].contains { word in
      var hash = RowHash()
      hash.add([.text(word)])
      return parts[Self.status] == hash.finish()
    }
  }

  /// Whether what was measured is the same.
  fileprivate func measuresSame(as other: RunParts) -> Bool {
    measured.allSatisfy { other.parts[$0.key] == $0.value }
  }
}
