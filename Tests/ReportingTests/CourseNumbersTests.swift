import Testing

@testable import Reporting

/// The numbers that the course's report works out itself.
@Suite struct CourseNumbersTests {
  /// Three rows; the largest eigenvalue of R is NumPy's, by `linalg.eigvalsh`. The growth is the largest modulus that `linalg.eigvals` gives for
  /// the product of the three maps.
  private let stability = LMSStability(rows: [[1, 1, 2], [1, -2, -1], [1, 2, 2]])

  @Test func theBoundOfTheAveragedStepIsNumPys() {
    let expected = 5.851422638704747
    #expect(abs(stability.largestEigenvalue - expected) < 1e-9 * expected)
    #expect(abs(stability.averagedRate - 2 / expected) < 1e-9)
  }

  @Test(arguments: [
    (0.01, 0.9983831335762334), (0.1, 0.9754681874313291), (0.3, 1.1413313508073877),
    (0.5, 4.082735759842783),
  ])
  func theGrowthOfAnEpochIsNumPys(rate: Double, expected: Double) {
    #expect(abs(stability.growth(rate: rate) - expected) < 1e-7 * expected)
  }

  @Test func theRowRateIsWhereAnEpochKeepsTheDistance() {
    let rate = stability.rowRate
    #expect(rate > 0 && rate <= stability.averagedRate)
    #expect(stability.growth(rate: rate * 0.999) < 1)
    #expect(rate == stability.averagedRate || stability.growth(rate: rate * 1.001) > 1)
  }

  /// SciPy: `binomtest(11, 20).proportion_ci(method="wilson")`.
  @Test func theIntervalOfAShareIsSciPys() {
    let interval = WilsonInterval(11, of: 20)
    #expect(abs(interval.lower - 0.34208534245034233) < 1e-9)
    #expect(abs(interval.upper - 0.7418021417443759) < 1e-9)
    #expect(WilsonInterval(0, of: 0).lower == 0)
  }

  @Test func aContourHasTheSameErrorEverywhere() {
    let bowl = ErrorBowl(minimum: [0.5, 1, -2], stability: stability)
    for point in bowl.contour(height: 3) {
      #expect(abs(bowl.height([0.5, point.x, point.y]) - 3) < 1e-9)
    }
  }
}
