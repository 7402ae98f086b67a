import Foundation
import GRDB
import RunStore

/// A file that can be sent.
struct StoredFile: Sendable {
  /// Where its bytes come from, in turn.
  enum Part: Sendable {
    case bytes([UInt8])
    case blob(hash: String, byteCount: Int)

    var byteCount: Int {
      switch self {
      case .bytes(let bytes): bytes.count
      case .blob(_, let count): count
      }
    }
  }

  let name: String
  let mediaType: String
  let parts: [Part]

  var byteCount: Int { parts.reduce(0) { $0 + $1.byteCount } }
}

/// An entry of a list of files.
struct FileEntry: Equatable {
  let name: String
  /// The number of bytes; nil for a folder.
  let byteCount: Int64?
}

extension Call {
  /// `GET artifacts/list`: paths are those within the run.
  func listArtifacts() throws -> [UInt8] {
    let run = try requiredRun(message.runID())
    let path = try ArtifactPlace.checked(message.text("path") ?? "")
    let row = try db.row(
      """
      SELECT run.experiment_id, experiment.artifact_location
      FROM runs AS run
      LEFT JOIN experiments AS experiment ON experiment.id = run.experiment_id
      WHERE run.id = :run
      """, ["run": SQLValue(run.id)])
    return try answer { writer in
      if let row {
        writer.member(
          "root_uri",
          ArtifactPlace.uri(
            ofRun: run.uuid, experiment: try row.integer("experiment_id"),
            own: try row.optionalText("artifact_location")))
      }
      try write(
        entries(of: ArtifactTarget(owner: .run(run.id), path: path)), below: path, to: &writer)
    }
  }

  /// `GET mlflow-artifacts/artifacts?path=`: paths are the last part alone. What is not there has no files.
  func listProxyArtifacts() throws -> [UInt8] {
    guard let target = try artifactTarget(message.text("path") ?? "") else { return Self.nothing }
    return try answer { try write(entries(of: target), below: "", to: &$0) }
  }

  func write(
    _ entries: [FileEntry], below path: String, to writer: inout JSONWriter
  ) throws {
    guard !entries.isEmpty else { return }
    writer.name("files")
    writer.array { writer in
      for entry in entries {
        writer.object { writer in
          writer.member("path", path.isEmpty ? entry.name : "\(path)/\(entry.name)")
          writer.member("is_dir", entry.byteCount == nil)
          writer.member("file_size", entry.byteCount)
        }
      }
    }
  }

  /// The files and folders in a folder; none for a file.
  func entries(of target: ArtifactTarget) throws -> [FileEntry] {
    var entries: [ExactName: FileEntry] = [:]
    let prefix = target.path.isEmpty ? "" : target.path + "/"
    func add(_ name: String, _ byteCount: Int64?) {
      guard name.utf8.starts(with: prefix.utf8) else { return }
      let rest = String(decoding: name.utf8.dropFirst(prefix.utf8.count), as: UTF8.self)
      let parts = rest.partsOfPath
      guard let first = parts.first, !first.isEmpty else { return }
      let key = ExactName(first)
      if parts.count > 1 {
        entries[key] = FileEntry(name: first, byteCount: nil)
      } else if entries[key] == nil {
        entries[key] = FileEntry(name: first, byteCount: byteCount ?? 0)
      }
    }
    // Whatever begins like the folder comes after it and before it with the sign that follows "/".
    try db.forEachStep(
      Self.namesStatement(target.owner),
      [
        "owner": target.owner.key, "from": .text(prefix),
        "to": target.path.isEmpty ? .blob(Data()) : .text(target.path + "0"),
      ]
    ) { row in add(row.value(at: 0).text ?? "", row.value(at: 1).integer) }
    if case .run(let run) = target.owner {
      for file in try recordedFiles(of: run) { add(file.name, Int64(file.byteCount)) }
    }
    return entries.values.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
  }

  private static func namesStatement(_ owner: ArtifactOwner) -> String {
    """
    SELECT file.name, blob.byte_count
    FROM \(owner.table) AS file
    LEFT JOIN blobs AS blob ON blob.hash = file.blob_hash
    WHERE file.\(owner.column) = :owner AND file.name >= :from AND file.name < :to
    ORDER BY file.name
    """
  }

