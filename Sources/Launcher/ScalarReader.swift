import Foundation
import RunStore

/// Finds metrics in the lines that a program prints.
///
/// A pattern is the line as it is printed, with `{name}` where the number of the metric `name` stands;
/// `{step}` and `{epoch}` say where it was measured. Blanks match any blanks, and `*` matches anything:
/// `step {step} * loss {train/loss}`. With `{name}` and `{value}` the line names the metric itself.
/// The pattern `auto` knows what most programs print: `loss: 0.31`, `val loss=0.3`, `epoch 3/10`,
/// `{'loss': 0.31, 'step': 5}`.
///
/// A line without a step belongs to the last step that was said; where none was, to its epoch, and where there
/// is no epoch either, the values of a metric are counted.
public struct ScalarReader {
  /// The pattern that knows what most programs print.
  public static let automatic = "auto"

  private enum Pattern {
    case automatic(place: Regex<AnyRegexOutput>, value: Regex<AnyRegexOutput>)
    case given(Regex<AnyRegexOutput>, names: [String])
  }

  private let patterns: [Pattern]
  private var step: Int?
  private var epoch: Int?
  private var counts: [String: Int] = [:]
  /// The last step of each metric, and how many values it has there.
  private var places: [String: (step: Int, count: Int)] = [:]

  /// Understands patterns.
  /// - Throws: `LaunchError.badPattern`.
  public init(patterns: [String]) throws {
    self.patterns = try patterns.map { text in
      text == Self.automatic
        ? .automatic(place: try Regex(Self.place), value: try Regex(Self.value))
        : try Self.understand(text)
    }
  }

  /// The metrics of a line.
  mutating func read(_ line: String, at time: Date) -> [MetricPoint] {
    var found = Found()
    for pattern in patterns {
      switch pattern {
      case .automatic(let place, let value):
        Self.readUsual(line, place: place, value: value, into: &found)
      case .given(let regex, let names): Self.read(line, regex, names, into: &found)
      }
    }
    step = found.step ?? step
    epoch = found.epoch ?? epoch
    return found.values.map { name, value in
      let place = found.step ?? step ?? found.epoch ?? epoch ?? next(of: name)
      let last = places[name]
      let repeated = last?.step == place ? (last?.count ?? 0) : 0
      places[name] = (place, repeated + 1)
      return MetricPoint(
        name: name, step: place, repeat: repeated, epoch: epoch, value: value, time: time)
    }
  }

  private mutating func next(of name: String) -> Int {
    counts[name, default: -1] += 1
    return counts[name, default: 0]
  }

  private struct Found {
    var step: Int?
    var epoch: Int?
    var values: [(name: String, value: Double)] = []

    mutating func add(_ name: String, _ text: Substring) {
      guard let number = ScalarReader.number(text),
        name.utf8.count <= MetricName.mostCharacters
      else { return }
      switch name.lowercased() {
      case "epoch": epoch = Int(exactly: number) ?? epoch
      case "step", "global_step", "iter", "iteration": step = Int(exactly: number) ?? step
      default: values.append((name, number))
      }
    }
  }

  private static func number(_ text: Substring) -> Double? {
    switch text.lowercased() {
    case "nan", "+nan", "-nan": .nan
    case let text: Double(text)
    }
  }
}

// MARK: Patterns that a person gives

extension ScalarReader {
  private static let numberPattern =
    #"([-+]?(?:[0-9]+(?:\.[0-9]*)?(?:[eE][-+]?[0-9]+)?|\.[0-9]+(?:[eE][-+]?[0-9]+)?|(?i:inf(?:inity)?|nan)))"#

  private static func understand(_ text: String) throws -> Pattern {
    var source = ""
    var names: [String] = []
    var rest = text[...]
    while let character = rest.popFirst() {
      switch character {
      case "{":
        guard let end = rest.firstIndex(of: "}"), end > rest.startIndex else {
          throw LaunchError.badPattern(text, "a brace '{' has no name and '}' after it")
        }
        let name = String(rest[..<end])
        names.append(name)
        source += name == "name" ? #"([A-Za-z_][\w./@\-]*)"# : numberPattern
        rest = rest[rest.index(after: end)...]
      case "*": source += ".*?"
      case " ", "\t":
        rest = rest.drop { $0 == " " || $0 == "\t" }
        source += #"\s+"#
      default:
        source += character.isLetter || character.isNumber ? String(character) : "\\\(character)"
      }
    }
    guard names.contains(where: { !["step", "epoch", "name"].contains($0) }) else {
      throw LaunchError.badPattern(text, "it names no metric")
    }
    do {
      return .given(try Regex(source), names: names)
    } catch {
      throw LaunchError.badPattern(text, "it cannot be understood")
    }
  }

  private static func read(
    _ line: String, _ regex: Regex<AnyRegexOutput>, _ names: [String], into found: inout Found
  ) {
    for match in line.matches(of: regex) {
      var named: String?
      for (index, name) in names.enumerated() {
        guard let text = match.output[index + 1].substring else { continue }
        switch name {
        case "name": named = String(text)
        case "value" where named != nil: found.add(named ?? name, text)
        default: found.add(name, text)
        }
      }
    }
  }
}

// MARK: What most programs print

extension ScalarReader {
  private static let place =
    #"(?:^|[^\w/.\-])(?i:(epoch|step|global_step|iter|iteration))['"]?\s*[:=#]?\s*[\[(]?\s*([0-9]+(?:\.[0-9]+)?)(?!\w|[.:\-]\d)"#

  /// A name, perhaps in quotes and after the part of the data that it is about, then `:` or `=`, and a number
  /// that is no date, time, version or number with a unit.
  private static let value =
    #"(?:^|[^\w/.\-])(?:(?i:(train|val|valid|validation|test|eval))\s+)?([A-Za-z][\w./@\-]*)['"]?\s*[:=]\s*"#
    + numberPattern + #"(?!\w|[.:\-/,]\d)"#

  private static let places: Set = ["epoch", "step", "global_step", "iter", "iteration"]

  private static func readUsual(
    _ line: String, place: Regex<AnyRegexOutput>, value: Regex<AnyRegexOutput>,
    into found: inout Found
  ) {
    for match in line.matches(of: place) {
      guard let word = match.output[1].substring, let number = match.output[2].substring else {
        continue
      }
      found.add(String(word), number)
    }
    for match in line.matches(of: value) {
      guard let name = match.output[2].substring, let number = match.output[3].substring,
        !places.contains(name.lowercased())
      else { continue }
      let part = match.output[1].substring.map { $0.lowercased() + "/" } ?? ""
      found.add(part + name, number)
    }
  }
}
