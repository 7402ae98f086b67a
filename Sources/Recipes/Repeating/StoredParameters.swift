import Foundation
import RunStore

/// The parameters of a stored run, read back in the types of the options they came from.
struct StoredParameters {
  private let values: [String: SQLValue]
  /// The directory that the run was started in.
  private let directory: String?

  /// - Parameter directory: Where relative paths of files begin.
  init(_ values: [String: SQLValue], directory: String?) {
    self.values = values
    self.directory = directory
  }

  /// A whole number that is not negative.
  func count(_ name: String) throws -> Int {
    guard let value = try optionalCount(name) else { throw unusable(name) }
    return value
  }

  /// A whole number that is not negative, or nothing.
  func optionalCount(_ name: String) throws -> Int? {
    guard let stored = values[name], stored != .null else { return nil }
    guard let value = stored.integer, value >= 0 else { throw unusable(name) }
    return Int(value)
  }

  /// The seed; any 64 bits.
  func seed() throws -> UInt64 {
    guard let value = values["seed"]?.integer else { throw unusable("seed") }
    return UInt64(bitPattern: value)
  }

  /// Yes or no; `absent` if the run was made before there was this choice.
  func flag(_ name: String, absent: Bool? = nil) throws -> Bool {
    if values[name] == nil, let absent { return absent }
    guard let value = values[name]?.integer, value == 0 || value == 1 else { throw unusable(name) }
    return value == 1
  }

  /// A finite number.
  func number(_ name: String) throws -> Double {
    guard let value = values[name]?.real, value.isFinite else { throw unusable(name) }
    return value
  }

  /// A word out of those that a type knows; `absent` if the run was made before there was this choice.
  func choice<Choice: RawRepresentable<String>>(
    _ name: String, absent: Choice? = nil
  ) throws -> Choice {
    if values[name] == nil, let absent { return absent }
    guard let choice = values[name]?.text.flatMap(Choice.init(rawValue:)) else {
      throw unusable(name)
    }
    return choice
  }

  /// Text, or nothing.
  func optionalText(_ name: String) throws -> String? {
    guard let stored = values[name], stored != .null else { return nil }
    guard let text = stored.text else { throw unusable(name) }
    return text
  }

  /// The path of a file, or nothing, also where `placeholder` stands for nothing.
  ///
  /// A relative path is meant from where the run was started.
  func optionalPath(_ name: String, placeholder: String? = nil) throws -> String? {
    guard let path = try optionalText(name), path != placeholder else { return nil }
    guard let directory, !path.hasPrefix("/"), !path.hasPrefix("~") else { return path }
    return URL(fileURLWithPath: directory).appendingPathComponent(path).path
  }

  /// Numbers with commas between them, or nothing.
  func optionalNumbers(_ name: String) throws -> [Double]? {
    try optionalText(name).map { try numbers(in: $0, of: name) }
  }

  /// Lists of numbers with semicolons between them, or nothing.
  func optionalLists(_ name: String) throws -> [[Double]]? {
    try optionalText(name).map { text in
      try text.split(separator: ";").map { try numbers(in: String($0), of: name) }
    }
  }

  private func numbers(in text: String, of name: String) throws -> [Double] {
    try text.split(separator: ",").map { word in
      guard let number = Double(word) else { throw unusable(name) }
      return number
    }
  }

  /// The error that says that a parameter is missing or makes no sense.
  func unusable(_ name: String) -> RepetitionError {
    .unusableParameter(name: name, value: values[name])
  }
}
