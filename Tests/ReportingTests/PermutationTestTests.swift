import Randomness
import Reporting
import Testing

@Suite struct PermutationTestTests {
  let scipy: SciPyValues

  init() throws {
    scipy = try SciPyValues.load()
  }

  @Test func exactPairedTestsAreSciPys() {
    var generator = SeededGenerator(seed: 1)
    for expected in scipy.paired {
      let test = PermutationTest.paired(expected.differences, using: &generator)
      #expect(agree(test.pValue, expected.p))
      #expect(agree(test.difference, expected.mean))
      #expect(test.method == .exact(1 << expected.differences.count))
    }
    #expect(generator == SeededGenerator(seed: 1), "An exact test draws nothing.")
  }

  @Test func exactTwoSampleTestsAreSciPys() {
    var generator = SeededGenerator(seed: 1)
    for expected in scipy.twoSample {
      let test = PermutationTest.twoSample(expected.first, expected.second, using: &generator)
      #expect(agree(test.pValue, expected.p), "\(test), SciPy \(expected.p)")
      #expect(agree(test.difference, expected.difference))
    }
    #expect(generator == SeededGenerator(seed: 1), "An exact test draws nothing.")
  }

  @Test func threePairsOfOneSignReachAQuarter() {
    var generator = SeededGenerator(seed: 1)
    let test = PermutationTest.paired([0.1, 0.2, 0.1], using: &generator)
    #expect(test.pValue == 0.25 && test.method == .exact(8))
  }

  @Test func equalGroupsHaveThePValueOne() {
    var generator = SeededGenerator(seed: 1)
    #expect(PermutationTest.paired([0, 0, 0], using: &generator).pValue == 1)
    #expect(PermutationTest.twoSample([1, 1, 1], [1, 1, 1], using: &generator).pValue == 1)
  }

  @Test func emptyGroupsHaveNoPValue() {
    var generator = SeededGenerator(seed: 1)
    #expect(PermutationTest.paired([], using: &generator).pValue.isNaN)
    #expect(PermutationTest.twoSample([], [1], using: &generator).pValue.isNaN)
  }

  @Test func manyPairsAreDrawnAndComeNearTheNormalApproximation() {
    // 25 pairs of ±1, 17 of them +1: the exact p-value is that of the sign test, 0.1078 (binomial).
    let differences = Array(repeating: 1.0, count: 17) + Array(repeating: -1, count: 8)
    var generator = SeededGenerator(seed: 1)
    let test = PermutationTest.paired(differences, using: &generator)
    #expect(test.method == .monteCarlo(PermutationTest.draws))
    #expect((test.pValue - 0.107_8).magnitude < 0.004)
    var again = SeededGenerator(seed: 1)
    #expect(PermutationTest.paired(differences, using: &again) == test)
  }

  @Test func manyValuesAreDealtAndComeNearTheExactTest() {
    // 13 ones of 26 in both groups together, 9 in the first: Fisher's exact test gives 0.1152.
    let first = Array(repeating: 1.0, count: 9) + Array(repeating: 0, count: 4)
    let second = Array(repeating: 1.0, count: 4) + Array(repeating: 0, count: 9)
    var generator = SeededGenerator(seed: 2)
    let test = PermutationTest.twoSample(first, second, using: &generator)
    #expect(test.method == .monteCarlo(PermutationTest.draws))
    #expect((test.pValue - 0.115_2).magnitude < 0.004)
  }
}
