/// What dark and light stand for in an image.
struct Shading {
  /// From the darkest to the lightest.
  let range: ClosedRange<Double>
  /// The only value, if all are equal.
  let single: Double?
  private let axis: Axis

  /// The range of `values`, or the one the axis names; with zero in the middle if there are values on both sides.
  /// - Parameter isDiverging: Whether zero is in the middle in any case.
  init(_ values: some Sequence<Double>, on axis: Axis, isDiverging: Bool = false) {
    self.axis = axis
    let shown = values.filter(axis.canShow)
    let (smallest, largest) = (shown.min() ?? .nan, shown.max() ?? .nan)
    let extreme = max(smallest.magnitude, largest.magnitude)
    let isSymmetric = smallest < 0 && largest > 0 || isDiverging && extreme > 0
    let isConstant = AxisRange.isConstant([smallest, largest])
    single = axis.range == nil && !isSymmetric && isConstant ? smallest : nil
    if let range = axis.range {
      self.range = range
    } else if isSymmetric {
      range = -extreme...extreme
    } else if smallest < largest, single == nil {
      range = smallest...largest
    } else {
      range = AxisRange.around(shown, on: axis, isTight: false)
    }
  }

  /// From little to much ink.
  private static let ramp = Array(" .:-=+*#%@")

  /// The character for a value; `?` for one without a place on the axis.
  func character(_ value: Double) -> Character {
    guard axis.canShow(value) else { return axis.scale == .logarithmic && value == 0 ? " " : "?" }
    let share = axis.share(of: value, in: range)
    return Self.ramp[min(Self.ramp.count - 1, max(0, Int(share * Double(Self.ramp.count))))]
  }

  /// What the ends of the ramp mean, for a legend in characters.
  var legend: String {
    "blank \(NumberText.rounded(range.lowerBound)) … @ \(NumberText.rounded(range.upperBound))"
  }

  /// One element twice, several as they are.
  static func doubledIfSingle<Element>(_ elements: [Element]) -> [Element] {
    elements.count == 1 ? elements + elements : elements
  }
}

/// A row of colours.
enum Palette {
  /// Lightness rises with the value, so that it prints well in grey (after cividis, Nuñez, Anderton and
  /// Renslow, 2018).
  case rising
  /// Dark for much, without the lightest colour, which would vanish on white.
  case darkening
  /// Dark for little.
  case lightening
  /// From blue to orange, both to be seen on black and on white.
  case warming
  /// From orange to blue.
  case cooling
  /// Blue for less than the middle, red for more, white for it (ColorBrewer's RdBu, Harrower and Brewer, 2003).
  case diverging

  /// The colours, at equal distances.
  var colours: [String] {
    switch self {
    case .rising: ["#00204d", "#31446b", "#666970", "#958f78", "#cab969", "#ffea46"]
    case .darkening: ["#d9c95f", "#b3a56e", "#958f78", "#666970", "#31446b", "#00204d"]
    case .lightening: Self.darkening.colours.reversed()
    case .warming: ["#56b4e9", "#a0a0a0", "#e69f00"]
    case .cooling: Self.warming.colours.reversed()
    case .diverging:
      ["#2166ac", "#67a9cf", "#d1e5f0", "#f7f7f7", "#fddbc7", "#ef8a62", "#b2182b"]
    }
  }

  /// The colour `share` of the way from the first to the last, as gnuplot mixes them.
  func colour(at share: Double) -> String {
    let place = min(1, max(0, share)) * Double(colours.count - 1)
    let index = min(colours.count - 2, Int(place))
    let (start, end) = (Self.channels(colours[index]), Self.channels(colours[index + 1]))
    let mixed = zip(start, end).map { $0 + ($1 - $0) * (place - Double(index)) }
    return "#" + mixed.map { String(256 + Int($0.rounded()), radix: 16).dropFirst() }.joined()
  }

  private static func channels(_ colour: String) -> [Double] {
    let number = Int(colour.dropFirst(), radix: 16) ?? 0
    return [number >> 16, number >> 8 & 255, number & 255].map(Double.init)
  }
}

extension ScriptWriter {
  /// Sets the colours of values and the bar that explains them.
  /// - Returns: Where values stand on the bar.
  mutating func setShades(_ shading: Shading, on axis: Axis, _ palette: Palette) -> AxisPlacement {
    let colours = palette.colours.enumerated().map { "\($0) '\($1)'" }
    add("set palette defined (\(colours.joined(separator: ", ")))")
    var shown = axis
    if shading.single == nil { shown.range = shading.range }
    let placement = placement("cb", shown, holding: shading.single.map { [$0] } ?? [])
    setAxis("cb", placement, scale: axis.scale)
    // gnuplot leaves too little room beside one or two characters, and more than enough beside some more, where
    // the label would leave the picture, as numbers would that are longer.
    let longest = placement.ticks.map(\.label.count).max() ?? 0
    let isLong = longest > 8 && !isTerminal
    let offset = isLong ? 1 : Double(max(-5, 19 - 4 * longest)) / 10
    if isLong { add("set rmargin \(longest + 7)") }
    add("set cblabel \(upright(placement.caption)) offset \(GnuplotText.number(offset)),0")
    return placement
  }
}
