import Foundation
import Randomness
import Reporting
import Subprocess
import TestSupport
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// The texts of a picture, as an XML parser reads them.
private final class DrawnText: NSObject, XMLParserDelegate {
  private(set) var texts: [String] = []
  private var current: String?

  init(ofSVG picture: [UInt8]) throws {
    super.init()
    let parser = XMLParser(data: Data(picture))
    parser.delegate = self
    guard parser.parse() else { throw parser.parserError ?? CocoaError(.fileReadCorruptFile) }
  }

  func parser(
    _ parser: XMLParser, didStartElement element: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String]
  ) {
    if element == "text" { current = "" }
  }

  func parser(_ parser: XMLParser, foundCharacters characters: String) {
    current? += characters
  }

  func parser(
    _ parser: XMLParser, didEndElement element: String, namespaceURI: String?,
    qualifiedName: String?
  ) {
    guard element == "text", let text = current else { return }
    texts.append(text)
    current = nil
  }
}

@Suite struct GnuplotTests {
  static func isGnuplotThere() async -> Bool {
    let result = try? await run(.name("gnuplot"), arguments: ["--version"], output: .discarded)
    return result?.terminationStatus.isSuccess ?? false
  }

  @Test(
    .enabled("gnuplot is missing", isGnuplotThere),
    arguments: TestScope.some(SampleFigures.all.map(\.name)))
  func everyKindOfFigureIsDrawn(name: String) async throws {
    let figure = try #require(SampleFigures.all.first { $0.name == name }).figure
    let folder = try TemporaryFolder()
    for (fileExtension, magic) in [("svg", "<?xml"), ("png", "\u{FFFD}PNG"), ("pdf", "%PDF")] {
      let path = folder.path("figure.\(fileExtension)")
      try await Gnuplot().render(figure, toFile: path)
      let bytes = try #require(FileManager.default.contents(atPath: path))
      #expect(String(decoding: bytes.prefix(8), as: UTF8.self).hasPrefix(magic))
    }
  }

