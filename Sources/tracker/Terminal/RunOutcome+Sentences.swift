import Recipes

extension RunOutcome {
  /// The weights of a single neuron in words.
  var weightSentence: String {
    let weights = metrics.filter { $0.name.hasPrefix("weight/w") }
    return "Weights: "
      + weights.map { "\($0.name.dropFirst("weight/".count)) = \(($0.lastValue ?? .nan).short)" }
      .joined(separator: ", ") + "."
  }

  /// That all rows of the truth table are right, where they are; an alert tells otherwise.
  var truthTableRemarks: [String] {
    predictions.allSatisfy { $0.output == $0.target }
      ? ["All \(predictions.count) rows are right."] : []
  }
}
