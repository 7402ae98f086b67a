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

  @Test func aMeanSaysOnHowManyRunsItStands() throws {
    for (seed, losses) in [[3.0, 2, 1, 1], [4, 3]].enumerated() {
      try fixture.add("lenet", ["lr": 7, "seed": SQLValue(seed)], losses: losses)
    }
    let statistics = try GroupStatistics(
      runs(12, 13), by: ["lr"], over: "seed", metric: "val/loss", choice: .final)
    let plot = try lines(.metric("val/loss", of: statistics, in: fixture.database))
    #expect(plot.series.map(\.label) == ["lr 7 (n = 2, 1 from epoch 3)"])
    #expect(plot.series[0].points.map(\.y) == [3.5, 2.5, 1, 1])
    #expect(plot.series[0].remarks.map(\.text) == ["2", "1"])
  }

  @Test func fewExtremeGradientsSqueezeNoHeatMap() throws {
    var counts = Array(repeating: 0, count: 100)
    (counts[0], counts[49], counts[50]) = (1, 500, 499)
    let histograms = (0...9).map {
      HistogramRecord(
        epoch: $0, layer: "fc", quantity: .gradient, lower: -100, upper: 100, counts: counts)
    }
    try fixture.database.record(RunBatch(time: Date(), histograms: histograms), run: 1)
    let figure = try Figure.histogramsOverTime(ofRun: 1, quantity: .gradient, in: fixture.database)
    guard case .heatMap(let map)? = figure.panels.first else { throw FigureError.noRuns }
    #expect(map.title == "fc, 1st to 99th percentile")
    #expect(try #require(map.vertical.range).upperBound <= 2)
    for column in map.values { #expect((97...100).contains(column.reduce(0, +))) }
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

  /// What the triggers refuse, but older programs and connections without triggers let in.
  @Test func rowsThatCannotBeReadKeepNoneOfTheOthersBack() throws {
    let database = fixture.database
    try database.record(
      RunBatch(
        time: Date(),
        histograms: ["a", "b"].map {
          HistogramRecord(epoch: 0, layer: $0, quantity: .weight, lower: 0, upper: 1, counts: [3])
        }, predictions: [1, 2].map { PredictionRecord(row: $0, inputs: [0.5]) }), run: 1)
    let connection = try PlainConnection(path: fixture.path)
    try connection.execute(
      """
      DROP TRIGGER histograms_checked_update;
      DROP TRIGGER predictions_checked_update;
      UPDATE histograms SET counts = '[1' WHERE layer = 'a';
      UPDATE predictions SET inputs = '[1' WHERE row = 1;
      """)
    for (rows, kept, lost) in [
      (
        RunRows.histograms, "0,b,weight,0,0.0,1.0,3\n",
        "the weight histogram of a after epoch 0, step 0"
      ),
      (.predictions, "2,0.5,,,\n", "the prediction 1"),
    ] {
      var writer = TableWriter(.csv, to: "")
      let error = #expect(throws: RunStoreError.self) {
        try rows.write(ofRun: 1, in: database, to: &writer)
      }
      #expect(
        error?.localizedDescription
          == "Run 1 has rows that cannot be read, and that were left out: \(lost).")
      #expect(writer.output.hasSuffix(kept), "\(writer.output)")
    }
    for figure in [
      try Figure.histograms(ofRun: 1, quantity: .weight, in: database),
      try .histogramsOverTime(ofRun: 1, quantity: .weight, in: database),
    ] {
      #expect(figure.panels.count == 1 && figure.title.hasSuffix("left out as unreadable: 1"))
    }
    try connection.execute("UPDATE histograms SET counts = '[1'")
    #expect(throws: RunStoreError.self) {
      try Figure.histograms(ofRun: 1, quantity: .weight, in: database)
    }
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
    #expect(throws: FigureError.noLoss(run: 11)) {
      try Figure.losses(of: runs(11), in: database)
    }
    #expect(
      throws: FigureError.noHistograms(
        quantity: "weight", run: 1, epoch: 3, available: [])
    ) {
      try Figure.histograms(ofRun: 1, quantity: .weight, epoch: 3, in: database)
    }
    #expect(throws: FigureError.noPlane(run: 1)) { try Figure.planes(of: runs(1), in: database) }
    #expect(throws: FigureError.noRuns) { try Figure.losses(of: [], in: database) }
  }

  @Test(arguments: [
    (0.0, 0.0), (0, 5e-324), (-1e308, 1e308), (-Double.infinity, .infinity), (1e16, 1e16),
  ])
  func aHeatMapHasRoomForAnyBounds(lower: Double, upper: Double) throws {
    let histograms = [0, 1].map {
      HistogramRecord(
        epoch: $0, layer: "fc", quantity: .weight, lower: lower, upper: upper, counts: [0, 4])
    }
    try fixture.database.record(RunBatch(time: Date(), histograms: histograms), run: 1)
    let figure = try Figure.histogramsOverTime(ofRun: 1, quantity: .weight, in: fixture.database)
    guard case .heatMap(let map)? = figure.panels.first else { throw FigureError.noRuns }
    let range = try #require(map.vertical.range)
    #expect(range.lowerBound < range.upperBound && range.upperBound.isFinite)
    let canBeDrawn = upper - lower < 1 && upper - lower != 5e-324
    for column in map.values { #expect(column.reduce(0, +) == 100 || !canBeDrawn) }
    #expect(map.values.isEmpty == (upper > 1e300))
  }

  /// To count all values anew for each bin would take hours.
  @Test func aHistogramOfManyBinsIsDrawnOverTime() throws {
    let counts = Array(repeating: 1, count: 300_000)
    let histogram = HistogramRecord(
      epoch: 0, layer: "fc", quantity: .weight, lower: 0, upper: 1, counts: counts)
    try fixture.database.record(RunBatch(time: Date(), histograms: [histogram]), run: 1)
    let figure = try Figure.histogramsOverTime(ofRun: 1, quantity: .weight, in: fixture.database)
    guard case .heatMap(let map)? = figure.panels.first else { throw FigureError.noRuns }
    let share = 100.0 / 60
    #expect(map.values[0].allSatisfy { abs($0 - share) < 1e-6 })
  }

  @Test func aHeatMapOfEpochsFarApartHasFewColumns() throws {
    let epochs = [Int.min, -1, 0, 2_000_000_000, Int.max]
    let histograms = epochs.map {
      HistogramRecord(
        epoch: $0, layer: "fc", quantity: .weight, lower: 0, upper: 1, counts: [1, 1])
    }
    try fixture.database.record(RunBatch(time: Date(), histograms: histograms), run: 1)
    let figure = try Figure.histogramsOverTime(ofRun: 1, quantity: .weight, in: fixture.database)
    guard case .heatMap(let map)? = figure.panels.first else { throw FigureError.noRuns }
    #expect(map.values.count == 1_000)
    #expect(map.values.count { !$0[0].isNaN } == 3)
  }

  @Test func emptyAndEnormousTensorsAreNoKernels() throws {
    for shape in [[1_000_000_000, 1, 0, 0], [0, 1, 3, 3], [2, 0, 3, 3]] {
      let tensor = TensorRecord(name: "conv1.weight", shape: shape, values: [])
      let run = try fixture.add("odd", [:], losses: [1], snapshot: [tensor])
      #expect(throws: FigureError.noKernels(run: run, recipe: "odd")) {
        try Figure.kernels(ofRun: run, in: fixture.database)
      }
    }
    let many = TensorRecord(
      name: "conv1.weight", shape: [600, 1, 1, 1], values: Array(repeating: 1, count: 600))
    let run = try fixture.add("odd", [:], losses: [1], snapshot: [many])
    let figure = try Figure.kernels(ofRun: run, in: fixture.database)
    guard case .tiles(let plot)? = figure.panels.first else { throw FigureError.noRuns }
    #expect(plot.tiles.count == 512 && figure.title.hasPrefix("The first 512 filters of"))
  }

  @Test func aDeletedRunCannotBeComparedSideBySide() throws {
    let machine = Machine(host: "nowhere", bootID: nil, isProcessAlive: { _ in false })
    try fixture.database.deleteRun(2, seenFrom: machine, at: Date())
    #expect(throws: RunStoreError.noSuchRun(selector: "2")) {
      try RunComparison(
        of: [1, 2], in: fixture.database, showsAllParameters: true, seenFrom: machine, at: Date())
    }
  }

  @Test func rowsWithDifferentNumbersOfInputsShareAColumn() throws {
    let rows = [
      PredictionRecord(row: 0, inputs: [1, .nan]), PredictionRecord(row: 1, inputs: [2], target: 3),
    ]
    try fixture.database.record(RunBatch(time: Date(), predictions: rows), run: 1)
    let table = Table.predictions(try fixture.database.predictions(ofRun: 1))
    #expect(
      table.formatted(as: .csv)
        == "row,inputs,target,s,y\n0,\"[1.0, nan]\",,,\n1,[2.0],3.0,,\n")
  }

  @Test func aLongCellDoesNotFillTheOthersWithBlanks() {
    let table = Table(
      columns: ["a", "b"],
      rows: [["short", 1], [.text(String(repeating: "x", count: 100_000)), 2]])
    #expect(table.formatted(as: .text).utf8.count < 110_000)
  }
}
