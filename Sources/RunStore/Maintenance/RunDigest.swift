import Foundation
import GRDB

/// What a run is, in two hashes that are the same in whatever file it stands.
///
/// The numbers that rows have in a file do not count, nor the run it came from, who is at work on it, its
/// signs of life, and what `prune` removes: snapshots, tensors, checkpoints, histograms, stored files.
public struct RunDigest: Sendable, Equatable {
  /// What was set and measured.
  public let content: String
  /// What people said of it: name, note, tags, experiment, deletion.
  public let edits: String
}

extension RunDatabase {
  /// What a run is, as two hashes.
  public func digest(ofRun run: Int) throws -> RunDigest {
    try read { db in
      RunDigest(
        content: try RunParts.content(ofRun: run, in: db).digest,
        edits: try RunParts.edits(ofRun: run, in: db).digest)
    }
  }
}

/// The parts of a run, each with a hash of its rows: what differs between two files has a name.
struct RunParts: Equatable {
  /// What a part is about. Two names are the same if their bytes are.
  struct Name: Hashable {
    let kind: String
    private let bytes: [UInt8]

    init(kind: String, name: String) {
      self.kind = kind
      bytes = Array(name.utf8)
    }

    var name: String { String(decoding: bytes, as: UTF8.self) }

    /// The part in words, such as `metric val/loss`.
    var words: String { [kind, name].filter { !$0.isEmpty }.joined(separator: " ") }

    /// As they are digested.
    static func comesBefore(_ first: Name, _ second: Name) -> Bool {
      first.kind == second.kind
        ? first.bytes.lexicographicallyPrecedes(second.bytes)
        : first.kind.utf8.lexicographicallyPrecedes(second.kind.utf8)
    }
  }

  /// The rows of a part.
  struct Part: Equatable {
    var rowCount: Int
    var hash: String
  }

  private(set) var parts: [Name: Part] = [:]

  /// What was set and measured.
  static func content(ofRun run: Int, in db: Database) throws -> RunParts {
    try RunParts(contentStatements, ofRun: run, in: db)
  }

  /// What people said of the run afterwards.
  static func edits(ofRun run: Int, in db: Database) throws -> RunParts {
    try RunParts(editStatements, ofRun: run, in: db)
  }

  /// What `prune` may remove.
  static func kept(ofRun run: Int, in db: Database) throws -> RunParts {
    try RunParts(keptStatements, ofRun: run, in: db)
  }

  /// The first rows of what was set and measured, of each part as many as `other` has of it.
  static func content(
    ofRun run: Int, noLongerThan other: RunParts, in db: Database
  ) throws -> RunParts {
    try RunParts(contentStatements, ofRun: run, noLongerThan: other, in: db)
  }

  /// - Parameter statements: Give the kind and the name of a part, and then what counts of it; the rows of
  ///   a part stand together.
  init(
    _ statements: [String], ofRun run: Int, noLongerThan limits: RunParts? = nil, in db: Database
  ) throws {
    for statement in statements {
      var hash = RowHash()
      var name: Name?
      var words: (kind: SQLValue, name: SQLValue) = (.null, .null)
      try db.forEachStep(statement, ["run": SQLValue(run)]) { row in
        let found = (row.value(at: 0), row.value(at: 1))
        if name == nil || found != words {
          if let name { add(&hash, to: name) }
          words = found
          name = Name(kind: words.kind.text ?? "", name: words.name.words)
        }
        guard let limits, let name else { return hash.add(row, from: 2) }
        guard hash.rowCount < limits.parts[name]?.rowCount ?? 0 else { return }
        hash.add(row, from: 2)
      }
      if let name { add(&hash, to: name) }
    }
  }

  private mutating func add(_ hash: inout RowHash, to name: Name) {
    var part = hash.finish()
    // Names are made of words, and may be the same by accident.
    if let earlier = parts[name] {
      part.rowCount += earlier.rowCount
      part.hash = SHA256.hexadecimal(Data((earlier.hash + part.hash).utf8))
    }
    parts[name] = part
  }

