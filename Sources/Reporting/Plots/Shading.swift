/// What dark and light stand for in an image.
struct Shading {
  /// From the darkest to the lightest.
  let range: ClosedRange<Double>
  private let axis: Axis

  /// The range of `values`, or the one the axis names; with zero in the middle if there are values on both sides.
  init(_ values: some Sequence<Double>, on axis: Axis) {
    self.axis = axis
    let shown = values.filter(axis.canShow)
    let (smallest, largest) = (shown.min() ?? .nan, shown.max() ?? .nan)
    if let range = axis.range {
      self.range = range
    } else if smallest < 0, largest > 0 {
      let extreme = max(-smallest, largest)
      range = -extreme...extreme
    } else if smallest < largest {
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

extension ScriptWriter {
  /// Sets colours whose lightness rises with the value, so that they print well in grey (after cividis,
  /// Nuñez, Anderton and Renslow, 2018).
  mutating func setShades(_ shading: Shading, caption: String, _ axis: Axis) {
    add(
      "set palette defined (0 '#00204d', 1 '#31446b', 2 '#666970', 3 '#958f78', 4 '#cab969', 5 '#ffea46')"
    )
    var shown = axis
    shown.range = shading.range
    setAxis("cb", shown, values: [])
    add("set cblabel \(GnuplotText.quoted(caption))")
  }
}
