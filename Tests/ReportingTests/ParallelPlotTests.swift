import RunStore
import Testing

@testable import Reporting

@Suite struct ParallelPlotTests {
  private func scale(_ values: [SQLValue?], partsOutliers: Bool = false) -> DimensionScale {
    DimensionScale(values, .init("d", partsOutliers: partsOutliers))
  }

  @Test func numbersBesideAWordStandBySize() {
    let scale = scale([8, 16, 128, "auto", 9, 100])
    let places = [8, 9, 16, 100, 128, "auto"].map { scale.place($0) }
    #expect(places == places.sorted() && places.first == 0 && places.last == 1)
    #expect(scale.marks(atMost: 30).contains { $0.label == "128" && $0.place == places[4] })
  }

  @Test func noneAndWhatIsNotSetHavePlacesOfTheirOwn() {
    let scale = scale([1, 2, nil, .null, .real(.nan), ""])
    #expect(scale.slots == ["nan/inf", "none", "not set"])
    let places = [.real(.infinity), .null, nil].map { scale.place($0) }
    #expect(places.allSatisfy { $0 < 0 } && Set(places).count == 3)
    #expect(scale.place("") == 1 && scale.marks(atMost: 30).contains { $0.label == "''" })
  }

  @Test func anOutlierSqueezesNoScale() {
    let scale = scale([0.1, 0.2, 0.3, 0.25, 0.15, 1e30], partsOutliers: true)
    #expect(scale.range == 0.1...0.3 && scale.slots == ["> 0.3"] && scale.place(1e30) < 0)
    #expect(scale.share(1e30) == 1)
  }

  @Test func textThatLooksLikeANumberIsToldFromIt() {
    let scale = scale([1, 2, "1", "none", .null])
    let labels = scale.marks(atMost: 30).map(\.label)
    #expect(labels == ["1", "2", "'1'", "'none'", "none"])
    #expect(Set([1, "1", "none", .null].map { scale.place($0) }).count == 4)
  }

  @Test func aFiniteNumberThatNoAxisHoldsStandsBesideNoInfinity() {
    let large = Double.greatestFiniteMagnitude
    let scale = scale([.real(-large), 0.1, 0.2, .real(large), .real(.infinity)])
    #expect(scale.slots == ["< 0.1", "> 0.2", "nan/inf"])
    #expect(Set([-large, large, .infinity].map { scale.place(.real($0)) }).count == 3)
    #expect([-large, large].map { scale.share(.real($0)) } == [0, 1])
    let small = DimensionScale([1e-300, 0.1, 1], .init("d", scale: .logarithmic))
    #expect(small.slots == ["< 0.1"] && small.place(1e-300) < 0)
  }

  @Test func wordsStandInTheirOrderAndSomeAreLeftOutOfVeryMany() {
    let scale = scale((1...1_000).map { .text("run\($0)") })
    #expect(scale.place("run2") < scale.place("run10"))
    #expect((10...20).contains(scale.marks(atMost: 20).count))
  }

  @Test func theParametersThatExplainMostAreShown() throws {
    let fixture = try ComparisonFixture.sweep()
    let runs = try (0..<40).map { index in
      let isA = index % 2 == 0
      let parameters: [String: SQLValue] = [
        "deep": SQLValue(index % 10), "kind": .text(isA ? "a" : "b"), "name": .text("n\(index)"),
        "noise": SQLValue(index * 7 % 40), "x1": SQLValue(index * 13 % 40),
      ]
      return try fixture.add("many", parameters, losses: [Double(index % 10 + (isA ? 0 : 5))])
    }
    let compared = try fixture.database.comparedRuns(runs, metrics: ["val/loss"])
    let figure = try Figure.parallel(
      compared, parameters: ["deep", "kind", "name", "noise", "x1"], metric: "val/loss",
      choice: .final, most: 2)
    guard case .parallel(let plot)? = figure.panels.first else { throw FigureError.noRuns }
    #expect(plot.dimensions.map(\.label) == ["deep", "kind", "val/loss"])
    #expect(figure.title.hasSuffix("the 2 of 5 parameters that explain most"))
    #expect(plot.goal == .minimum)
  }

  @Test func tenThousandRunsAreAFewElements() {
    let plot = ParallelPlot(
      dimensions: [.init("a"), .init("b")],
      runs: (0..<10_000).map { [.integer($0), .integer($0 * 7 % 10_000)] })
    let figure = Figure(title: "many", .parallel(plot))
    #expect(GnuplotScript(figure, as: .svg).text.matches(of: #/ with lines /#).count < 40)
    #expect(GnuplotScript(figure, as: .png).text.hasPrefix("set terminal pngcairo size 800,500 "))
  }
}
