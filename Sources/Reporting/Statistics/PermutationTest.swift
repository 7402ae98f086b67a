import Randomness

/// How likely a difference at least as large would be if the groups were alike, found by relabelling.
///
/// The p-value is two-sided: twice the smaller of the shares of relabelled data whose difference is at
/// most, and at least, the observed one (never above 1); as `scipy.stats.permutation_test`.
/// Source: Fisher, *The Design of Experiments*, 1935, and Phipson and Smyth, 2010, for drawn relabellings.
public struct PermutationTest: Sendable, Hashable {
  /// Which relabellings were tried.
  public enum Method: Sendable, Hashable {
    /// All of them, this many.
    case exact(Int)
    /// This many, drawn at random; the observed data count as one more.
    case monteCarlo(Int)
  }

  /// How many relabellings are tried one by one; if there are more, some are drawn.
  public static let exactLimit = 1 << 20
  /// How many are drawn then.
  public static let draws = 100_000

  /// The observed difference of the means, first group minus second.
  public let difference: Double
  /// The two-sided p-value.
  public let pValue: Double
  /// Which relabellings were tried.
  public let method: Method

  /// The smallest p-value that so many relabellings can give.
  public var smallestPValue: Double {
    switch method {
    case .exact(let count): min(1, 2 / Double(count))
    case .monteCarlo(let count): min(1, 2 / Double(count + 1))
    }
  }

  /// Tests whether the mean of `differences` is zero by flipping signs: 2ⁿ relabellings of n pairs.
  /// - Parameters:
  ///   - differences: One finite value a pair, first minus second.
  ///   - generator: Draws the flips above `exactLimit`.
  /// - Returns: NaN as p-value without pairs.
  public static func paired(
    _ differences: [Double], using generator: inout SeededGenerator
  ) -> PermutationTest {
    var tails = TailCounter(
      observed: differences.reduce(0, +), scale: differences.reduce(0) { $0 + $1.magnitude })
    let isExact = differences.count < Int.bitWidth - 2 && 1 << differences.count <= exactLimit
    if isExact {
      addAllFlips(of: differences[...], sum: 0, to: &tails)
    } else {
      for _ in 0..<draws {
        tails.add(differences.reduce(0) { $0 + (generator.next() >> 63 == 0 ? $1 : -$1) })
      }
    }
    return PermutationTest(
      difference: Statistics.mean(differences),
      pValue: differences.isEmpty ? .nan : tails.pValue(isExact: isExact),
      method: isExact ? .exact(tails.count) : .monteCarlo(draws))
  }

  /// Tests whether `first` and `second` have the same mean by dealing all values out anew:
  /// `(n + m)! / (n! m!)` relabellings.
  /// - Parameters:
  ///   - first: Finite values.
  ///   - second: Finite values.
  ///   - generator: Deals above `exactLimit`.
  /// - Returns: NaN as p-value if a group is empty.
  public static func twoSample(
    _ first: [Double], _ second: [Double], using generator: inout SeededGenerator
  ) -> PermutationTest {
    // The sum of the first group orders the relabellings as the difference of the means does; about
    // the common mean it is small, so that equal sums stay equal after rounding.
    let centre = Statistics.mean(first + second)
    var values = (first + second).map { $0 - centre }
    var tails = TailCounter(
      observed: values.prefix(first.count).reduce(0, +),
      scale: values.reduce(0) { $0 + $1.magnitude })
    let isExact = combinations(of: first.count, from: values.count) != nil
    if isExact {
      addAllChoices(of: first.count, from: values[...], sum: 0, to: &tails)
    } else {
      for _ in 0..<draws {
        tails.add(sumOfRandomChoice(of: first.count, from: &values, using: &generator))
      }
    }
    return PermutationTest(
      difference: Statistics.mean(first) - Statistics.mean(second),
      pValue: first.isEmpty || second.isEmpty ? .nan : tails.pValue(isExact: isExact),
      method: isExact ? .exact(tails.count) : .monteCarlo(draws))
  }

  private static func addAllFlips(
    of differences: ArraySlice<Double>, sum: Double, to tails: inout TailCounter
  ) {
    guard let next = differences.first else {
      tails.add(sum)
      return
    }
    addAllFlips(of: differences.dropFirst(), sum: sum + next, to: &tails)
    addAllFlips(of: differences.dropFirst(), sum: sum - next, to: &tails)
  }

  private static func addAllChoices(
    of count: Int, from values: ArraySlice<Double>, sum: Double, to tails: inout TailCounter
  ) {
    guard let next = values.first, count > 0 else {
      tails.add(sum)
      return
    }
    addAllChoices(of: count - 1, from: values.dropFirst(), sum: sum + next, to: &tails)
    if values.count > count {
      addAllChoices(of: count, from: values.dropFirst(), sum: sum, to: &tails)
    }
  }

  /// The first steps of a shuffle: each choice of `count` values is equally likely.
  private static func sumOfRandomChoice(
    of count: Int, from values: inout [Double], using generator: inout SeededGenerator
  ) -> Double {
    var sum = 0.0
    for index in 0..<count {
      values.swapAt(index, index + generator.nextIndex(below: values.count - index))
      sum += values[index]
    }
    return sum
  }

  /// The binomial coefficient, if it is within `exactLimit`.
  private static func combinations(of count: Int, from total: Int) -> Int? {
    var result = 1
    for index in 0..<min(count, total - count) {
      // Each product of consecutive numbers is divisible, and stays far below overflow.
      result = result * (total - index) / (index + 1)
      if result > exactLimit { return nil }
    }
    return result
  }
}

/// Counts how many relabelled sums lie on either side of the observed one; a tie counts on both.
private struct TailCounter {
  private let observed: Double
  private let tolerance: Double
  private(set) var count = 0
  private var below = 0
  private var above = 0

  /// - Parameter scale: The sum of the magnitudes, which bounds the rounding error of every sum.
  init(observed: Double, scale: Double) {
    self.observed = observed
    tolerance = 1e-13 * scale
  }

  mutating func add(_ sum: Double) {
    count += 1
    if sum <= observed + tolerance { below += 1 }
    if sum >= observed - tolerance { above += 1 }
  }

  func pValue(isExact: Bool) -> Double {
    let extra = isExact ? 0 : 1
    return min(1, 2 * Double(min(below, above) + extra) / Double(count + extra))
  }
}
