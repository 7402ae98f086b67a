/// What a training remembers to judge how it goes, and of what it has told already.
///
/// It belongs to the state of a training: one that is taken up again warns as it would have.
struct TrainingWatch: Sendable, Equatable, Codable {
  /// The last losses.
  var losses = LossMonitor()
  /// The layers that were named as dead.
  var deadLayers: [String] = []
  /// Whether a loss that is not finite was told of.
  var hasDiverged = false
}
