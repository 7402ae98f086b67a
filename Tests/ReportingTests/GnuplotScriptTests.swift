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
}
