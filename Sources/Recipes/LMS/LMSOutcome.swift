/// How the LMS rule ended for one learning rate.
public struct LMSOutcome: Sendable, Equatable {
  /// The run.
  public let outcome: RunOutcome
  /// The learning rate.
  public let learningRate: Double
  /// The weights after the last epoch.
  public let weights: [Double]
  /// The mean squared error after the last epoch.
  public let loss: Double
}

/// How the LMS rule compares with what it tends to.
public struct LMSComparison: Sendable, Equatable {
  /// The weights of the least-squares solution.
  public let wienerWeights: [Double]
  /// Its mean squared error.
  public let wienerLoss: Double
  /// One for each learning rate.
  public let outcomes: [LMSOutcome]
}
