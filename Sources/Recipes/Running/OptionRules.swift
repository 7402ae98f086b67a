/// Refuses a choice that is not valid.
/// - Parameters:
///   - parameter: The name under which a run stores the choice.
///   - rule: What it must be, as the end of a sentence: `must be at least 1`.
func require(
  _ isValid: Bool, _ parameter: String, _ rule: @autoclosure () -> String
) throws(InvalidOption) {
  guard isValid else { throw InvalidOption(parameter, rule()) }
}

/// Refuses a learning rate that is not a positive, finite number.
func requireLearningRate(_ rate: Double) throws(InvalidOption) {
  try require(rate > 0 && rate.isFinite, "lr", "must be a positive, finite number")
}

/// Refuses a training of no epochs, or of more than anyone can wait for.
func requireEpochs(_ epochs: Int) throws(InvalidOption) {
  try require((1...1_000_000_000).contains(epochs), "epochs", "must be from 1 to 1000000000")
}

/// Refuses a seed that the file, whose numbers have a sign, cannot hold.
func requireSeed(_ seed: UInt64) throws(InvalidOption) {
  try require(seed <= Int64.max, "seed", "must be from 0 to \(Int64.max)")
}
