/// What a person should know about how data were read, although they could be.
public struct DataRemark: Sendable, Hashable {
  /// How much it matters.
  public enum Level: Sendable, Hashable {
    /// What was done, as expected.
    case note
    /// Something that may not be what was meant.
    case warning
  }

  /// How much it matters.
  public let level: Level
  /// A sentence that names the file.
  public let text: String

  /// Says `text`.
  public init(_ level: Level, _ text: String) {
    self.level = level
    self.text = text
  }
}
