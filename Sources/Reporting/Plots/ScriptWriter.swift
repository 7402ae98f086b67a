import Foundation

/// Collects the commands of a script.
struct ScriptWriter {
  /// What there is to draw on.
  enum Canvas {
    case characters(columns: Int, rows: Int)
    case image
  }

  let canvas: Canvas
  private(set) var text = ""
  private var blockCount = 0

  init(canvas: Canvas) {
    self.canvas = canvas
  }

  var isTerminal: Bool {
    if case .characters = canvas { true } else { false }
  }

  /// Adds one command.
  mutating func add(_ command: String) {
    text += command + "\n"
  }

  /// Adds rows of numbers, where an empty row interrupts a line.
  /// - Returns: The name by which commands refer to them.
  mutating func addBlock(_ rows: [[Double]]) -> String {
    blockCount += 1
    let name = "$data\(blockCount)"
    add("\(name) << END")
    for row in rows {
      add(row.map(GnuplotText.number).joined(separator: " "))
    }
    add("END")
    return name
  }

  /// Sets the line above the panel; in a terminal the topmost line, cut to its width.
  mutating func setTitle(_ title: String) {
    if case .characters(let columns, let rows) = canvas {
      let text = VisibleText.escaping(title)
      let fitting = DisplayWidth.of(text) < columns ? text : DisplayWidth.cut(text, to: columns - 2)
      add(
        "set label \(GnuplotText.quoted(fitting)) "
          + "at character \((columns - DisplayWidth.of(fitting)) / 2), character \(rows - 1)")
      add("set tmargin 2")
    } else {
      add("set title \(GnuplotText.quoted(title))")
    }
  }

  /// An entry of the legend, cut to the width of the picture; in a terminal with a blank between it and the
  /// sample of its line.
  func legendText(_ label: String) -> String {
    let text = VisibleText.escaping(isTerminal ? " " + label : label)
    let limit: Int
    switch canvas {
    case .characters(let columns, _): limit = columns - 16
    case .image: limit = 80
    }
    return GnuplotText.quoted(
      DisplayWidth.of(text) <= limit ? text : DisplayWidth.cut(text, to: limit))
  }

  /// Says in the middle of the panel that it has nothing to show.
  mutating func noteAbsence() {
    add("set label \(GnuplotText.quoted("no values to show")) at graph 0.5,0.5 center")
  }

  /// Adds the one command that draws.
  mutating func plot(_ elements: [String], command: String = "plot") {
    add(command + " " + elements.joined(separator: ", \\\n  "))
  }

  /// Light grid, dark axes, legend below: the look that all panels with two axes share.
  mutating func setFrame() {
    if isTerminal {
      add("set key below left Left reverse samplen 2")
    } else {
      add("set key below Left reverse height 0.7")
      add("set border 3 lc rgb '#555555'")
      add("set grid lc rgb '#dddddd' lt 1 lw 0.5")
    }
    add("set tics nomirror")
    add("set border back")
  }

  /// Labels the two axes. In a terminal, where text cannot be turned, the vertical label lies above its axis.
  mutating func setCaptions(_ horizontal: String, _ vertical: String) {
    add("set xlabel \(GnuplotText.quoted(horizontal)) offset 0,\(isTerminal ? 0 : 0.3)")
    if case .characters(_, let rows) = canvas {
      add("set label \(GnuplotText.quoted(vertical)) at character 1, character \(rows - 2)")
    } else {
      add("set ylabel \(GnuplotText.quoted(vertical))")
    }
  }

  /// Sets the numbers along an axis.
  mutating func setTicks(
    _ name: String, _ values: [Double], label: (Double) -> String = NumberText.rounded
  ) {
    let ticks = values.map { "\(GnuplotText.quotedTick(label($0))) \(GnuplotText.number($0))" }
    add("set \(name)tics (\(ticks.joined(separator: ", ")))")
  }

  /// Sets the shown part, spacing and ticks of an axis (`x`, `y` or `cb`).
  /// - Parameter values: What the axis must hold, unless it names a range itself.
  mutating func setAxis(_ name: String, _ axis: Axis, values: [Double]) {
    let range = axis.range ?? AxisRange.around(values, on: axis, isTight: name == "x")
    add("set \(name)range \(GnuplotText.range(range))")
    if axis.scale == .logarithmic {
      add("set logscale \(name)")
      setTicks(name, AxisTicks.logarithmic(range)) { String(format: "%g", $0) }
    } else if name == "x", let step = AxisTicks.wholeStep(values) {
      add("set xtics \(GnuplotText.number(step))")
    }
  }
}

/// A panel that can write itself down.
protocol Drawing {
  /// What stands above the panel, if it has a title of its own.
  var ownTitle: String? { get }
  /// How large it is as an image when it stands alone, in pixels.
  /// - Parameter scale: How much larger it is than usual for the size of its text.
  func imageSize(scale: Double) -> (width: Int, height: Int)
  /// How many characters it takes in a terminal of this size.
  func terminalSize(columns: Int, rows: Int) -> (columns: Int, rows: Int)
  /// Adds everything from the axes to the plot command.
  func write(to writer: inout ScriptWriter)
}

extension Drawing {
  var ownTitle: String? { nil }
  func imageSize(scale: Double) -> (width: Int, height: Int) {
    (Int(800 * scale), Int(500 * scale))
  }

  func terminalSize(columns: Int, rows: Int) -> (columns: Int, rows: Int) {
    (columns, rows)
  }
}

extension Figure.Panel {
  var drawing: any Drawing {
    switch self {
    case .lines(let plot): plot
    case .histogram(let plot): plot
    case .heatMap(let plot): plot
    case .space(let plot): plot
    case .parallel(let plot): plot
    case .tiles(let plot): plot
    }
  }
}
