import Foundation
import RunStore

extension ParallelPlot: Drawing {
  func write(to writer: inout ScriptWriter) {
    let scales = dimensions.enumerated().map { index, dimension in
      DimensionScale(runs.map { $0[index] }, dimension.scale)
    }
    writer.add("set key off")
    writer.add("unset ytics")
    writer.add("set border 0")
    writer.add("set xrange [-0.2:\(Double(max(1, dimensions.count)) - 0.6)]")
    writer.add("set yrange [\(GnuplotText.number(DimensionScale.offScale - 0.1)):1.1]")
    let names = dimensions.enumerated().map { "\(GnuplotText.quotedTick($1.label)) \($0)" }
    writer.add("set xtics (\(names.joined(separator: ", "))) scale 0 nomirror")
    for (index, scale) in scales.enumerated() {
      writer.add("set arrow from \(index),0 to \(index),1 nohead lt -1")
      for mark in scale.marks {
        writer.add(
          "set label \(GnuplotText.quoted(mark.label)) at \(index),\(mark.place) front "
            + (writer.isTerminal ? "offset 1,0" : "boxed offset 0.8,0"))
      }
    }
    if !writer.isTerminal {
      writer.add("set style textbox opaque noborder fillcolor rgb 'white' margins 0.4,0.4")
      writer.setShades(
        Shading([0, 1], on: Axis("", range: 0...1)), caption: dimensions.last?.label ?? "",
        Axis(""))
      writer.add("unset colorbox")
    }
    let elements =
      runs.count > Self.fewRuns
      ? elements(scales, in: &writer) : runs.map { element($0, scales, in: &writer) }
    writer.plot(elements.isEmpty ? ["NaN notitle"] : elements)
  }

  /// Up to so many runs, a terminal draws each with a character of its own.
  private static let fewRuns = 100

  /// All lines in two blocks: a block a run costs gnuplot the square of their number.
  private func elements(_ scales: [DimensionScale], in writer: inout ScriptWriter) -> [String] {
    var coloured: [[Double]] = []
    var offScale: [[Double]] = []
    for run in runs {
      let places = zip(run, scales).map { $1.place($0) }
      let last = places.last.flatMap(\.self) ?? DimensionScale.offScale
      let rows = places.enumerated().map { index, place in
        place.map { [Double(index), $0, 0.85 * last] } ?? []
      }
      // An empty row interrupts the line.
      if last >= 0 { coloured += rows + [[]] } else { offScale += rows + [[]] }
    }
    let styles =
      writer.isTerminal
      ? ["with lines", "with lines"]
      : [
        "using 1:2 with linespoints pt 2 lc rgb '#999999' dt 2",
        "using 1:2:3 with linespoints pt 7 ps 0.5 lw 1.5 lc palette",
      ]
    return zip([offScale, coloured], styles).filter { !$0.0.isEmpty }.map { rows, style in
      "\(writer.addBlock(rows)) \(style) notitle"
    }
  }

  private func element(
    _ run: [SQLValue], _ scales: [DimensionScale], in writer: inout ScriptWriter
  ) -> String {
    let places = zip(run, scales).map { $1.place($0) }
    let rows = places.enumerated().map { index, place in place.map { [Double(index), $0] } ?? [] }
    let block = writer.addBlock(rows)
    guard !writer.isTerminal else { return "\(block) with lines notitle" }
    // The lightest colours of the palette would vanish on white.
    guard let last = places.last.flatMap(\.self), last >= 0 else {
      return "\(block) with linespoints pt 2 lc rgb '#999999' dt 2 notitle"
    }
    return "\(block) with linespoints pt 7 ps 0.5 lw 1.5 lc palette frac \(0.85 * last) notitle"
  }
}

/// Where the values of one dimension stand between 0 and 1.
struct DimensionScale {
  /// Where NaN and ±∞ stand: below the axis.
  static let offScale = -0.15

  private let range: ClosedRange<Double>
  private let axis: Axis
  /// The words in the order of the axis; empty if the values are numbers.
  private let words: [String]
  /// The number of each word.
  private let numbers: [String: Int]
  private let hasOffScale: Bool

  init(_ values: [SQLValue], _ scale: Axis.Scale) {
    let numbers = values.compactMap(\.real)
    let texts = values.filter { $0 != .null && $0.real == nil }
    let axis = Axis("", scale: scale)
    self.axis = axis
    words = texts.isEmpty ? [] : Set(values.filter { $0 != .null }.map(PlainStyle.text)).sorted()
    self.numbers = Dictionary(uniqueKeysWithValues: zip(words, words.indices))
    hasOffScale = texts.isEmpty && numbers.contains { !axis.canShow($0) }
    range = AxisRange.around(numbers, on: axis, isTight: true)
  }

  /// The most words that are written along an axis; of more, some are left out in between.
  private static let mostMarks = 50

  /// The ends of the axis, or its words, and the place of what is off the scale.
  var marks: [(label: String, place: Double)] {
    if !words.isEmpty {
      let step = (words.count + Self.mostMarks - 1) / Self.mostMarks
      return stride(from: 0, to: words.count, by: step).map {
        (words[$0], place(ofWord: words[$0]))
      }
    }
    let ends = [
      (String(format: "%.4g", range.lowerBound), 0.0),
      (String(format: "%.4g", range.upperBound), 1.0),
    ]
    return ends + (hasOffScale ? [("nan, inf", Self.offScale)] : [])
  }

  /// The place of a value; nil for null.
  func place(_ value: SQLValue) -> Double? {
    if value == .null { return nil }
    guard words.isEmpty, let number = value.real else {
      return place(ofWord: PlainStyle.text(of: value))
    }
    return axis.canShow(number) ? axis.share(of: number, in: range) : Self.offScale
  }

  private func place(ofWord word: String) -> Double {
    guard let index = numbers[word], words.count > 1 else { return 0.5 }
    return Double(index) / Double(words.count - 1)
  }
}
