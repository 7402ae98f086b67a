import Foundation
import RunStore

/// What names, values and ids may be, as MLflow has it.
enum Rules {
  static let longestName = 250
  static let longestParam = 6_000
  static let longestTag = 8_000

  /// A character of Python's `\w`, or one of `/.- :`.
  static func mayBeInName(_ character: Unicode.Scalar) -> Bool {
    if character.isASCII {
      return switch character {
      case "a"..."z", "A"..."Z", "0"..."9", "_", "/", ".", "-", " ", ":": true
      default: false
      }
    }
    return switch character.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
      .decimalNumber, .letterNumber, .otherNumber:
      true
    default: false
    }
  }

  /// Checks the name of a metric, param or tag.
  /// - Parameters:
  ///   - place: Where it stands, for the message.
  ///   - what: What it is called where it is too long; nil for its place.
  static func check(name: String, at place: String, called what: String? = nil) throws {
    guard !name.isEmpty else { throw Refusal.missing(place) }
    guard name.unicodeScalars.allSatisfy(mayBeInName) else {
      throw Refusal.invalid(
        JSONWriter.text(name), for: place,
        hint: "Names may only contain alphanumerics, underscores (_), dashes (-), periods (.),"
          + " spaces ( ), colon(:) and slashes (/).")
    }
    guard isPlainPath(name) else {
      throw leadingElsewhere(name, at: place)
    }
    guard name.unicodeScalars.count <= longestName else {
      throw tooLong(what ?? place, most: longestName)
    }
  }

  /// Whether a path is in its shortest form, and leads nowhere else.
  static func isPlainPath(_ path: String) -> Bool {
    path != "." && !path.utf8.starts(with: "..".utf8) && !path.utf8.starts(with: "/".utf8)
      && ExactName(path) == ExactName(resolved(path))
  }

  /// The shortest form of a path, as Python's `posixpath.normpath` has it.
  private static func resolved(_ path: String) -> String {
    var parts: [String] = []
    for part in path.partsOfPath where !part.isEmpty && part != "." {
      if part == "..", parts.last.map({ $0 != ".." }) ?? path.utf8.starts(with: "/".utf8) {
        _ = parts.popLast()
      } else {
        parts.append(part)
      }
    }
    let slashes = path.utf8.prefix { $0 == UInt8(ascii: "/") }.count
    let start = slashes == 0 ? "" : slashes == 2 ? "//" : "/"
    let whole = start + parts.joined(separator: "/")
    return whole.isEmpty ? "." : whole
  }

  /// The refusal of a name that is no plain path.
  static func leadingElsewhere(_ name: String, at place: String) -> Refusal {
    .invalid(
      JSONWriter.text(name), for: place,
      hint:
        "Names may be treated as files in certain cases, and must not resolve to other names when"
        + " treated as such. This name would resolve to '\(resolved(name))'")
  }

  static func tooLong(_ what: String, most: Int) -> Refusal {
    .invalid("'\(what)' exceeds the maximum length of \(most) characters")
  }

  /// Checks a length in characters.
  static func check(_ text: String, _ what: String, most: Int) throws {
    guard text.utf8.count <= most || text.unicodeScalars.count <= most else {
      throw tooLong(what, most: most)
    }
  }

  /// The text, cut at `most` characters.
  static func cut(_ text: String, at most: Int) -> String {
    guard text.utf8.count > most, text.unicodeScalars.count > most else { return text }
    return String(String.UnicodeScalarView(text.unicodeScalars.prefix(most)))
  }

  /// The number of an experiment, which may be of none: `0` is the first.
  static func experiment(_ id: String) throws -> Int {
    guard let number = Int(id.trimmingCharacters(in: .whitespaces)) else {
      throw Refusal.invalid(
        "Invalid experiment ID '\(id)'. Experiment ID must be a valid integer.")
    }
    return number == 0 ? 1 : number
  }

  /// The id of an experiment that clients see.
  static func id(ofExperiment number: Int64) -> String { number == 1 ? "0" : String(number) }

  /// Checks the form of the id of a run.
  static func check(run id: String) throws {
    let scalars = id.unicodeScalars
    let isAllowed =
      scalars.count <= 256 && scalars.first?.isASCII == true
      && scalars.first.map { mayBeInName($0) && !"_/.- :".unicodeScalars.contains($0) } == true
      && scalars.allSatisfy { mayBeInName($0) && !"/. :".unicodeScalars.contains($0) }
    guard isAllowed else { throw Refusal.invalid(JSONWriter.text(id), for: "run_id") }
  }

  /// The most results that a page of most searches may have.
  static let largestPage = 50_000

  /// How many results a page may have.
  /// - Parameter usual: What holds where nothing is given; 0 if something must be.
  static func pageSize(_ given: Int64?, usual: Int, most: Int = largestPage) throws -> Int {
    let size = given ?? Int64(usual)
    guard size >= 1, size <= most else {
      throw Refusal.invalid(
        "Invalid value \(size) for parameter 'max_results' supplied. It must be "
          + (size < 1 ? "a positive integer" : "at most \(most)"))
    }
    return Int(size)
  }
}

/// Where the next page of a list begins.
enum PageToken {
  /// The offset that a token says; 0 without one.
  static func offset(_ token: String?) throws -> Int {
    guard let token, !token.isEmpty else { return 0 }
    guard let data = Data(base64Encoded: token),
      let message = try? Message(body: Array(data)),
      let offset = try? message.integer("offset"), offset >= 0, offset < 1 << 53
    else {
      throw Refusal.invalid("Invalid page token, could not base64-decode")
    }
    return Int(offset)
  }

  /// The token for an offset.
  static func token(_ offset: Int) -> String {
    Data("{\"offset\": \(offset)}".utf8).base64EncodedString()
  }
}

extension JSONWriter {
  /// A text as JSON.
  static func text(_ text: String) -> String {
    var writer = JSONWriter()
    writer.string(text)
    return String(decoding: writer.bytes, as: UTF8.self)
  }
}
