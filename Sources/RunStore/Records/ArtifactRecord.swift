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
