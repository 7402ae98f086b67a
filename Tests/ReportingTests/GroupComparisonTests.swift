import Randomness
import Reporting
import Testing

@Suite struct GroupComparisonTests {
  private func group(_ values: [Double], seeds: [Int64?]) -> [GroupComparison.Observation] {
    zip(seeds, values).map { GroupComparison.Observation(seed: $0, value: $1) }
  }

  private func compare(
    _ first: [GroupComparison.Observation], _ second: [GroupComparison.Observation]
  ) -> GroupComparison {
    var generator = SeededGenerator(seed: 1)
    return GroupComparison(first, second, using: &generator)
  }

  @Test func matchingSeedsArePairedInAnyOrder() {
    let comparison = compare(
      group([0.5, 0.75, 0.25], seeds: [1, 2, 3]), group([0, 0, 0.25, 0.9], seeds: [3, 1, 2, 7]))
    #expect(comparison.design == .paired(pairs: 3, unpaired: 1))
    #expect(agree(comparison.difference, (0.5 + 0.5 + 0.25) / 3))
    guard case .tested(let test) = comparison.outcome else {
      Issue.record("No test: \(comparison.outcome)")
      return
    }
    #expect(test.pValue == 0.25)
  }

  @Test(arguments: [[1, 2, 4], [1, 1, 2], [1, 2, nil]] as [[Int64?]])
  func otherSeedsMakeTwoSamples(seeds: [Int64?]) {
    let comparison = compare(
      group([1, 2, 3], seeds: seeds), group([1, 2, 3.5], seeds: [1, 2, 3]))
    #expect(comparison.design == .twoSample(3, 3))
    #expect(agree(comparison.difference, -0.5 / 3))
  }

  @Test(arguments: [(2, 1), (1, 2)])
  func fewSeedsGetNoPValue(count: Int, missing: Int) {
    let few = Array(group([1, 2], seeds: [1, 2]).prefix(count))
    let many = group([1, 2, 3, 4], seeds: [1, 2, 3, 4])
    #expect(compare(few, many).outcome == .needsMoreSeeds(missing))
    #expect(compare(few, []).outcome == .needsMoreSeeds(3))
  }

  @Test func aDivergedRunPreventsTheTest() {
    let comparison = compare(
      group([1, .nan, 3], seeds: [1, 2, 3]), group([1, 2, 3], seeds: [1, 2, 3]))
    #expect(comparison.outcome == .notFinite && comparison.difference.isNaN)
  }

  /// Differences that are equal but for rounding have no spread to measure by.
  @Test func aSpreadThatIsOnlyRoundingGivesNoEffectSize() {
    let base = [0.1, 0.2, 0.3, 0.7]
    let shifted = compare(
      group(base.map { $0 + 0.1 }, seeds: [1, 2, 3, 4]), group(base, seeds: [1, 2, 3, 4]))
    #expect(shifted.effectSize == nil)
    let constant = compare(
      group([1, 1, 1], seeds: [nil, nil, nil]), group([2, 2, 2], seeds: [nil, nil, nil]))
    #expect(constant.effectSize == nil && constant.difference == -1)
  }
}
