import Foundation
import RunStore

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
  private let numbers: NamedValueMap<Int>
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
      if let number = value?.real, !number.isFinite {
        hasOffScale = true
      } else {
        kinds.insert(value)
      }
    }
    let finite = kinds.compactMap { $0?.real }.sorted()
    let drawn = finite.filter(axis.canShow)
    let inner = dimension.partsOutliers ? Self.withoutOutliers(drawn) : drawn
    self.axis = axis
    shown = inner
    range = AxisRange.around(inner, on: axis, isTight: true)
    words =
      kinds.compactMap { $0 }.filter { $0 != .null && $0.real == nil }.map(Self.word)
      .distinctNames
    numbers = NamedValueMap(zip(words, words.indices))
    top = words.isEmpty ? 1 : inner.isEmpty ? 0 : 3 / Double(words.count + 3)
    if let least = finite.first, least < range.lowerBound { slots.append(below) }
    if let largest = finite.last, largest > range.upperBound { slots.append(above) }
    if hasOffScale { slots.append(Self.offScale) }
    if kinds.contains(.some(.null)) { slots.append(Self.none) }
    if kinds.contains(nil) { slots.append(Self.missing) }
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
        ? AxisTicks([shown[0]]) { $0.magnitude / 1e6 }
        : AxisTicks(axis, range, in: .init(count: most))
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
    guard number.isFinite else { return place(ofSlot: Self.offScale) }
    if number > range.upperBound { return place(ofSlot: above) }
    return number < range.lowerBound ? place(ofSlot: below) : place(ofNumber: number)
  }

  /// How far along the colours a number stands; nil for what is no finite one.
  func share(_ value: SQLValue?) -> Double? {
    guard let number = value?.real, number.isFinite else { return nil }
    guard axis.canShow(number) else { return number > range.upperBound ? 1 : 0 }
    return axis.share(of: number, in: range)
  }

  private func place(ofNumber number: Double) -> Double {
    top * axis.share(of: number, in: range)
  }

  private func place(ofWord word: String) -> Double {
    let index = Double(numbers[word] ?? 0)
    if top > 0 { return top + (1 - top) * (index + 1) / Double(words.count) }
    return words.count > 1 ? index / Double(words.count - 1) : 0.5
  }

  /// A text that could be taken for a number or for nothing stands in quotes.
  private static func word(_ value: SQLValue) -> String {
    value.text == nil ? PlainStyle.text(of: value) : Setting(value).words
  }
}
