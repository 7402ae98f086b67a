import RunStore
import Testing

@testable import Reporting

@Suite struct MetricCurvesTests {
  private func curve(_ points: [(Double, Double)]) -> [LinePlot.Point] {
    points.map { .init($0.0, $0.1) }
  }

  @Test(arguments: [1 << 53, 1_795_622_373_000, 1_795_622_373_000_000_000, -(1 << 60), Int.max - 9])
  func stepsThatDoubleCannotTellApartAreDrawnApart(first: Int) {
    let points = (0..<9).map { MetricPoint(name: "m", step: first + $0, value: Double($0)) }
    let curves = MetricCurves([points])
    let places = curves.curves[0].map(\.x)
    #expect(zip(places, places.dropFirst()).allSatisfy { $1 - $0 == 1 } && places.count == 9)
    #expect(curves.horizontal.text(of: places[3]) == String(first + 3))
  }

  @Test func stepsFromEndToEndAreDrawn() {
    let points = [Int.min, 0, Int.max].map { MetricPoint(name: "m", step: $0, value: 1) }
    #expect(MetricCurves([points]).curves[0].map(\.x) == [-0x1p63, 0, 0x1p63])
  }

  @Test func aMeanOverRunsOfOtherStepsIsStraightBetweenThem() {
    let mean = MetricCurves.mean([
      curve([(0, 0), (10, 10)]), curve([(0, 2), (5, 2), (10, 2)]), curve([(5, 4)]),
    ])
    #expect(mean.points == curve([(0, 1), (5, 11 / 3.0), (10, 6)]))
    #expect(mean.counts.map(\.count) == [2, 3, 2] && mean.isInterpolated)
    #expect(mean.band.map(\.x) == [0, 5, 10])
  }

  @Test func aMeanOutlastsTheRunsThatEndEarly() {
    let mean = MetricCurves.mean([
      curve([(1, 1), (2, 1), (3, 1), (4, 1)]), curve([(1, 3), (2, 3)]),
      curve([(1, 2), (2, 2), (3, .nan), (4, 2)]),
    ])
    #expect(mean.points == curve([(1, 2), (2, 2), (3, 1), (4, 1)]))
    #expect(mean.counts.map(\.count) == [3, 1] && mean.counts.map(\.point.x) == [1, 3])
    #expect(mean.band.map(\.x) == [1, 2] && !mean.isInterpolated)
  }

  @Test func aMeanOfVeryManyStepsKeepsItsEnds() {
    let long = curve((0..<50_000).map { (Double($0), 1) })
    let mean = MetricCurves.mean([long, Array(long.prefix(12_345))], mostPlaces: 100)
    #expect(mean.points.count < 110 && mean.points.last?.x == 49_999)
    #expect(mean.points.contains { $0.x == 12_344 } && mean.counts.map(\.count) == [2, 1])
  }
}
