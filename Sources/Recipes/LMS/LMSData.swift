import Datasets
import Foundation
import Randomness

/// Rows (1, x1, x2, d) for the LMS rule.
enum LMSData {
  /// The weights behind generated data.
  static let weights = [-1.0, 1, -2]

  /// Takes the rows of a file of four columns.
  static func samples(_ table: CSVTable) -> [Sample] {
    table.rows.map { row in
      Sample(inputs: Array(row.dropLast()), target: row[weights.count])
    }
  }

  /// Generates `d = -1 + x1 - 2·x2 + noise`, with normally distributed x1 and x2 and noise of standard
  /// deviation 0.01.
  static func generated(count: Int = 100, seed: UInt64) -> [Sample] {
    var generator = SeededGenerator(seed: seed)
    let neuron = LinearNeuron(weights: weights)
    return (0..<count).map { _ in
      let inputs = [1, generator.nextNormal(), generator.nextNormal()]
      return Sample(inputs: inputs, target: neuron.sum(inputs) + 0.01 * generator.nextNormal())
    }
  }
}

extension SeededGenerator {
  /// A number of the standard normal distribution (Box and Muller, 1958).
  fileprivate mutating func nextNormal() -> Double {
    // 1 - u is never 0, so that its logarithm is finite.
    let radius = (-2 * log(1 - nextUnit())).squareRoot()
    return radius * cos(2 * .pi * nextUnit())
  }
}
