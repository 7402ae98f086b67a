import Foundation

/// Something that a person should look at: a row of `alerts`.
public struct AlertRecord: Sendable, Equatable {
  /// How bad it is.
  public enum Level: String, Sendable, CaseIterable {
    /// Worth knowing.
    case info
    /// Perhaps wrong.
    case warning
    /// Wrong.
    case error
  }

  /// When it was raised.
  public var time: Date
  /// The epoch it was raised in.
  public var epoch: Int?
  /// The step it was raised at.
  public var step: Int?
  /// How bad it is.
  public var level: Level
  /// A word for programs, such as `divergence`.
  public var kind: String
  /// A sentence for people.
  public var message: String

  /// Describes an alert.
  public init(
    time: Date, epoch: Int? = nil, step: Int? = nil, level: Level, kind: String, message: String
  ) {
    self.time = time
    self.epoch = epoch
    self.step = step
    self.level = level
    self.kind = kind
    self.message = message
  }
}

extension AlertRecord {
  init(_ row: ResultRow) throws {
    time = try row.date("at")
    epoch = try row.optionalInteger("epoch")
    step = try row.optionalInteger("step")
    level = try row.choice("level")
    kind = try row.text("kind")
    message = try row.text("message")
  }
}
