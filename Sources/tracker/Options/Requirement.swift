import ArgumentParser

/// Refuses options that make no sense, as wrong usage.
func require(_ condition: Bool, _ message: String) throws {
  guard condition else { throw ValidationError(message) }
}

/// Refuses a learning rate that is not a positive, finite number.
func requireLearningRate(_ rate: Double) throws {
  try require(rate > 0 && rate.isFinite, "--lr must be a positive, finite number.")
}

/// Refuses a training of no epochs.
func requireEpochs(_ epochs: Int) throws {
  try require(epochs >= 1, "--epochs must be at least 1.")
}

/// Refuses a seed that the file, whose numbers have a sign, cannot hold.
func requireSeed(_ seed: UInt64) throws {
  try require(seed <= Int64.max, "--seed must be at most \(Int64.max).")
}
