import RunStore

/// Runs as lines across parallel axes: one a parameter, and the metric as the last.
public struct ParallelPlot: Sendable, Hashable {
  /// One of the axes.
  public struct Dimension: Sendable, Hashable {
    /// The name of the parameter or metric.
    public var label: String
    /// How numbers are spaced along it. Words stand in equal distances, above the numbers.
    public var scale: Axis.Scale
    /// Whether numbers far from all others have a place of their own, so that they do not squeeze these.
    public var partsOutliers: Bool

    /// An axis for `label`.
    public init(_ label: String, scale: Axis.Scale = .linear, partsOutliers: Bool = false) {
      self.label = label
      self.scale = scale
      self.partsOutliers = partsOutliers
    }
  }

  /// The axes, from left to right; the last one gives the lines their colour.
  public var dimensions: [Dimension]
  /// The runs, each with one value a dimension. Null, nil for what a run does not have, NaN and ±∞ have
  /// places of their own below the axis.
  public var runs: [[SQLValue?]]
  /// Which values of the last dimension are better, and darker; nil if nobody knows.
  public var goal: MetricGoal?

  /// The lines of `runs` across `dimensions`.
  public init(dimensions: [Dimension], runs: [[SQLValue?]], goal: MetricGoal? = nil) {
    precondition(
      runs.allSatisfy { $0.count == dimensions.count }, "A run needs one value a dimension.")
    self.dimensions = dimensions
    self.runs = runs
    self.goal = goal
  }
}

extension ParallelPlot: Drawing {
  var isDense: Bool { runs.count > 2_000 }

  /// Wide enough for the words of many axes.
  func imageSize(scale: Double) -> (width: Int, height: Int) {
    (max(Int(scale * 800), Int(130 * max(scale, 0.8)) * dimensions.count), Int(500 * scale))
  }

  func write(to writer: inout ScriptWriter) {
    let scales = dimensions.enumerated().map { index, dimension in
      DimensionScale(runs.lazy.map { $0[index] }, dimension)
    }
    let slots = scales.map(\.slots.count).max() ?? 0
    writer.add("set key off")
    writer.add("unset ytics")
    writer.add("set border 0")
    writer.add("set xrange [-0.2:\(GnuplotText.number(right))]")
    writer.add("set yrange [\(GnuplotText.number(DimensionScale.slot(slots) + 0.05)):1.1]")
    writer.add("set bmargin 3")
    write(scales, to: &writer)
    if !writer.isTerminal, let last = dimensions.last, let scale = scales.last {
      writer.add("set style textbox opaque noborder fillcolor rgb 'white' margins 0.4,0.4")
      var axis = Axis(caption(of: last), scale: last.scale)
      if !AxisRange.isConstant(scale.shown) { axis.range = scale.range }
      _ = writer.setShades(Shading(scale.shown, on: axis), on: axis, palette(isTerminal: false))
    }
    let elements = groups(scales, isTerminal: writer.isTerminal).map {
      element($0, scales, in: &writer)
    }
    // The bar of colours needs something that is drawn in them.
    let bar = writer.isTerminal ? [] : ["NaN with lines lc palette notitle"]
    writer.plot(elements + bar + (elements.isEmpty ? ["NaN notitle"] : []))
  }

  /// The right end of the picture, in axes; the numbers of the last one need room.
  private var right: Double { Double(max(1, dimensions.count)) - 0.3 }

