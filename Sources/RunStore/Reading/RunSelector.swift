/// What a person types to name a run, and perhaps an epoch of it: `3`, `latest`, `lenet`, `1f0c`,
/// `best:val/loss`, `latest@5`.
public struct RunSelector: Sendable, Hashable {
  /// How the run is named.
  public enum Target: Sendable, Hashable {
    /// The run that started last.
    case latest
    /// The run with the best value of a metric: as `metric_names` knows what is better.
    case best(metric: String)
    /// An id, a name or the beginning of a uuid, tried in this order. A number is never the beginning
    /// of a uuid: who misses an id must not meet another run.
    case text(String)
  }

  /// How the run is named.
  public let target: Target
  /// The epoch after `@`; nil if there is none.
  public let epoch: Int?

  /// Understands `text` as the file means it: the exact name of a run, and of a metric after `best:`, comes
  /// before an epoch after `@`.
  /// - Throws: What the other initializer throws.
  public init(_ text: String, in database: RunDatabase) throws {
    let target = Target(text[...])
    if try text.contains("@") && database.knows(target) {
      self.init(target: target, epoch: nil)
    } else {
      try self.init(text)
    }
  }

  private init(target: Target, epoch: Int?) {
    self.target = target
    self.epoch = epoch
  }

  /// Understands `text`.
  /// - Throws: `invalidSelector` for an empty name, and for an `@` without an epoch after it.
  public init(_ text: String) throws {
    var name = text[...]
    var epoch: Int?
    if let at = text.lastIndex(of: "@") {
      let digits = text[text.index(after: at)...]
      guard let number = Int(digits), number >= 0, !digits.hasPrefix("+") else {
        throw RunStoreError.invalidSelector(text: text)
      }
      epoch = number
      name = text[..<at]
    }
    self.epoch = epoch
    target = Target(name)
    guard target != .best(metric: ""), target != .text("") else {
      throw RunStoreError.invalidSelector(text: text)
    }
  }
}

extension RunSelector.Target {
  /// Understands a name without an epoch after it.
  fileprivate init(_ name: Substring) {
    if name == "latest" {
      self = .latest
    } else if name.hasPrefix("best:") {
      self = .best(metric: String(name.dropFirst("best:".count)))
    } else {
      self = .text(String(name))
    }
  }
}
