import Foundation

/// What a file can do without.
public struct Pruning: Sendable, Equatable {
  /// Something that goes.
  public struct Item: Sendable, Equatable {
    /// The run it belongs to.
    public let run: Int
    /// What the run is called.
    public let name: String
    /// The epoch of the snapshots that go; nil if the whole run does.
    public let epoch: Int?
    /// The step of the snapshots that go; nil if the whole run does.
    public let step: Int?
    /// The bytes of its tensors and artifacts, shared ones included.
    public let bytes: Int
  }

  /// Whether snapshots go that are neither a run's last nor its best.
  public var snapshots = true
  /// Runs that were deleted before this moment go for good; nil for none.
  public var deletedBefore: Date?

  /// Names what goes.
  public init(snapshots: Bool = true, deletedBefore: Date? = nil) {
    self.snapshots = snapshots
    self.deletedBefore = deletedBefore
  }
}
