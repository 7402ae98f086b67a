import Foundation
import GRDB

/// The bytes of a file that one run takes, by kind.
public struct StorageUse: Sendable, Equatable {
  /// The id of the run; nil for what belongs to none: free pages, schema, unused blobs.
  public let run: Int?
  /// What the run is called; nil for what belongs to none.
  public let name: String?
  /// Whether the run is deleted, but can be restored.
  public let isDeleted: Bool
  /// Metric points and their summaries.
  public internal(set) var metrics = 0.0
  /// Histograms.
  public internal(set) var histograms = 0.0
  /// Tensors; one that several runs share counts for each of them in part.
  public internal(set) var tensors = 0.0
  /// Artifacts; shared ones count in part.
  public internal(set) var artifacts = 0.0
  /// Everything else: parameters, layers, predictions, alerts.
  public internal(set) var other = 0.0

  init(run: Int?, name: String?, isDeleted: Bool) {
    self.run = run
    self.name = name
    self.isDeleted = isDeleted
  }

  /// The sum of all kinds.
  public var total: Double { metrics + histograms + tensors + artifacts + other }
}

extension RunDatabase {
  /// The bytes of the file by run and by kind, the largest run first; the last entry is what belongs to
  /// no run. Together they are the size of the file.
  ///
  /// The pages of a table, its indexes included, are shared out by rows, those of blobs by bytes.
  public func storageUse() throws -> [StorageUse] {
    try read { db in
      var uses: [Int: StorageUse] = [:]
      for row in try db.rows("SELECT id, name, deleted_at IS NOT NULL AS deleted FROM runs") {
        let run = try row.integer("id")
        uses[run] = StorageUse(
          run: run, name: try row.text("name"), isDeleted: try row.integer("deleted") == 1)
      }
      var rest = StorageUse(run: nil, name: nil, isDeleted: false)
      rest.other = Double(try db.byteCount())
      let sizes = try tableSizes(in: db)
      for share in Self.shares {
        let rows = try db.rows(share.statement)
        let whole =
          try share.whole.map { try db.row($0)?.optionalReal("weight") ?? 0 }
          ?? rows.reduce(0) { $0 + (try $1.optionalReal("weight") ?? 0) }
        guard whole > 0 else { continue }
        for row in rows {
          let run = try row.integer("run_id")
          let size = (sizes[share.table] ?? 0) * (try row.real("weight")) / whole
          uses[run]?[keyPath: share.kind] += size
          if uses[run] != nil { rest.other -= size }
        }
      }
      return uses.values.sorted { ($0.total, $1.run ?? 0) > ($1.total, $0.run ?? 0) } + [rest]
    }
  }

  /// The bytes of each table's pages, its indexes included; those of `blob_chunks` under `blobs`.
  ///
  /// To count the pages of content is to read it all: content has what is left when all else is counted.
  private func tableSizes(in db: Database) throws -> [String: Double] {
    // Each lookup of a name goes through all names: where others have made thousands of tables, to go
    // through all pages is faster.
    let count = try db.returnedInteger("SELECT COUNT(*) FROM sqlite_schema")
    let rows = try db.rows(count < 1_000 ? Self.sizesByName : Self.sizesByPage)
    var sizes = Dictionary(
      try rows.map { (try $0.text("name"), try $0.real("size")) }, uniquingKeysWith: +)
    let rest = try db.row(
      """
      SELECT page_size * (page_count - freelist_count
        - iif(auto_vacuum = 0, 0, page_count / (page_size / 5 + 1) + 1)) AS size
      FROM pragma_page_size, pragma_page_count, pragma_freelist_count, pragma_auto_vacuum
      """)
    // The indexes of both are counted already.
    let content = try max(0, (rest?.real("size") ?? 0) - sizes.values.reduce(0, +))
    sizes["blobs"] = content + (sizes["blobs"] ?? 0) + (sizes["blob_chunks"] ?? 0)
    return sizes
  }

  private static let sizesByName = sizes(from: entries + " CROSS JOIN dbstat AS page")
  private static let sizesByPage = sizes(from: "dbstat AS page CROSS JOIN " + entries)

  private static func sizes(from tables: String) -> String {
    """
    SELECT entry.tbl_name AS name, SUM(page.pgsize) AS size
    FROM \(tables) ON page.name = entry.name
    GROUP BY entry.tbl_name
    ORDER BY entry.tbl_name
    """
  }

