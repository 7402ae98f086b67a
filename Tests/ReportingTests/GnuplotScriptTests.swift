import Foundation
import Reporting
import TestSupport
import Testing

@Suite struct GnuplotScriptTests {
  @Test(arguments: SampleFigures.all.map(\.name))
  func everyKindOfFigureHasItsScript(name: String) throws {
    let figure = try #require(SampleFigures.all.first { $0.name == name }).figure
    try expectGolden(GnuplotScript(figure, as: .svg).text, "plots/\(name).gnuplot")
    let terminal = GnuplotScript(figure, as: .terminal(columns: 80, rows: 24)).text
    try expectGolden(terminal, "plots/\(name).terminal.gnuplot")
  }

  @Test func formatsDifferInTheirFirstLineOnly() {
    let scripts = [PlotFormat.svg, .png, .pdf].map { format in
      GnuplotScript(SampleFigures.losses, as: format).text.split(separator: "\n").dropFirst()
    }
    #expect(scripts[0] == scripts[1] && scripts[1] == scripts[2])
  }

  @Test(
    arguments: [
      ("svg", .svg), ("PNG", .png), ("pdf", .pdf), ("jpg", nil), ("", nil),
    ] as [(String, PlotFormat?)])
  func theExtensionSaysTheFormat(fileExtension: String, format: PlotFormat?) {
    #expect(PlotFormat(fileExtension: fileExtension) == format)
  }

  private func script(
    _ series: [LinePlot.Series], as format: PlotFormat = .svg, scale: Axis.Scale = .linear
  ) -> String {
    let plot = LinePlot(
      horizontal: Axis("epoch", isWhole: true), vertical: Axis("loss", scale: scale), series: series
    )
    return GnuplotScript(Figure(title: "t", .lines(plot)), as: format).text
  }

  private func points(_ values: [Double]) -> [LinePlot.Point] {
    values.enumerated().map { .init(Double($0), $1) }
  }

  @Test(
    arguments: [
      [2, 3, 1e6, 1e30], [2, 1e300], [2, 3, .infinity], [2, -1e9], [2, 1, 90, 100],
    ] as [[Double]])
  func aRunThatDivergesSqueezesNoScale(values: [Double]) throws {
    let healthy = (1...3).map { LinePlot.Series("\($0)", points: points([2.5, 1, 0.5])) }
    let text = script(healthy + [LinePlot.Series("wild", points: points(values))])
    let range = try #require(text.firstMatch(of: #/set yrange \[(\S+):(\S+)\]/#))
    #expect(try #require(Double(range.1)) >= -1 && #require(Double(range.2)) < 10)
  }

  @Test func aRunThatExplodesAloneShowsHowItCameToIt() throws {
    let text = script([
      LinePlot.Series("a", points: points([2.3, 2, 1.8, 1.7, 1.6, 1.5, 9, 1e9, 1e20]))
    ])
    let range = try #require(text.firstMatch(of: #/set yrange \[(\S+):(\S+)\]/#))
    #expect(try #require(Double(range.2)) < 20)
    #expect(text.contains("× above"))
    // What only falls has not exploded.
    let falling = script([LinePlot.Series("a", points: points((0..<99).map { exp(-Double($0)) }))])
    #expect(falling.contains("set yrange [0:1.05]"))
  }

  @Test func whereThereIsNothingThereIsNoScale() {
    let text = script([LinePlot.Series("a", points: points([.nan]))])
    #expect(text.contains("unset xtics\n") && text.contains("unset ytics\n"))
  }

  @Test func aPlaneFarFromTheDataSqueezesNoScale() throws {
    let axis = Axis("x")
    let plot = SpacePlot(
      x: axis, y: axis, z: axis, pointLabel: "data",
      points: [.init(0, 0, 1), .init(1, 1, 2)],
      planes: [
        .init("near", offset: 0, slopeX: 1, slopeY: 1),
        .init("wild", offset: 0, slopeX: 1e200, slopeY: 1),
      ])
    let text = GnuplotScript(Figure(title: "t", .space(plot)), as: .svg).text
    #expect(text.contains("set zrange [0:2]"))
    #expect(text.contains("title \"wild (far from the data, not shown)\""))
  }