  /// One hash of all parts.
  var digest: String {
    var hash = RowHash()
    for (name, part) in parts.sorted(by: { Name.comesBefore($0.key, $1.key) }) {
      hash.add([.text(name.kind), .text(name.name), .text(part.hash)])
    }
    return hash.finish().hash
  }

  private static let contentStatements = EmbeddedSQL.statements(PackageResources.run_digest_sql)
  private static let editStatements = EmbeddedSQL.statements(PackageResources.run_edits_sql)
  private static let keptStatements = EmbeddedSQL.statements(PackageResources.run_kept_sql)
}

/// A hash of rows of values; different rows are never the same bytes, and NULL at the end of a row does
/// not count.
struct RowHash: ~Copyable {
  private(set) var rowCount = 0
  private var hash = SHA256()
  private var bytes: [UInt8] = []

  mutating func add(_ row: [SQLValue]) {
    let end = row.lastIndex { $0 != .null }.map { $0 + 1 } ?? 0
    for value in row[..<end] { append(value) }
    endRow()
  }

  /// Adds the present row of a statement. Its texts and bytes, which may be long, are not copied.
  /// - Parameter first: The number of the first column that counts.
  mutating func add(_ row: StatementHandle, from first: Int32) {
    let end = (first..<row.columnCount).last { !row.isNull(at: $0) }.map { $0 + 1 } ?? first
    for column in first..<end {
      if let (isText, content) = row.content(at: column) {
        append(isText ? Tag.text : Tag.blob, content)
      } else {
        append(row.value(at: column))
      }
    }
    endRow()
  }

  private mutating func endRow() {
    rowCount += 1
    bytes.append(Tag.rowEnd)
    if bytes.count > Self.longest { flush() }
  }

  /// The hash of the rows; what is added next begins a new one.
  mutating func finish() -> RunParts.Part {
    flush()
    var whole = SHA256()
    swap(&whole, &hash)
    defer { rowCount = 0 }
    return RunParts.Part(rowCount: rowCount, hash: whole.hexadecimal())
  }

  private mutating func flush() {
    hash.update(bytes)
    bytes.removeAll(keepingCapacity: true)
  }

  /// What is longer is not gathered.
  private static let longest = 1 << 16

  private enum Tag {
    static let null: UInt8 = 0
    static let integer: UInt8 = 1
    static let real: UInt8 = 2
    static let text: UInt8 = 3
    static let blob: UInt8 = 4
    static let rowEnd: UInt8 = 5
  }

  private mutating func append(_ value: SQLValue) {
    switch value {
    case .null: bytes.append(Tag.null)
    case .integer(let value): append(Tag.integer, value)
    case .real(let value):
      // Two numbers are equal when SQL says so.
      if let whole = Int64(exactly: value) {
        append(Tag.integer, whole)
      } else {
        append(Tag.real, Int64(bitPattern: value.bitPattern))
      }
    case .text(var value): value.withUTF8 { append(Tag.text, UnsafeRawBufferPointer($0)) }
    case .blob(let data): data.withUnsafeBytes { append(Tag.blob, $0) }
    }
  }

  private mutating func append(_ tag: UInt8, _ content: UnsafeRawBufferPointer) {
    append(tag, Int64(content.count))
    guard content.count > Self.longest else { return bytes.append(contentsOf: content) }
    flush()
    hash.update(content)
  }

  private mutating func append(_ tag: UInt8, _ number: Int64) {
    bytes.append(tag)
    withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
  }
}

extension SQLValue {
  /// The name that a part has, whatever other programs have stored.
  fileprivate var words: String {
    switch self {
    case .text(let text): text
    case .integer(let number): String(number)
    case .real(let number): String(number)
    case .null, .blob: ""
    }
  }
}