  private static let entries = """
    (
      SELECT name, tbl_name
      FROM sqlite_schema
      WHERE rootpage > 0 AND name NOT IN ('blobs', 'blob_chunks')
      UNION ALL
      SELECT 'sqlite_schema', 'sqlite_schema') AS entry
    """

  /// How the pages of a table are shared out among runs.
  private struct Share {
    let table: String
    let kind: WritableKeyPath<StorageUse, Double> & Sendable
    /// The runs with their weights.
    let statement: String
    /// The weight of the whole table; nil if it is the sum of the runs' weights.
    var whole: String?
  }

  /// The runs with the bytes of the tensors or artifacts that they use; what several use is divided.
  private static func blobUsers(_ kind: String) -> String {
    """
    WITH uses AS (
      SELECT snapshot.run_id, tensor.blob_hash AS hash, 'tensor' AS kind
      FROM tensors AS tensor
      JOIN snapshots AS snapshot ON snapshot.id = tensor.snapshot_id
      UNION
      SELECT run_id, blob_hash, 'artifact'
      FROM artifacts),
    users AS (SELECT hash, COUNT(*) AS count FROM uses GROUP BY hash)
    SELECT uses.run_id,
      SUM(1.0 * COALESCE(length(blob.data), blob.byte_count) / users.count) AS weight
    FROM uses
    JOIN users ON users.hash = uses.hash
    JOIN blobs AS blob ON blob.hash = uses.hash
    WHERE uses.kind = '\(kind)'
    GROUP BY uses.run_id
    """
  }

  private static let allBlobs = """
    SELECT
      (SELECT TOTAL(COALESCE(length(data), byte_count)) FROM blobs)
      + (
        SELECT TOTAL(length(data))
        FROM blob_chunks
        WHERE content NOT IN (SELECT content FROM blobs WHERE content IS NOT NULL)) AS weight
    """

  private static let shares = [
    Share(
      table: "metric_points", kind: \.metrics,
      // A summary may hold any number; TOTAL does not overflow.
      statement:
        "SELECT run_id, TOTAL(MAX(count, 0)) AS weight FROM metric_series GROUP BY run_id"),
    Share(
      table: "metric_series", kind: \.metrics,
      statement: "SELECT run_id, COUNT(*) AS weight FROM metric_series GROUP BY run_id"),
    Share(
      table: "histograms", kind: \.histograms,
      statement:
        "SELECT run_id, SUM(length(counts) + 150) AS weight FROM histograms GROUP BY run_id"),
    Share(
      table: "tensors", kind: \.tensors,
      statement: """
        SELECT snapshot.run_id, COUNT(*) AS weight
        FROM tensors AS tensor
        JOIN snapshots AS snapshot ON snapshot.id = tensor.snapshot_id
        GROUP BY snapshot.run_id
        """),
    Share(
      table: "blobs", kind: \.tensors, statement: blobUsers("tensor"), whole: allBlobs),
    Share(
      table: "blobs", kind: \.artifacts, statement: blobUsers("artifact"), whole: allBlobs),
    Share(
      table: "artifacts", kind: \.artifacts,
      statement: "SELECT run_id, COUNT(*) AS weight FROM artifacts GROUP BY run_id"),
    Share(
      table: "params", kind: \.other,
      statement: "SELECT run_id, COUNT(*) AS weight FROM params GROUP BY run_id"),
    Share(
      table: "environment", kind: \.other,
      statement: "SELECT run_id, COUNT(*) AS weight FROM environment GROUP BY run_id"),
    Share(
      table: "layers", kind: \.other,
      statement: "SELECT run_id, COUNT(*) AS weight FROM layers GROUP BY run_id"),
    Share(
      table: "predictions", kind: \.other,
      statement: "SELECT run_id, COUNT(*) AS weight FROM predictions GROUP BY run_id"),
    Share(
      table: "alerts", kind: \.other,
      statement: "SELECT run_id, SUM(length(message) + 40) AS weight FROM alerts GROUP BY run_id"),
    Share(table: "runs", kind: \.other, statement: "SELECT id AS run_id, 1 AS weight FROM runs"),
  ]
}
