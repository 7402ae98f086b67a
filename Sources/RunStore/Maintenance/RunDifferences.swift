import Foundation
import GRDB

/// What differs between two runs that should be the same, number by number, bit by bit.
public struct RunDifferences: Sendable, Equatable {
  /// Something that is not the same.
  public struct Difference: Sendable, Equatable {
    /// What kind of record it is, such as `metric` or `tensor`.
    public let kind: String
    /// Which one: the name of the metric, the layer, the tensor.
    public let name: String
    /// The epoch; nil for what belongs to none.
    public let epoch: Int?
    /// The optimizer step; nil for what belongs to none.
    public let step: Int?
    /// What is not the same, in words.
    public let detail: String
    /// Whether both runs have the record, and it holds numbers that a training computes: sums in another order
    /// can explain it.
    public let isOfComputedNumbers: Bool
  }

  /// The number of records of each kind that were compared; kinds without any are left out.
  public private(set) var compared: [(kind: String, count: Int)] = []
  /// What differs, the earliest first.
  public private(set) var differences: [Difference] = []
  /// Metrics of the first run that the second does not have at all: others logged them.
  public private(set) var unknownMetrics: [String] = []
  /// Metrics of the second run that the first does not have at all: an earlier version did not log them.
  public private(set) var newMetrics: [String] = []

  /// Whether nothing differs.
  public var isIdentical: Bool { differences.isEmpty }

  /// Compares a stored run with one that repeats it.
  /// - Parameters:
  ///   - stored: The run in `file`.
  ///   - repeated: The run in `repetition`.
  ///   - point: What comes no later than this is left out; nil for nothing.
  ///   - isWhole: Whether the stored run came to its end; otherwise it may lack what comes later.
  ///   - ignored: Metrics that measure time; those of the machine are ignored anyway.
  public init(
    _ stored: Int, in file: RunDatabase, with repeated: Int, in repetition: RunDatabase,
    from point: ResumePoint? = nil, isWhole: Bool = true, ignoring ignored: Set<String> = []
  ) throws {
    func isIgnored(_ name: String) -> Bool {
      ignored.contains(name) || name.hasPrefix(MetricPoint.systemPrefix)
    }
    let point = try point ?? Self.laterStart(of: stored, in: file, than: repeated, in: repetition)
    for kind in ComparedRows.Kind.allCases where isWhole || kind != .summary {
      // A run that is repeated in part has other summaries.
      if kind == .summary, point != nil { continue }
      let first = try file.read { try ComparedRows(kind, ofRun: stored, after: point, in: $0) }
      let second = try repetition.read {
        try ComparedRows(kind, ofRun: repeated, after: point, in: $0)
      }
      let names = Set(second.rows.keys.map(\.name))
      var count = 0
      for (key, values) in first.rows where !isIgnored(key.name) {
        if kind == .metric || kind == .summary, !names.contains(key.name) {
          if !unknownMetrics.contains(key.name) { unknownMetrics.append(key.name) }
          continue
        }
        count += 1
        let others = second.rows[key]?.enumerated().map { index, value in
          kind == .tensor && first.columns[index] == "shape"
            ? Self.shape(value, like: values[index], of: key.name) : value
        }
        if let detail = try Self.detail(
          values, others, first.columns, file: file, repetition: repetition)
        {
          note(kind, key, detail, isInBoth: second.rows[key] != nil)
        }
      }
      if isWhole {
        // Old snapshots are pruned whole, and never the last one.
        let last = second.rows.keys.compactMap(\.step).max()
        let kept = Set(first.rows.keys.map(\.step)).union([last])
        let storedNames = Set(first.rows.keys.map(\.name))
        for key in second.rows.keys
        where first.rows[key] == nil && !isIgnored(key.name)
          && (!kind.canBePruned || kept.contains(key.step))
        {
          if kind == .metric || kind == .summary, !storedNames.contains(key.name) {
            if !newMetrics.contains(key.name) { newMetrics.append(key.name) }
            continue
          }
          note(kind, key, "is missing in the file", isInBoth: false)
        }
      }
      if count > 0 { compared.append((kind.rawValue, count)) }
    }
    sort()
  }

