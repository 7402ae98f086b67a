import Foundation
import Reporting
import RunStore
import TestSupport
import Testing

/// The figures that are made from the runs of a file; how figures are drawn is tested elsewhere.
@Suite struct FigureTests {
  private let fixture: ComparisonFixture

  init() throws { fixture = try .sweep() }

  private func runs(_ ids: Int...) throws -> [ComparedRun] {
    try fixture.database.comparedRuns(ids, metrics: nil)
  }

  private func lines(_ figure: Figure) throws -> LinePlot {
    guard case .lines(let plot)? = figure.panels.first else { throw FigureError.noRuns }
    return plot
  }

  @Test func aLegendNamesWhatDiffers() throws {
    let plot = try lines(.metric("val/loss", of: runs(1, 4), in: fixture.database))
    #expect(plot.series.map(\.label) == ["lr 0.01", "lr 0.1"])
    #expect(plot.horizontal.label == "epoch")
    #expect(plot.series[0].points.map(\.x) == [1, 2, 3, 4])
    let single = try lines(.losses(of: runs(4), in: fixture.database, scale: .logarithmic))
    #expect(single.series.map(\.label) == ["val"] && single.vertical.scale == .logarithmic)
  }

  @Test func aBandIsTheIntervalOfTheMean() throws {
    let statistics = try GroupStatistics(
      runs(4, 5, 6), by: ["lr"], over: "seed", metric: "val/loss", choice: .final)
    let plot = try lines(.metric("val/loss", of: statistics, in: fixture.database))
    #expect(plot.series.map(\.label) == ["lr 0.1 (n = 3)"])
    let summary = SampleSummary(statistics.groups[0].values)
    let last = try #require(plot.series[0].band.last)
    #expect(plot.series[0].points.last?.y == summary.mean)
    #expect(
      last.lower == summary.interval?.lowerBound && last.upper == summary.interval?.upperBound)
  }

  @Test func aMetricWithSeveralPointsAnEpochRunsOverSteps() throws {
    let points = (1...4).map { MetricPoint(name: "m", step: $0, epoch: 1, value: Double($0)) }
    try fixture.database.record(RunBatch(time: Date(), metrics: points), run: 1)
    let plot = try lines(.metric("m", of: runs(1), in: fixture.database))
    #expect(plot.horizontal.label == "step" && plot.series[0].points.count == 4)
  }

  @Test func histogramsOfOneValueAndOverTimeKeepEveryCount() throws {
    func histogram(_ epoch: Int, _ lower: Double, _ upper: Double, _ counts: [Int])
      -> HistogramRecord
    {
      HistogramRecord(
        epoch: epoch, layer: "fc", quantity: .gradient, lower: lower, upper: upper, counts: counts,
        minimum: lower, maximum: upper)
    }
    try fixture.database.record(
      RunBatch(
        time: Date(),
        histograms: [histogram(0, 0, 0, [7]), histogram(1, -1, 2, [1, 2, 3])]), run: 1)
    let zero = try Figure.histograms(
      ofRun: 1, quantity: .gradient, epoch: 0, in: fixture.database)
    guard case .histogram(let plot) = zero.panels[0] else { throw FigureError.noRuns }
    #expect(plot.counts.reduce(0, +) == 7 && plot.lower < 0 && plot.upper > 0)
    #expect(plot.note == "all 7 values are 0")
    let overTime = try Figure.histogramsOverTime(
      ofRun: 1, quantity: .gradient, in: fixture.database)
    guard case .heatMap(let map) = overTime.panels[0] else { throw FigureError.noRuns }
    #expect(map.values.count == 2)
    for column in map.values { #expect(agree(column.reduce(0, +), 100)) }
    #expect(map.horizontal.range == -0.5...1.5 && map.vertical.range == -1...2)
  }

  @Test func kernelsAreTheFirstConvolutions() throws {
    let tensor = TensorRecord(name: "conv1.weight", shape: [2, 1, 1, 2], values: [1, 2, 3, 4])
    let run = try fixture.add("lenet", [:], losses: [1], snapshot: [tensor])
    let figure = try Figure.kernels(ofRun: run, in: fixture.database)
    guard case .tiles(let plot) = figure.panels[0] else { throw FigureError.noRuns }
    #expect(plot.tiles.map(\.values) == [[[1, 2]], [[3, 4]]])
    #expect(plot.tiles.map(\.label) == ["1 from 1", "2 from 1"])
  }

  @Test func parallelAxesSpaceRatesByTheirRatios() throws {
    let figure = try Figure.parallel(
      runs(1, 4, 7, 10, 11), parameters: ["lr", "seed"], metric: "val/loss", choice: .best)
    guard case .parallel(let plot) = figure.panels[0] else { throw FigureError.noRuns }
    #expect(plot.dimensions.map(\.scale) == [.logarithmic, .linear, .linear])
    #expect(plot.runs.count == 4)
  }

  @Test func whatIsNotThereIsSaid() throws {
    let database = fixture.database
    #expect(throws: FigureError.noMetric("x", run: 1)) {
      try Figure.metric("x", of: runs(1), in: database)
    }
    #expect(throws: FigureError.noMetric("train/loss", run: 11)) {
      try Figure.losses(of: runs(11), in: database)
    }
    #expect(throws: FigureError.noHistograms(quantity: "weight", run: 1, epoch: 3)) {
      try Figure.histograms(ofRun: 1, quantity: .weight, epoch: 3, in: database)
    }
    #expect(throws: FigureError.noPlane(run: 1)) { try Figure.planes(of: runs(1), in: database) }
    #expect(throws: FigureError.noRuns) { try Figure.losses(of: [], in: database) }
  }
}