  @Test(.enabled("gnuplot is missing", isGnuplotThere), arguments: [(80, 24), (40, 12), (200, 60)])
  func figuresFitTheTerminal(columns: Int, rows: Int) async throws {
    for (name, figure) in SampleFigures.all {
      let format = PlotFormat.terminal(columns: columns, rows: rows)
      let picture = String(decoding: try await Gnuplot().render(figure, as: format), as: UTF8.self)
      let lines = picture.split(separator: "\n", omittingEmptySubsequences: false)
      #expect(lines.allSatisfy { $0.count <= columns }, "\(name) is too wide")
      // Several panels, tiles, and curves in a tiny terminal run on over more lines.
      let isOnePage = figure.panels.count == 1 && name != "kernels" && rows >= 24
      if isOnePage { #expect(lines.count <= rows, "\(name) is too high") }
      #expect(picture.contains(figure.title.prefix(15)), "\(name) has no title")
    }
  }

  @Test(.enabled("gnuplot is missing", isGnuplotThere), arguments: SampleFigures.all.map(\.name))
  func aTerminalWithColoursShowsTheSameText(name: String) async throws {
    let figure = try #require(SampleFigures.all.first { $0.name == name }).figure
    func drawn(_ colours: PlotFormat.Colours) async throws -> String {
      let format = PlotFormat.terminal(columns: 80, rows: 24, colours: colours)
      return String(decoding: try await Gnuplot().render(figure, as: format), as: UTF8.self)
    }
    let plain = try await drawn(.none)
    #expect(!plain.contains("\u{1B}"))
    for colours in [PlotFormat.Colours.eight, .many] {
      let coloured = try await drawn(colours)
      let text = coloured.replacing(#/\u{1B}\[[0-9;]*m/#, with: "")
      // gnuplot draws lines with other signs where it has colours.
      #expect(
        text.filter { $0.isLetter || $0.isNumber } == plain.filter { $0.isLetter || $0.isNumber })
      #expect(text.count { $0 == "\n" } == plain.count { $0 == "\n" })
      // Every line ends as it began.
      for line in coloured.split(separator: "\n") {
        let codes = line.matches(of: #/\u{1B}\[[0-9;]*m/#).map(\.output)
        #expect(codes.isEmpty || codes.last == "\u{1B}[0;39m")
      }
    }
    if name == "losses" { #expect(try await drawn(.many).contains("\u{1B}[38;5;")) }
  }

  @Test(.enabled("gnuplot is missing", isGnuplotThere))
  func aNameWithCodesColoursNoTerminal() async throws {
    let code = "\u{1B}[31;5m"
    let plot = LinePlot(
      horizontal: Axis(code), vertical: Axis(code),
      series: [LinePlot.Series(code, points: [.init(1, 1), .init(2, 2)])])
    let picture = try await Gnuplot().render(
      Figure(title: code, .lines(plot)),
      as: .terminal(columns: 80, rows: 24, colours: .many))
    let text = String(decoding: picture, as: UTF8.self)
    #expect(text.contains("\\u{1B}[31;5m") && !text.contains(code))
  }

  @Test(.enabled("gnuplot is missing", isGnuplotThere))
  func aCharacterThatNoFontHasCoversNoPicture() async throws {
    func size(_ title: String) async throws -> Int {
      try await Gnuplot().render(Figure(title: title, SampleFigures.histogram.panels[0]), as: .png)
        .count
    }
    // The number of a character that is none would be drawn over all, which compresses badly.
    #expect(try await size("run \u{10FFFD}") < size("run ?") + 1_000)
  }

  @Test(.enabled("gnuplot is missing", isGnuplotThere), arguments: TestScope.some(Array(1...3)))
  func noTextBecomesACommand(seed: UInt64) async throws {
    let folder = try TemporaryFolder()
    let trap = folder.path("trap")
    let fragments = [
      "'", "\"", "`", "\\", "\n", "\0", "%", "@", "$", "{", "}", "#", ";", "日本", "<b>&", "$(",
      "`touch \(trap)`", "system('touch \(trap)')", "\"; system(\"touch \(trap)\"); \"", "END\n",
    ]
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<10 {
      func text() -> String {
        (0..<4).map { _ in fragments[generator.nextIndex(below: fragments.count)] }.joined()
      }
      let series = LinePlot.Series(text(), points: [.init(1, 1), .init(2, .nan)])
      let plot = LinePlot(
        horizontal: Axis(text(), unit: text()), vertical: Axis(text()), series: [series])
      let parallel = ParallelPlot(
        dimensions: [.init(text()), .init(text())],
        runs: [[.text(text()), 1], [.text(text()), 2]])
      let tiles = TilePlot(
        tiles: [.init(text(), values: [[1]])], columns: 1, shade: Axis(text()))
      let figure = Figure(
        title: text(), panels: [.lines(plot), .parallel(parallel), .tiles(tiles)])
      for format in [PlotFormat.svg, .terminal(columns: 80, rows: 24)] {
        let picture = try await Gnuplot().render(figure, as: format)
        #expect(!picture.isEmpty)
      }
    }
    #expect(!FileManager.default.fileExists(atPath: trap))
  }

  @Test(.enabled("gnuplot is missing", isGnuplotThere), arguments: TestScope.some(Array(1...4)))
  func textComesOutAsItIs(seed: UInt64) async throws {
    let fragments = [
      "$", "'", "\"", "\\", "`", "@", "%", "{", "}", "_", "^", "~", "&", "#", "<b>", "]]>", "&amp;",
      "\n", "\t", "\0", "\u{7F}", "\u{FFFF}", "é", "日本", "🙂", "%d", "%s", "\\n", "\\044", "$1", "0",
      "5", "7",
      "8", "a", "-",
    ]
    var generator = SeededGenerator(seed: seed)
    func fragment() -> String { fragments[generator.nextIndex(below: fragments.count)] }
    // Each special character is once before each kind of digit.
    let pairs = "$'\"\\`@%&#{".flatMap { special in "0579".map { "\(special)\($0)" } }
    for round in 0..<10 {
      func text() -> String {
        // Blanks at the ends say nothing.
        let middle = (0..<3).map { _ in fragment() } + [pairs[(round * 4) % pairs.count]]
        return "<" + middle.joined() + pairs[generator.nextIndex(below: pairs.count)] + ">"
      }
      let texts = (0..<6).map { _ in text() }
      let lines = LinePlot(
        horizontal: Axis(texts[1]), vertical: Axis(texts[2]),
        series: [LinePlot.Series(texts[3], points: [.init(1, 1), .init(2, 2)])])
      let parallel = ParallelPlot(
        dimensions: [.init(texts[4]), .init("metric")],
        runs: [[.text(texts[5]), 1], [.text("z"), 2]])
      for (panels, shown) in [
        ([.lines(lines)], texts[0...3]), ([.parallel(parallel)], texts[4...5]),
        ([.lines(lines), .parallel(parallel)], texts[0...0]),
      ] as [([Figure.Panel], ArraySlice<String>)] {
        let figure = Figure(title: texts[0], panels: panels)
        let drawn = try DrawnText(ofSVG: try await Gnuplot().render(figure, as: .svg))
        for text in shown {
          let visible = VisibleText.escaping(text)
          #expect(drawn.texts.contains(visible), "\(visible) of seed \(seed)")
        }
      }
    }
  }

  private static let extremes: [Double] = [
    -.greatestFiniteMagnitude, .greatestFiniteMagnitude, .leastNonzeroMagnitude, -0.0, 0, .nan,
    .infinity, -.infinity, 9_223_372_036_854_775_807, 1e-300, 1e300, 1,
  ]

  @Test(
    .enabled("gnuplot is missing", isGnuplotThere), arguments: [Axis.Scale.linear, .logarithmic],
    TestScope.isFull ? Array(0...extremes.count) : [0, extremes.count])
  func extremeNumbersAreDrawn(scale: Axis.Scale, count: Int) async throws {
    let numbers = Array(Self.extremes.prefix(count))
    let axis = Axis("x", scale: scale)
    let panels: [Figure.Panel] = [
      .lines(
        LinePlot(
          horizontal: axis, vertical: axis,
          series: [
            .init(
              "extremes", points: numbers.map { .init($0, $0) },
              band: numbers.map { .init($0, lower: $0, upper: $0) })
          ])),
      .histogram(
        HistogramPlot(
          title: "extremes", horizontal: axis, lower: numbers.last ?? 0, upper: numbers.first ?? 0,
          counts: [0, .max, 1])),
      .heatMap(
        HeatMap(
          title: "extremes", horizontal: axis, columns: 1...2, vertical: axis, rows: 1...2,
          colour: axis, values: [numbers])),
      .space(
        SpacePlot(
          x: axis, y: axis, z: axis, pointLabel: "extremes",
          points: numbers.map { .init($0, $0, $0) },
          planes: numbers.map { .init("plane", offset: $0, slopeX: $0, slopeY: $0) })),
      .parallel(
        ParallelPlot(
          dimensions: [.init("a", scale: scale), .init("b", scale: scale)],
          runs: numbers.map { [.real($0), .integer(.min)] })),
      .tiles(TilePlot(tiles: [.init("extremes", values: [numbers])], columns: 3, shade: axis)),
    ]
    for panel in panels {
      for format in [PlotFormat.svg, .terminal(columns: 80, rows: 24)] {
        let picture = try await Gnuplot().render(Figure(title: "extremes", panel), as: format)
        #expect(!picture.isEmpty)
      }
    }
  }

  @Test(.enabled("gnuplot is missing", isGnuplotThere))
  func noCharacterIsRepeatedAfterOneBeyondTheBasicPlane() async throws {
    let names = ["<🎉x>", "<a𝕏𝕐b>", "<\u{E000}🙂\u{E001}>"]
    let series = names.map { LinePlot.Series($0, points: [.init(1, 1), .init(2, 2)]) }
    let plot = LinePlot(horizontal: Axis("x"), vertical: Axis("<🎈y>"), series: series)
    let picture = try await Gnuplot().render(
      Figure(title: "<🎉)>", .lines(plot)), as: .terminal(columns: 80, rows: 24))
    let text = String(decoding: picture, as: UTF8.self)
    for name in names + ["<🎉)>", "<🎈y>"] { #expect(text.contains(name), "\(text)") }
  }

  @Test func aMissingProgramIsNamedWithTheCommandThatInstallsIt() async throws {
    let gnuplot = Gnuplot(program: "no-such-gnuplot")
    let error = await #expect(throws: GnuplotError.missing(program: "no-such-gnuplot")) {
      try await gnuplot.render(SampleFigures.histogram, as: .svg)
    }
    #expect(error?.recoverySuggestion == "apt-get install -y gnuplot-nox")
  }

  @Test func aFailureLeavesTheOldFileAlone() async throws {
    let folder = try TemporaryFolder()
    let path = folder.path("figure.svg")
    try Data("old".utf8).write(to: URL(fileURLWithPath: path))
    // `false` is a program that always fails, and says nothing.
    await #expect(throws: GnuplotError.failed("it drew nothing.")) {
      try await Gnuplot(program: "false").render(SampleFigures.histogram, toFile: path)
    }
    #expect(FileManager.default.contents(atPath: path) == Data("old".utf8))
  }

  @Test func anUnknownExtensionIsRefusedBeforeDrawing() async throws {
    await #expect(throws: GnuplotError.unknownExtension(path: "figure.jpg")) {
      try await Gnuplot(program: "no-such-gnuplot")
        .render(SampleFigures.histogram, toFile: "figure.jpg")
    }
  }

  @Test(.enabled("gnuplot is missing", isGnuplotThere))
  func aFolderThatIsNotThereIsAnError() async throws {
    let folder = try TemporaryFolder()
    let path = folder.path("missing/figure.svg")
    await #expect {
      try await Gnuplot().render(SampleFigures.histogram, toFile: path)
    } throws: { error in
      if case GnuplotError.notWritten(path, _) = error { true } else { false }
    }
  }
}
