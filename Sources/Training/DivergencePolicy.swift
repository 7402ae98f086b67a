/// What to do when a loss becomes NaN or infinite.
public enum DivergencePolicy: String, Sendable, Codable, CaseIterable {
  /// End the training with an error; the last good snapshot stays.
  case stop
  /// Go on, as one does to look at the wreck.
  case `continue`
}