  private func write(_ scales: [DimensionScale], to writer: inout ScriptWriter) {
    let bar = writer.isTerminal ? 2 : 18
    let gap = writer.isTerminal ? 2 : 3
    let room = max(6, Int(Double(writer.columns - bar) / (right + 0.2)) - gap)
    let names = FittedText.cut(dimensions.map { VisibleText.escaping($0.label) }, to: room + 1)
    let ticks = names.enumerated().map { "\(GnuplotText.quotedTick($1)) \($0)" }
    writer.add("set xtics (\(ticks.joined(separator: ", "))) scale 0 nomirror")
    let mostMarks: Int
    switch writer.canvas {
    case .characters(_, let rows): mostMarks = max(2, rows - 9)
    case .image(_, let height): mostMarks = max(4, height / 20)
    }
    for (index, scale) in scales.enumerated() {
      writer.add("set arrow from \(index),0 to \(index),1 nohead lt -1")
      let marks = scale.marks(atMost: mostMarks)
      let words = marks.map { VisibleText.escaping($0.isNumber ? "" : $0.label) }
      for (word, mark) in zip(FittedText.cut(words, to: room), marks) {
        let label = mark.isNumber ? mark.label : word
        writer.add(
          "set label \(GnuplotText.quoted(label)) "
            + "at \(index),\(GnuplotText.number(mark.place)) front "
            + (writer.isTerminal ? "offset 1,0" : "boxed offset 0.8,0"))
      }
    }
  }

  private func caption(of dimension: Dimension) -> String {
    switch goal {
    case .minimum: "\(dimension.label), dark is less and better"
    case .maximum: "\(dimension.label), dark is more and better"
    case nil: dimension.label
    }
  }

  /// The better, the darker; in a terminal, which may be black or white, the bluer.
  private func palette(isTerminal: Bool) -> Palette {
    switch (goal == .minimum, isTerminal) {
    case (true, false): .lightening
    case (false, false): .darkening
    case (true, true): .warming
    case (false, true): .cooling
    }
  }

  /// Up to so many runs, a terminal draws each with a character of its own, and an image marks its points.
  private static let fewRuns = 100
  /// How many colours are told apart.
  private static let shades = 24

  /// Runs of one colour.
  private struct Group {
    /// The colour, as a place on the palette; nil for runs without a number to colour.
    var share: Double?
    var runs: [[SQLValue?]]
  }

  /// The runs by their colour, the best last, so that no other covers them.
  private func groups(_ scales: [DimensionScale], isTerminal: Bool) -> [Group] {
    let shares = runs.map { run in
      scales.last.flatMap { scale in scale.share(run.last ?? nil) }
    }
    if isTerminal, runs.count <= Self.fewRuns {
      return zip(shares, runs).map { Group(share: $0, runs: [$1]) }
    }
    let parts = Dictionary(grouping: runs.indices) { index in
      shares[index].map { Int(min(1, max(0, $0)) * Double(Self.shades - 1) + 0.5) } ?? -1
    }
    let order = parts.keys.filter { $0 >= 0 }.sorted()
    return ([-1] + (goal == .minimum ? order.reversed() : order)).compactMap { shade in
      parts[shade].map { part in
        Group(
          share: shade < 0 ? nil : Double(shade) / Double(Self.shades - 1),
          runs: part.map { runs[$0] })
      }
    }
  }

  private func element(
    _ group: Group, _ scales: [DimensionScale], in writer: inout ScriptWriter
  ) -> String {
    let lines = group.runs.map { run in
      zip(run, scales).enumerated().map { index, pair in [Double(index), pair.1.place(pair.0)] }
    }
    let block = writer.addBlock(Array(lines.joined(separator: [[]])))
    let colour = group.share.map(palette(isTerminal: writer.isTerminal).colour) ?? "#999999"
    if writer.isTerminal {
      return "\(block) with lines\(writer.hasColour ? " lc rgb '\(colour)'" : "") notitle"
    }
    let isFew = runs.count <= Self.fewRuns
    let width = isFew ? 1.5 : runs.count > 1_000 ? 0.4 : 0.8
    let dash = group.share == nil ? 2 : 1
    let points = isFew ? "linespoints pt 7 ps 0.5" : "lines"
    return "\(block) with \(points) lw \(width) dt \(dash) lc rgb '\(colour)' notitle"
  }
}