  @Test func runsThatDifferByLessAreDrawnWhole() throws {
    let text = script([
      LinePlot.Series("a", points: points([1, 2])), LinePlot.Series("b", points: points([2, 19])),
    ])
    let range = try #require(text.firstMatch(of: #/set yrange \[(\S+):(\S+)\]/#))
    #expect(try #require(Double(range.2)) > 19)
  }

  /// Nor one that has diverged before its first point.
  @Test func aRunThatStartsFarBeyondSqueezesNoScale() throws {
    let text = script([
      LinePlot.Series("a", points: points([2, 1])),
      LinePlot.Series("b", points: points([1e20, 1e30, .infinity])),
    ])
    let range = try #require(text.firstMatch(of: #/set yrange \[(\S+):(\S+)\]/#))
    #expect(try #require(Double(range.2)) < 10)
  }

  /// A curve that is larger than others from the start, or beside one that stays at 0, does not explode.
  @Test(arguments: [([0, 0], [0, 0.8]), ([1, 1], [500, 400]), ([0.001, 0.002], [0, 0.6])])
  func aLargerCurveIsDrawnWhole(small: [Double], large: [Double]) throws {
    let text = script([
      LinePlot.Series("a", points: points(small)), LinePlot.Series("b", points: points(large)),
    ])
    let range = try #require(text.firstMatch(of: #/set yrange \[(\S+):(\S+)\]/#))
    #expect(try #require(Double(range.2)) > large[0] && !text.contains("not shown"))
  }

  /// The number of the colour bar stands within the picture, and so does what it is of.
  @Test(arguments: [(0.123456789, "set rmargin 18"), (0.5, "")])
  func aConstantMetricIsReadInFull(value: Double, margin: String) {
    let plot = ParallelPlot(
      dimensions: [.init("lr"), .init("val/loss")],
      runs: [0.1, 0.2].map { [.real($0), .real(value)] },
      goal: .minimum)
    let text = GnuplotScript(Figure(title: "t", .parallel(plot)), as: .png).text
    #expect(text.contains("set cbtics (\"\(value)\""))
    #expect(margin.isEmpty ? !text.contains("rmargin") : text.contains(margin))
  }

  @Test func moreThanADozenRunsHaveNoLegendOfNames() {
    func text(_ count: Int) -> String {
      script(
        (0..<count).flatMap { run in
          ["train", "val"].map { (word: String) in
            LinePlot.Series(
              "run \(run), \(word)", points: points([2, 1]), family: run,
              stroke: word == "train" ? .solid : .dashed, member: word)
          }
        })
    }
    #expect(text(12).contains("title \"run 11, val\""))
    let crowd = text(1_000)
    #expect(!crowd.contains("run 11") && crowd.contains("title \"val\""))
    #expect(crowd.matches(of: #/ with /#).count == 4)
  }

  @Test(arguments: [PlotFormat.svg, .terminal(columns: 80, rows: 24)])
  func aBandIsDrawnAtASinglePoint(format: PlotFormat) {
    let text = script(
      [
        LinePlot.Series(
          "a", points: points([1, 2, 3, 4]),
          band: [0, 1, 3].map { .init($0, lower: 0, upper: 5) })
      ], as: format)
    #expect(text.contains("\n3 2.5 0 5\n") && text.contains("with yerrorbars"))
    #expect(text.contains("\n0 0 5\n1 0 5\nEND\n"))
  }

  @Test func aBandThatReachesBelowALogarithmicAxisIsCutThere() {
    let text = script(
      [
        LinePlot.Series(
          "a", points: points([1, 2]), band: [0, 1].map { .init($0, lower: -1, upper: 5) })
      ], scale: .logarithmic)
    #expect(text.contains("with filledcurves"))
  }

  @Test(.slow) func aMillionPointsAreDrawnAsWhatIsToBeSeen() {
    let series = LinePlot.Series("a", points: points((0..<1_000_000).map { Double($0 % 1_000) }))
    #expect(script([series]).utf8.count < 200_000)
    #expect(script([series], as: .terminal(columns: 80, rows: 24)).utf8.count < 20_000)
  }

  @Test func numbersAreWrittenInFull() {
    let series = LinePlot.Series("a", points: points([0.1 + 0.2, 1 / 3.0, 5e-324, -0.5]))
    let text = script([series])
    for number in ["0.30000000000000004", "0.3333333333333333", "5e-324", "-0.5"] {
      #expect(text.contains(" \(number)\n"))
    }
  }
}
