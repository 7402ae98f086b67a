import Foundation
import RunStore

extension ParallelPlot: Drawing {
  /// Wide enough for the words of many axes.
  func imageSize(scale: Double) -> (width: Int, height: Int) {
    (Int(scale * Double(max(800, 130 * dimensions.count))), Int(500 * scale))
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

/// Where the values of one dimension stand: numbers from 0 upwards by size, words above them up to 1, and
/// below 0, each at a place of its own, what is neither.
struct DimensionScale {
  /// What the numbers reach over, outliers left out.
  let range: ClosedRange<Double>
  /// The numbers within the range, each once, by size.
  let shown: [Double]
  /// What stands below the axis, from above.
  private(set) var slots: [String] = []

  private let axis: Axis
  /// The words in their order.
  private let words: [String]
  /// The number of each word.
  private let numbers: [String: Int]
  /// Where the numbers end.
  private let top: Double

  private static let none = "none"
  private static let missing = "not set"
  private static let offScale = "nan/inf"

  init(_ values: some Sequence<SQLValue?>, _ dimension: ParallelPlot.Dimension) {
    let axis = Axis("", scale: dimension.scale)
    var kinds: Set<SQLValue?> = []
    var hasOffScale = false
    for value in values {
      if let number = value?.real, !axis.canShow(number) {
        hasOffScale = true
      } else {
        kinds.insert(value)
      }
    }
    let finite = kinds.compactMap { $0?.real }.sorted()
    let inner = dimension.partsOutliers ? Self.withoutOutliers(finite) : finite
    self.axis = axis
    shown = inner
    range = AxisRange.around(inner, on: axis, isTight: true)
    words = Set(kinds.compactMap { $0 }.filter { $0 != .null && $0.real == nil }.map(Self.word))
      .sorted(by: Self.precedes)
    numbers = Dictionary(uniqueKeysWithValues: zip(words, words.indices))
    top = words.isEmpty ? 1 : finite.isEmpty ? 0 : 3 / Double(words.count + 3)
    if let least = finite.first, least < range.lowerBound { slots.append(below) }
    if let largest = finite.last, largest > range.upperBound { slots.append(above) }
    if hasOffScale { slots.append(Self.offScale) }
    if kinds.contains(.some(.null)) { slots.append(Self.none) }
    if kinds.contains(nil) { slots.append(Self.missing) }
  }

  /// Numbers within words by their size, as in `run2` and `run10`.
  private static func precedes(_ first: String, _ second: String) -> Bool {
    switch first.compare(second, options: .numeric) {
    case .orderedAscending: true
    case .orderedDescending: false
    case .orderedSame: first < second
    }
  }

  /// Numbers by size without those that are far from the middle half.
  private static func withoutOutliers(_ numbers: [Double]) -> [Double] {
    guard numbers.count >= 4 else { return numbers }
    let (low, high) = (numbers[numbers.count / 4], numbers[numbers.count * 3 / 4])
    let room = 10 * (high - low)
    return room > 0 ? numbers.filter { ($0 >= low - room) && ($0 <= high + room) } : numbers
  }

  private var above: String { "> \(String(format: "%.3g", range.upperBound))" }
  private var below: String { "< \(String(format: "%.3g", range.lowerBound))" }

  /// Where the slot of this number stands.
  static func slot(_ number: Int) -> Double { -0.12 * Double(number + 1) }

  private func place(ofSlot name: String) -> Double {
    Self.slot(slots.firstIndex(of: name) ?? 0)
  }

  /// What is written at a place of the axis; a number must not be cut.
  struct Mark {
    let label: String
    let place: Double
    var isNumber = false
  }

  /// What is written along the axis.
  func marks(atMost most: Int) -> [Mark] {
    let wordsShown = max(1, min(words.count, most - min(most / 2, shown.isEmpty ? 0 : 6)))
    let step = max(1, (words.count + wordsShown - 1) / wordsShown)
    return numberMarks(atMost: max(2, min(6, Int(Double(most) * top))))
      + stride(from: 0, to: words.count, by: step).map {
        Mark(label: words[$0], place: place(ofWord: words[$0]))
      } + slots.enumerated().map { Mark(label: $1, place: Self.slot($0)) }
  }

  /// The numbers themselves if they are few, or else round ones.
  private func numberMarks(atMost most: Int) -> [Mark] {
    guard !shown.isEmpty else { return [] }
    if AxisRange.isConstant(shown) || shown.count > 8 {
      let ticks =
        AxisRange.isConstant(shown)
        ? AxisTicks([shown[0]]) { _ in 0 } : AxisTicks(axis, range, in: .init(count: most))
      return ticks.ticks.map(mark)
    }
    let gap = zip(shown, shown.dropFirst()).map { $1 - $0 }.min() ?? 0
    let ticks = AxisTicks(shown) { min(gap / 100, $0.magnitude / 10_000) }.ticks
    return ticks.map(mark).reduce(into: []) { kept, mark in
      if let last = kept.last, mark.place - last.place < 0.45 * top / Double(most) { return }
      kept.append(mark)
    }
  }

  private func mark(_ tick: AxisTicks.Tick) -> Mark {
    Mark(label: tick.label, place: place(ofNumber: tick.place), isNumber: true)
  }

  /// The place of a value.
  func place(_ value: SQLValue?) -> Double {
    guard let value else { return place(ofSlot: Self.missing) }
    if value == .null { return place(ofSlot: Self.none) }
    guard let number = value.real else { return place(ofWord: Self.word(value)) }
    guard axis.canShow(number) else { return place(ofSlot: Self.offScale) }
    if number > range.upperBound { return place(ofSlot: above) }
    return number < range.lowerBound ? place(ofSlot: below) : place(ofNumber: number)
  }

  /// How far along the colours a number stands; nil for what is no number.
  func share(_ value: SQLValue?) -> Double? {
    value?.real.flatMap { axis.canShow($0) ? axis.share(of: $0, in: range) : nil }
  }

  private func place(ofNumber number: Double) -> Double {
    top * axis.share(of: number, in: range)
  }

  private func place(ofWord word: String) -> Double {
    let index = Double(numbers[word] ?? 0)
    if top > 0 { return top + (1 - top) * (index + 1) / Double(words.count) }
    return words.count > 1 ? index / Double(words.count - 1) : 0.5
  }

  /// An empty text is one, too.
  private static func word(_ value: SQLValue) -> String {
    let text = PlainStyle.text(of: value)
    return text.isEmpty ? "''" : text
  }
}