  /// The moment before training, where the stored run says nothing of it but the repeated one does: the
  /// first versions of some recipes noted only what came after the first epoch.
  private static func laterStart(
    of stored: Int, in file: RunDatabase, than repeated: Int, in repetition: RunDatabase
  ) throws -> ResumePoint? {
    let starts = [
      try file.metricSummaries(ofRun: stored), try repetition.metricSummaries(ofRun: repeated),
    ].map { $0.compactMap(\.firstStep).min() ?? 0 }
    return starts[0] > 0 && starts[1] == 0 ? .start : nil
  }

  /// The shape as a run would have it that was stored by the first versions, which wrote biases as one
  /// row, (1, n): the same numbers as (n).
  private static func shape(_ shape: SQLValue, like stored: SQLValue, of name: String) -> SQLValue {
    guard name.contains(".bias of "), let text = shape.text, let old = stored.text,
      old == "[1,\(text.dropFirst())"
    else { return shape }
    return stored
  }

  private mutating func note(
    _ kind: ComparedRows.Kind, _ key: ComparedRows.Key, _ detail: String, isInBoth: Bool
  ) {
    differences.append(
      Difference(
        kind: kind.rawValue, name: key.name, epoch: key.epoch, step: key.step, detail: detail,
        isOfComputedNumbers: isInBoth && kind != .layer))
  }

  /// By step, what has none last; within a step metrics first, then by name.
  private mutating func sort() {
    let order = Dictionary(
      uniqueKeysWithValues: ComparedRows.Kind.allCases.enumerated().map { ($1.rawValue, $0) })
    func key(_ difference: Difference) -> (Int, Int, String) {
      (difference.step ?? .max, order[difference.kind] ?? 0, difference.name)
    }
    differences.sort { key($0) < key($1) }
    unknownMetrics.sort()
    newMetrics.sort()
  }

  /// What differs between two rows, in words; nil if nothing does.
  private static func detail(
    _ first: [SQLValue], _ second: [SQLValue]?, _ columns: [String], file: RunDatabase,
    repetition: RunDatabase
  ) throws -> String? {
    guard let second else { return "is in the file only" }
    for (index, column) in columns.enumerated() {
      if column == "blob_hash", let stored = first[index].text, let again = second[index].text {
        if let detail = try contentDetail(stored, again, file, repetition) { return detail }
      } else if first[index] != second[index] {
        let name = column == "value" ? "" : "\(column) "
        return "\(name)is \(first[index].numeral) in the file and \(second[index].numeral) now"
      }
    }
    return nil
  }

  /// Compares the bytes themselves: a hash says nothing of what happened to them since.
  private static func contentDetail(
    _ stored: String, _ again: String, _ file: RunDatabase, _ repetition: RunDatabase
  ) throws -> String? {
    let first = try file.blob(stored)
    let second = try repetition.blob(again)
    guard let first, let second else { return "has no content" }
    guard first != second else {
      return stored == again ? nil : "has the right content under a wrong hash"
    }
    guard first.count == second.count else {
      return "has \(first.count) bytes in the file and \(second.count) now"
    }
    let places = zip(first, second).enumerated().filter { $1.0 != $1.1 }.map(\.offset)
    let values = Set(places.map { $0 / 4 })
    return "differs in \(values.count) of \(first.count / 4) values, first in number"
      + " \((values.min() ?? 0) + 1)"
  }

  public static func == (first: RunDifferences, second: RunDifferences) -> Bool {
    first.differences == second.differences && first.unknownMetrics == second.unknownMetrics
      && first.newMetrics == second.newMetrics
      && first.compared.elementsEqual(second.compared, by: ==)
  }
}

extension RunDatabase {
  /// The bytes that are stored under a hash; nil if there are none.
  func blob(_ hash: String) throws -> Data? {
    try read { db in try content(ofBlob: hash, in: db) }
  }
}

extension SQLValue {
  /// The value in words; numbers with all their digits.
  fileprivate var numeral: String {
    switch self {
    case .null: "NaN"
    case .integer(let value): "\(value)"
    case .real(let value): "\(value)"
    case .text(let value): value.count > 40 ? "another text" : "'\(value)'"
    case .blob(let data): "\(data.count) bytes"
    }
  }
}
