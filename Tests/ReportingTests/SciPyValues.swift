import Foundation
import Testing

/// What SciPy 1.17 computes, from `Fixtures/statistics.json`, which `make_statistics.py` beside it writes.
struct SciPyValues: Decodable {
  struct Summary: Decodable {
    let values: [Double]
    let mean, sd, low, high: Double
  }
  struct Paired: Decodable {
    let differences: [Double]
    let p, mean: Double
  }
  struct TwoSample: Decodable {
    let first, second: [Double]
    let p, difference: Double
  }
  struct Holm: Decodable {
    let p, adjusted: [Double]
  }
  struct Effect: Decodable {
    let first, second: [Double]
    let d, g: Double
  }

  /// Probability, degrees of freedom, quantile.
  let quantiles: [[Double]]
  let summaries: [Summary]
  let paired: [Paired]
  let twoSample: [TwoSample]
  let holm: [Holm]
  let effects: [Effect]

  static func load() throws -> SciPyValues {
    let file = try #require(
      Bundle.module.url(forResource: "statistics", withExtension: "json", subdirectory: "Fixtures"))
    return try JSONDecoder().decode(SciPyValues.self, from: Data(contentsOf: file))
  }
}

/// Whether the numbers agree to 1e-9, relative above 1 and absolute below.
func agree(_ actual: Double, _ expected: Double) -> Bool {
  (actual - expected).magnitude <= 1e-9 * max(1, expected.magnitude)
}
