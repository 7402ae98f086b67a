import Randomness
import Foundation
import Reporting
import Testing

@Suite struct StatisticsTests {
  let scipy: SciPyValues

  init() throws {
    scipy = try SciPyValues.load()
  }

  @Test func quantilesOfStudentsTAreSciPys() {
    for triple in scipy.quantiles {
      let quantile = StudentT.quantile(triple[0], degreesOfFreedom: triple[1])
      #expect(
        agree(quantile, triple[2]), "p \(triple[0]), ν \(triple[1]): \(quantile), \(triple[2])")
    }
  }

  @Test(arguments: [
    (0, 3, -Double.infinity), (1, 3, .infinity), (0.5, 3, 0), (1.5, 3, .nan), (-0.1, 3, .nan),
    (.nan, 3, .nan), (0.5, 0, .nan), (0.5, .nan, .nan),
  ])
  func quantilesAtTheEdges(probability: Double, degrees: Double, expected: Double) {
    let quantile = StudentT.quantile(probability, degreesOfFreedom: degrees)
    #expect(quantile == expected || quantile.isNaN && expected.isNaN)
  }

  @Test func theQuantileOfOneDegreeIsCauchys() {
    for probability in stride(from: 0.01, to: 1, by: 0.01) {
      let cauchy = -1 / tan(.pi * probability)
      #expect(agree(StudentT.quantile(probability, degreesOfFreedom: 1), cauchy))
    }
  }

  @Test func summariesAreSciPys() throws {
    for expected in scipy.summaries {
      let summary = SampleSummary(expected.values)
      let interval = try #require(summary.interval)
      #expect(agree(summary.mean, expected.mean))
      #expect(agree(summary.standardDeviation, expected.sd))
      #expect(agree(interval.lowerBound, expected.low))
      #expect(agree(interval.upperBound, expected.high))
      #expect(summary.minimum == expected.values.min())
      #expect(summary.maximum == expected.values.max())
    }
  }

  @Test func nothingAndOneValueHaveNoSpread() {
    let nothing = SampleSummary([])
    #expect(nothing.count == 0 && nothing.mean.isNaN && nothing.minimum == nil)
    let one = SampleSummary([0.5])
    #expect(one.mean == 0.5 && one.standardDeviation.isNaN && one.interval == nil)
  }

  @Test func equalValuesHaveNoSpreadAtAll() {
    let summary = SampleSummary(Array(repeating: 0.1, count: 7))
    #expect(summary.mean == 0.1 && summary.standardDeviation == 0)
    #expect(summary.interval == 0.1...0.1)
  }

  @Test func aDivergedRunCannotHideInAMean() {
    let summary = SampleSummary([0.9, .nan, 0.8])
    #expect(summary.mean.isNaN && summary.standardDeviation.isNaN && summary.interval == nil)
    #expect(summary.nanCount == 1 && summary.minimum == 0.8 && summary.maximum == 0.9)
    let infinite = SampleSummary([0.9, .infinity])
    #expect(infinite.mean == .infinity && infinite.interval == nil)
  }

  @Test func holmsCorrectionIsRight() {
    for expected in scipy.holm {
      #expect(zip(HolmCorrection.adjusted(expected.p), expected.adjusted).allSatisfy(agree))
    }
    let withGap = HolmCorrection.adjusted([0.04, .nan, 0.01])
    #expect(withGap[0] == 0.04 && withGap[1].isNaN && withGap[2] == 0.02)
    #expect(HolmCorrection.adjusted([]).isEmpty)
  }

  @Test func effectSizesAreRight() {
    for expected in scipy.effects {
      #expect(agree(EffectSize.cohensD(expected.first, expected.second), expected.d))
      #expect(agree(EffectSize.hedgesG(expected.first, expected.second), expected.g))
    }
    #expect(EffectSize.pairedD([1, 2, 3]) == 2)
    #expect(EffectSize.pairedD([1, 1]) == .infinity)
    #expect(EffectSize.pairedD([0, 0]).isNaN)
    #expect(EffectSize.cohensD([1], [2, 3]).isNaN)
  }
}
