import Foundation
import RunStore

/// The parameters of a stored run, read back in the types of the options they came from.
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

  /// A parameter; `whenAbsent` if the run was made before there was this option.
  func value<Value: OptionValue>(_ name: String, whenAbsent: Value? = nil) throws -> Value {
    if values[name] == nil, let whenAbsent { return whenAbsent }
    guard let value: Value = try optionalValue(name) else { throw wrongType(name, Value.type) }
    return value
  }

  /// A parameter, or nothing.
  func optionalValue<Value: OptionValue>(_ name: String) throws -> Value? {
    guard let stored = values[name], stored != .null else { return nil }
    guard let value = Value(stored: stored) else { throw wrongType(name, Value.type) }
    return value
  }

  /// Whether a parameter is text.
  func isText(_ name: String) -> Bool { values[name]?.text != nil }

  /// The path of a file, or nothing, also where `standIn` stands for nothing.
  ///
  /// A relative path is meant from where the run was started.
  func path(_ name: String, standIn: String? = nil) throws -> String? {
    guard let stored = values[name], stored != .null else { return nil }
    // No system takes longer paths, and none with a NUL: it would be another path.
    guard let path = stored.text, (1...4_096).contains(path.utf8.count), !path.utf8.contains(0)
    else { throw wrongType(name, "the path of a file") }
    guard path != standIn else { return nil }
    guard let directory, !path.hasPrefix("/"), !path.hasPrefix("~") else { return path }
    return URL(fileURLWithPath: directory).appendingPathComponent(path).path
  }

  /// Does what may find an option invalid, and says then which run stored it.
  func naming<Result>(_ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let error as InvalidOption {
      throw unusable(error.parameter, rule: error.rule)
    }
  }

  private func wrongType(_ name: String, _ type: String) -> ReplayError {
    unusable(name, rule: "must be \(type)")
  }

  private func unusable(_ name: String, rule: String) -> ReplayError {
    .unusableParameter(run: run, name: name, value: values[name], rule: rule)
  }
}
