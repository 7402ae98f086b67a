import ArgumentParser
import Foundation
import Reporting
import RunStore

/// Where a picture goes.
struct PlotOptions: ParsableArguments {
  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "A file ending in .svg, .png or .pdf; without it the terminal.", valueName: "file"))
  var output: String?

  @OptionGroup var database: DatabaseOptions

  func validate() throws {
    if let output, PlotFormat(fileOf: output) == nil {
      throw ValidationError("--output must end in .svg, .png or .pdf, not '\(output)'.")
    }
  }

  /// Draws the figure that `make` takes from the file.
  func draw(_ make: (RunDatabase) throws -> Figure) async throws {
    let figure = try make(database.openForReading())
    let gnuplot = Gnuplot(scratchFolder: try TemporaryPlace.folder())
    if let output, let format = PlotFormat(fileOf: output) {
      try writeFile(Data(try await gnuplot.render(figure, as: format)), to: output)
      try Console.print(output)
    } else {
      let size = Console.outputSize
      let picture = try await gnuplot.render(
        figure,
        as: .terminal(columns: size.columns, rows: size.rows, colours: Console.outputColours))
      try Console.write(String(decoding: picture, as: UTF8.self))
    }
  }
}

extension PlotFormat {
  /// The format that the extension of a file's name asks for; nil if it asks for none.
  fileprivate init?(fileOf path: String) {
    self.init(fileExtension: URL(fileURLWithPath: path).pathExtension)
  }
}

extension Console {
  /// The size of the terminal that standard output goes to, or the usual 80 by 24.
  fileprivate static var outputSize: (columns: Int, rows: Int) {
    var size = winsize()
    let isKnown = ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
    return isKnown ? (Int(size.ws_col), Int(size.ws_row)) : (80, 24)
  }

  /// The colours of the terminal that standard output goes to, unless its user wants none
  /// (https://no-color.org).
  fileprivate static var outputColours: PlotFormat.Colours {
    let environment = ProcessInfo.processInfo.environment
    let terminal = environment["TERM"] ?? ""
    guard isatty(STDOUT_FILENO) == 1, environment["NO_COLOR"] ?? "" == "",
      !terminal.isEmpty, terminal != "dumb"
    else { return .none }
    let hasMany = terminal.contains("256color") || environment["COLORTERM"] ?? "" != ""
    return hasMany ? .many : .eight
  }
}
