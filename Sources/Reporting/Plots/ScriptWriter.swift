import Foundation

/// Collects the commands of a script.
struct ScriptWriter {
  /// What there is to draw on.
  enum Canvas {
    case characters(columns: Int, rows: Int)
    /// In the pixels of a screen without magnification.
    case image(width: Int, height: Int)
  }

  /// What is drawn on; each panel of an image has its own.
  var canvas: Canvas
  /// Whether there are colours to tell curves apart.
  var hasColour = false
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

  /// Sets the line above the panel, cut to its width; in a terminal the topmost line.
  mutating func setTitle(_ title: String) {
    let text = FittedText.cut(VisibleText.escaping(title), to: columns - 2)
    if case .characters(let columns, let rows) = canvas {
      add(
        "set label \(GnuplotText.quoted(text)) "
          + "at character \((columns - DisplayWidth.of(text)) / 2), character \(rows - 1)")
      add("set tmargin 2")
    } else {
      add("set title \(GnuplotText.quoted(text))")
    }
  }

  /// How many characters stand beside each other.
  var columns: Int {
    switch canvas {
    case .characters(let columns, _): columns
    case .image(let width, _): Int(Double(width) / Self.characterWidth)
    }
  }

  /// How many columns of the picture are told apart, on a screen that shows two to a pixel.
  var pixels: Int {
    switch canvas {
    case .characters(let columns, _): columns
    case .image(let width, _): 2 * width
    }
  }

  /// The width of a usual character of an image, in pixels.
  static let characterWidth = 8.4

  /// The entries of the legend, cut to the width of the picture; in a terminal with a blank between each and
  /// the sample of its line.
  func legendTexts(_ labels: [String]) -> [String] {
    let texts = labels.map { VisibleText.escaping($0) }
    return FittedText.cut(texts, to: columns - (isTerminal ? 17 : 15)).map {
      GnuplotText.quoted(isTerminal ? " " + $0 : $0)
    }
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
    add("set xlabel \(fitted(horizontal, to: columns - 12)) offset 0,\(isTerminal ? 0 : 0.3)")
    switch canvas {
    case .characters(let columns, let rows):
      add("set label \(fitted(vertical, to: columns - 2)) at character 1, character \(rows - 2)")
    case .image: add("set ylabel \(upright(vertical))")
    }
  }

  /// A literal of text that is turned upright, cut to the height of the picture.
  func upright(_ text: String) -> String {
    guard case .image(_, let height) = canvas else { return GnuplotText.quoted(text) }
    return fitted(text, to: Int(Double(height) / Self.characterWidth) - 8)
  }

  private func fitted(_ text: String, to limit: Int) -> String {
    GnuplotText.quoted(FittedText.cut(VisibleText.escaping(text), to: limit))
  }

  /// Where an axis (`x`, `y`, `z` or `cb`) and its values stand.
  func placement(
    _ name: String, _ axis: Axis, holding values: [Double] = [], isTight: Bool = false
  ) -> AxisPlacement {
    AxisPlacement(axis, holding: values, isTight: isTight, in: room(name))
  }

  private func room(_ name: String) -> AxisTicks.Room {
    switch (name, canvas) {
    case ("x", .characters(let columns, _)): .init(count: 8, characters: columns - 16)
    case ("x", .image(let width, _)):
      .init(count: min(10, max(3, width / 70)), characters: columns - 12)
    case ("y", .characters(_, let rows)): .init(count: min(8, max(2, (rows - 8) / 2)))
    case ("y", .image(_, let height)): .init(count: min(8, max(3, height / 55)))
    default: .init(count: 5)
    }
  }

  /// Sets the shown part, spacing and numbers of an axis.
  mutating func setAxis(_ name: String, _ placement: AxisPlacement, scale: Axis.Scale = .linear) {
    add("set \(name)range \(GnuplotText.range(placement.range))")
    if scale == .logarithmic { add("set logscale \(name)") }
    // An empty list would ask gnuplot for numbers of its own.
    guard !placement.ticks.isEmpty else { return add("unset \(name)tics") }
    let ticks = placement.ticks.map {
      "\(GnuplotText.quotedTick($0.label)) \(GnuplotText.number($0.place))"
    }
    add("set \(name)tics (\(ticks.joined(separator: ", ")))")
  }
}

/// A panel that can write itself down.
protocol Drawing {
  /// What stands above the panel, if it has a title of its own.
  var ownTitle: String? { get }
  /// Whether there is so much to draw that a magnified picture would take seconds, and show no more.
  var isDense: Bool { get }
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
  var isDense: Bool { false }
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