  /// The file that a path names.
  /// - Throws: A refusal if there is none.
  func file(_ target: ArtifactTarget) throws -> StoredFile {
    let row = try db.row(
      """
      SELECT file.media_type, file.blob_hash, blob.byte_count, file.source_uri
      FROM \(target.owner.table) AS file
      LEFT JOIN blobs AS blob ON blob.hash = file.blob_hash
      WHERE file.\(target.owner.column) = :owner AND file.name = :name
      """, ["owner": target.owner.key, "name": .text(target.path)])
    guard let row else {
      if case .run(let run) = target.owner, let file = try recordedFile(target.path, of: run) {
        return file
      }
      throw Refusal(.resourceDoesNotExist, "No such artifact: '\(target.path)'")
    }
    guard let hash = try row.optionalText("blob_hash"),
      let count = try row.optionalInteger("byte_count")
    else {
      throw Refusal(
        .resourceDoesNotExist,
        "The artifact '\(target.path)' stayed where it was:"
          + " \(try row.optionalText("source_uri") ?? "nobody knows where")")
    }
    return StoredFile(
      name: target.path, mediaType: try row.text("media_type"),
      parts: count == 0 ? [] : [.blob(hash: hash, byteCount: count)])
  }

  /// Names stored content as a file; that of the same name goes.
  /// - Returns: Whether content in chunks may have lost its last name.
  func name(
    _ target: ArtifactTarget, hash: String, mediaType: String
  ) throws -> Bool {
    guard !target.path.isEmpty else { throw Refusal.invalid("An artifact needs a name.") }
    if case .run(let id) = target.owner {
      let row = try db.row(
        "SELECT deleted_at IS NOT NULL AS is_deleted FROM runs WHERE id = :run",
        ["run": SQLValue(id)])
      guard try row?.integer("is_deleted") == 0 else {
        throw Refusal.invalid("The run of the artifact is deleted.")
      }
    }
    try requireRoom(for: target)
    let replaced = try hashes(of: target, statement: Self.hashStatement(target.owner))
    if replaced == [hash] { return false }
    let leavesChunks = try replaced.contains { try db.isInChunks($0) }
    try db.run(
      """
      INSERT OR REPLACE INTO \(target.owner.table)
        (\(target.owner.column), name, media_type, blob_hash, created_at)
      VALUES (:owner, :name, :type, :hash, :time)
      """,
      [
        "owner": target.owner.key, "name": .text(target.path), "type": .text(mediaType),
        "hash": .text(hash), "time": .integer(time),
      ])
    try RunDatabase.deleteUnused(replaced, in: db)
    return leavesChunks
  }

  /// - Throws: A refusal if a folder has the name of the file, or a file that of one of its folders.
  private func requireRoom(for target: ArtifactTarget) throws {
    let parts = target.path.partsOfPath
    let folders = (1..<parts.count).map { parts.prefix($0).joined(separator: "/") }
    let file = try folders.first { folder in
      try !hashes(
        of: ArtifactTarget(owner: target.owner, path: folder),
        statement: Self.hashStatement(target.owner)
      ).isEmpty
    }
    if let file {
      throw Refusal.invalid("The artifact '\(target.path)' cannot be stored: '\(file)' is a file.")
    }
    let below = try db.row(
      Self.namesStatement(target.owner),
      [
        "owner": target.owner.key, "from": .text(target.path + "/"), "to": .text(target.path + "0"),
      ])
    guard below == nil else {
      throw Refusal.invalid(
        "The artifact '\(target.path)' cannot be stored: a folder has that name.")
    }
  }

  private static func hashStatement(_ owner: ArtifactOwner) -> String {
    "SELECT blob_hash FROM \(owner.table) WHERE \(owner.column) = :owner AND name = :name"
  }

  private func hashes(of target: ArtifactTarget, statement: String) throws -> [String] {
    try db.rows(statement, ["owner": target.owner.key, "name": .text(target.path)])
      .compactMap { try $0.optionalText("blob_hash") }
  }

  /// Removes a file, or a folder with all it holds: all files of their owner, if it has no name.
  /// - Returns: Whether content in chunks may have lost its last name.
  func removeArtifacts(_ target: ArtifactTarget) throws -> Bool {
    let removed = try hashes(
      of: target,
      statement: """
        DELETE FROM \(target.owner.table)
        WHERE \(target.owner.column) = :owner
          AND (:name IN ('', name) OR (name >= :name || '/' AND name < :name || '0'))
        RETURNING blob_hash
        """)
    let leavesChunks = try removed.contains { try db.isInChunks($0) }
    try RunDatabase.deleteUnused(removed, in: db)
    return leavesChunks
  }
}
