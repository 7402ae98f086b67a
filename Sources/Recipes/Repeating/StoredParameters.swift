import Foundation
import RunStore

/// The parameters of a stored run, read back in the types of the options they came from.
///
/// This only looks at types; whether a value makes sense, the options' `validate()` says.
struct StoredParameters: Sendable {
  private let run: Int
  private let values: [String: SQLValue]
  /// The directory that the run was started in.
  private let directory: String?

  /// - Parameter directory: Where relative paths of files begin.
  init(_ values: [String: SQLValue], ofRun run: Int, directory: String?) {
    self.run = run
    self.values = values
    self.directory = directory
  }

  /// A whole number.
  func integer(_ name: String) throws -> Int {
    guard let value = try optionalInteger(name) else { throw wrongType(name, "a whole number") }
    return value
  }

  /// A whole number, or nothing.
  func optionalInteger(_ name: String) throws -> Int? {
    guard let stored = values[name], stored != .null else { return nil }
    guard let value = stored.integer else { throw wrongType(name, "a whole number") }
    return Int(value)
  }

  /// The seed, as the 64 bits that are stored.
  func seed() throws -> UInt64 { UInt64(bitPattern: Int64(try integer("seed"))) }

  /// Yes or no; `absent` if the run was made before there was this choice.
  func flag(_ name: String, absent: Bool? = nil) throws -> Bool {
    if values[name] == nil, let absent { return absent }
    guard let value = values[name]?.integer, value == 0 || value == 1 else {
      throw wrongType(name, "0 or 1")
    }
    return value == 1
  }

  /// A number.
  func number(_ name: String) throws -> Double {
    guard let value = values[name]?.real else { throw wrongType(name, "a number") }
    return value
  }

  /// A word out of those that a type knows; `absent` if the run was made before there was this choice.
  func choice<Choice: RawRepresentable<String> & CaseIterable>(
    _ name: String, absent: Choice? = nil
  ) throws -> Choice {
    if values[name] == nil, let absent { return absent }
    guard let choice = values[name]?.text.flatMap(Choice.init(rawValue:)) else {
      throw wrongType(name, "one of " + Choice.allCases.map(\.rawValue).joined(separator: ", "))
    }
    return choice
  }

  /// Whether the parameter is text.
  func isText(_ name: String) -> Bool { values[name]?.text != nil }

  /// The path of a file, or nothing, also where `placeholder` stands for nothing.
  ///
  /// A relative path is meant from where the run was started.
  func optionalPath(_ name: String, placeholder: String? = nil) throws -> String? {
    guard let stored = values[name], stored != .null else { return nil }
    // No system takes longer paths, and none with a NUL: it would be another path.
    guard let path = stored.text, (1...4_096).contains(path.utf8.count), !path.utf8.contains(0)
    else { throw wrongType(name, "the path of a file") }
    guard path != placeholder else { return nil }
    guard let directory, !path.hasPrefix("/"), !path.hasPrefix("~") else { return path }
    return URL(fileURLWithPath: directory).appendingPathComponent(path).path
  }

  /// Whole numbers with commas between them; no text is no number.
  func integers(_ name: String) throws -> [Int] {
    guard let text = values[name]?.text else { throw wrongType(name, "whole numbers") }
    return try list(text, separator: ",") { word in
      guard let number = Int(word) else { throw wrongType(name, "whole numbers") }
      return number
    }
  }

  /// Numbers with commas between them, or nothing.
  func optionalNumbers(_ name: String) throws -> [Double]? {
    try optionalText(name).map { try numbers(in: $0, of: name) }
  }

  /// Lists of numbers with semicolons between them, or nothing.
  func optionalLists(_ name: String) throws -> [[Double]]? {
    try optionalText(name).map { text in
      try list(text, separator: ";") { try numbers(in: $0, of: name) }
    }
  }

  private func optionalText(_ name: String) throws -> String? {
    guard let stored = values[name], stored != .null else { return nil }
    guard let text = stored.text else { throw wrongType(name, "numbers") }
    return text
  }

  private func numbers(in text: String, of name: String) throws -> [Double] {
    try list(text, separator: ",") { word in
      guard let number = Double(word) else { throw wrongType(name, "numbers") }
      return number
    }
  }

  private func list<Element>(
    _ text: String, separator: Character, _ element: (String) throws -> Element
  ) throws -> [Element] {
    guard !text.isEmpty else { return [] }
    return try text.split(separator: separator, omittingEmptySubsequences: false)
      .map { try element(String($0)) }
  }

  private func wrongType(_ name: String, _ type: String) -> RepetitionError {
    unusable(name, rule: "must be \(type)")
  }

  private func unusable(_ name: String, rule: String) -> RepetitionError {
    .unusableParameter(run: run, name: name, value: values[name], rule: rule)
  }

  /// Does what may find a choice invalid, and says then which run stored it.
  func naming<Result>(_ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let error as InvalidOption {
      throw unusable(error.parameter, rule: error.rule)
    }
  }
}
