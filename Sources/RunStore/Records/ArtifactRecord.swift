import Foundation

/// A file or value that a run made.
public struct ArtifactRecord: Sendable, Equatable {
  /// The name, like a path.
  public var name: String
  /// What kind of content it is, such as `text/csv`.
  public var mediaType: String
  /// The content.
  public var data: Data

  /// Describes an artifact.
  public init(name: String, mediaType: String, data: Data) {
    self.name = name
    self.mediaType = mediaType
    self.data = data
  }
}

/// A file or value that a run made, without its content.
public struct ArtifactSummary: Sendable, Equatable {
  /// The name, like a path.
  public let name: String
  /// What kind of content it is, such as `text/csv`.
  public let mediaType: String
  /// The hash of the content, by which `RunDatabase.forEachPiece` finds it.
  public let blobHash: String
  /// The number of bytes; nil if the content is lost.
  public let byteCount: Int?
}

extension ArtifactSummary {
  init(_ row: ResultRow) throws {
    name = try row.text("name")
    mediaType = try row.text("media_type")
    blobHash = try row.text("blob_hash")
    byteCount = try row.optionalInteger("bytes")
  }
}
