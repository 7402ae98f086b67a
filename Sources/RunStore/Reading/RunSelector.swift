/// What a person types to name a run, and perhaps an epoch of it: `3`, `latest`, `lenet`, `1f0c`,
/// `best:val/loss`, `latest@5`, `lenet@best`.
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

  /// Which epoch of the run is meant.
  public enum Epoch: Sendable, Hashable {
    /// The one of this number; 0 is before training.
    case number(Int)
    /// The one with the best value of the metric that ranks the run.
    case best
  }

  /// How the run is named.
  public let target: Target
  /// What stands after `@`; nil if nothing does.
  public let epoch: Epoch?

  /// Understands `text` as the file means it: the exact name of a run, and of a metric after `best:`, comes
  /// before the meaning of `@` and `:`.
  /// - Throws: What the other initializer throws.
  public init(_ text: String, in database: RunDatabase) throws {
    if !text.contains(where: { "@:".contains($0) }) {
      try self.init(text)
    } else if try database.hasRun(called: text) {
      self.init(target: .text(text), epoch: nil)
    } else if case .best(let metric) = Target(text[...]), try database.hasMetric(metric) {
      self.init(target: .best(metric: metric), epoch: nil)
    } else {
      let (name, epoch) = try Self.parts(of: text)
      let isName = try database.hasRun(called: String(name))
      self.init(target: isName ? .text(String(name)) : Target(name), epoch: epoch)
    }
  }

  private init(target: Target, epoch: Epoch?) {
    self.target = target
    self.epoch = epoch
  }

  /// Understands `text`.
  /// - Throws: `invalidSelector` for an empty name, and for an `@` without an epoch after it.
  public init(_ text: String) throws {
    let (name, epoch) = try Self.parts(of: text)
    self.init(target: Target(name), epoch: epoch)
  }

  /// What stands before and after the last `@`.
  private static func parts(of text: String) throws -> (name: Substring, epoch: Epoch?) {
    var name = text[...]
    var epoch: Epoch?
    if let at = text.lastIndex(of: "@") {
      guard let meant = Epoch(text[text.index(after: at)...]) else {
        throw RunStoreError.invalidSelector(text: text)
      }
      (name, epoch) = (text[..<at], meant)
    }
    guard !name.isEmpty, Target(name) != .best(metric: "") else {
      throw RunStoreError.invalidSelector(text: text)
    }
    return (name, epoch)
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

extension RunSelector.Epoch {
  fileprivate init?(_ text: Substring) {
    if text == "best" {
      self = .best
    } else if let number = Int(text), number >= 0, !text.hasPrefix("+") {
      self = .number(number)
    } else {
      return nil
    }
  }

  /// As one types it after `@`.
  var words: String {
    switch self {
    case .number(let number): String(number)
    case .best: "best"
    }
  }
}
