/// The time that a layer took so far, summed over all threads; zero for a layer whose work the next
/// one does along with its own, such as a ReLU before max pooling.
public struct LayerTime: Sendable, Equatable {
  /// Nanoseconds spent in the forward pass.
  public var forward: UInt64
  /// Nanoseconds spent in the backward pass, the sum over the groups included.
  public var backward: UInt64

  /// Names both times.
  public init(forward: UInt64 = 0, backward: UInt64 = 0) {
    self.forward = forward
    self.backward = backward
  }

  /// The time that passed between two looks.
  public static func - (after: LayerTime, before: LayerTime) -> LayerTime {
    LayerTime(
      forward: after.forward - before.forward, backward: after.backward - before.backward)
  }

  /// Adds the time of another thread or epoch.
  public static func += (total: inout LayerTime, time: LayerTime) {
    total.forward += time.forward
    total.backward += time.backward
  }
}
