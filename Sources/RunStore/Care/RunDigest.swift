import Foundation
import GRDB

extension RunDatabase {
  /// A hash of everything that a run holds: equal digests mean equal runs, in whatever files.
  ///
  /// The numbers that rows have in a file do not count, nor the run it came from, nor whether it is
  /// deleted. Content of tensors and artifacts counts by its hash.
  public func digest(ofRun run: Int) throws -> String {
    try read { db in try digest(ofRun: run, in: db) }
  }

  func digest(ofRun run: Int, in db: Database) throws -> String {
    var hashes = Data()
    for statement in Self.digestedStatements {
      var text = Data()
      for row in try db.rows(statement, ["run": SQLValue(run)]) {
        for value in row.values { text.append(value.unambiguous) }
      }
      hashes.append(contentsOf: SHA256.hexadecimal(text).utf8)
    }
    return SHA256.hexadecimal(hashes)
  }

  private static let digestedStatements = EmbeddedSQL.statements(PackageResources.run_digest_sql)
}

extension SQLValue {
  /// The value as bytes, such that different rows of values are never the same bytes.
  fileprivate var unambiguous: Data {
    func tagged(_ tag: UInt8, _ bytes: Data) -> Data {
      var data = Data([tag])
      withUnsafeBytes(of: UInt64(bytes.count).littleEndian) { data.append(contentsOf: $0) }
      return data + bytes
    }
    switch self {
    case .null: return tagged(0, Data())
    case .integer(let value):
      return tagged(1, withUnsafeBytes(of: value.littleEndian) { Data($0) })
    case .real(let value):
      return tagged(2, withUnsafeBytes(of: value.bitPattern.littleEndian) { Data($0) })
    case .text(let value): return tagged(3, Data(value.utf8))
    case .blob(let data): return tagged(4, data)
    }
  }
}
