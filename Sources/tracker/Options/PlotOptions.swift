import ArgumentParser
import Foundation
import Reporting
import RunStore

/// Where a picture goes.
struct PlotOptions: ParsableArguments {
  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "A file ending in .svg, .png or .pdf, which replaces one of this name; without it the terminal.",
      valueName: "file"))
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
      let size = Console.outputSize ?? (80, 24)
      let picture = try await gnuplot.render(
        figure,
        as: .terminal(columns: size.columns, rows: size.rows, colours: .ofOutput))
      // As it is: the codes of colours are its own, and names have none.
      try Console.write(Data(picture))
    }
  }
}

extension PlotFormat {
  /// The format that the extension of a file's name asks for; nil if it asks for none.
  fileprivate init?(fileOf path: String) {
    self.init(fileExtension: URL(fileURLWithPath: path).pathExtension)
  }
}

extension PlotFormat.Colours {
  /// The colours of the terminal that standard output goes to.
  fileprivate static var ofOutput: PlotFormat.Colours {
    isatty(STDOUT_FILENO) == 1 ? .init(in: ProcessInfo.processInfo.environment) : .none
  }

  /// The colours of a terminal as its environment tells, unless its user wants none
  /// (https://no-color.org).
  init(in environment: [String: String]) {
    let terminal = environment["TERM"] ?? ""
    let wantsNone = environment["NO_COLOR"] ?? "" != ""
    let hasMany = terminal.contains("256color") || environment["COLORTERM"] ?? "" != ""
    self = wantsNone || ["", "dumb"].contains(terminal) ? .none : hasMany ? .many : .eight
  }
}
