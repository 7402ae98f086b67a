import Foundation

/// A question in a file of `queries/`, with what its header says of it.
public struct SavedQuery: Sendable, Equatable {
  /// A value to be given.
  public struct Parameter: Sendable, Equatable {
    /// The type of the value.
    public enum Kind: String, Sendable, CaseIterable {
      /// A whole number.
      case integer = "INTEGER"
      /// A number.
      case real = "REAL"
      /// Text.
      case text = "TEXT"
    }

    /// The name, without the colon.
    public let name: String
    /// The type of the value.
    public let kind: Kind
    /// A value that makes sense.
    public let example: String
    /// What it means.
    public let purpose: String
    /// Whether it can be left out: then its purpose says what is done `if not set`.
    public var isOptional: Bool { purpose.contains("if not set") }
  }

  /// A column of the result.
  public struct Column: Sendable, Equatable {
    /// The name.
    public let name: String
    /// What it holds.
    public let purpose: String
  }

  /// The name of the file, without `.sql`.
  public let name: String
  /// What the query answers; one or more sentences.
  public let purpose: String
  /// The values to be given.
  public let parameters: [Parameter]
  /// The columns of the result, in order.
  public let columns: [Column]
  /// The text of the file.
  public let sql: String

  /// Reads the header of a query.
  /// - Throws: `malformedQuery` if it does not have the form of those in `queries/`.
  public init(name: String, sql: String) throws {
    // Editors of Windows begin a file with a byte order mark.
    let sql = sql.hasPrefix("\u{FEFF}") ? String(sql.unicodeScalars.dropFirst()) : sql
    let header = try QueryHeader(name: name, sql: sql)
    self.name = name
    self.sql = sql
    purpose = header.purpose
    parameters = header.parameters
    columns = header.columns
  }

  /// The values for the statement, with NULL for what may be left out.
  /// - Throws: `unknownParameter` or `missingParameter`.
  public func arguments(_ given: [String: SQLValue]) throws -> [String: SQLValue] {
    let known = parameters.map(\.name)
    for name in given.keys.sorted() where !known.contains(name) {
      throw RunStoreError.unknownParameter(name: name, known: known)
    }
    var arguments = given
    for parameter in parameters where given[parameter.name] == nil {
      guard parameter.isOptional else {
        throw RunStoreError.missingParameter(name: parameter.name)
      }
      arguments[parameter.name] = .null
    }
    return arguments
  }
}

/// The comment at the start of a saved query:
///
/// ```sql
/// -- What it answers.
/// --
/// -- Parameters:
/// --   :run INTEGER, for example 1: number of the run
/// -- Columns:
/// --   epoch: epochs finished
/// ```
struct QueryHeader {
  var purpose = ""
  var parameters: [SavedQuery.Parameter] = []
  var columns: [SavedQuery.Column] = []

  private enum Section {
    case purpose, parameters, columns
  }

  init(name: String, sql: String) throws {
    var section = Section.purpose
    for line in sql.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
      guard line.hasPrefix("--") else { break }
      let text = line.dropFirst(2).trimmed
      switch (text, section) {
      case ("", _): continue
      case ("Parameters:", _): section = .parameters
      case ("Columns:", _): section = .columns
      case (_, .purpose): purpose += (purpose.isEmpty ? "" : " ") + text
      case (_, .parameters):
        guard let parameter = SavedQuery.Parameter(headerLine: text) else {
          throw RunStoreError.malformedQuery(
            name: name, detail: "'\(text)' is not ':name TYPE, for example VALUE: purpose'")
        }
        parameters.append(parameter)
      case (_, .columns):
        guard let colon = text.firstIndex(of: ":") else {
          throw RunStoreError.malformedQuery(name: name, detail: "'\(text)' is not 'name: purpose'")
        }
        columns.append(
          SavedQuery.Column(
            name: String(text[..<colon]), purpose: text[text.index(after: colon)...].trimmed))
      }
    }
    guard !purpose.isEmpty, !columns.isEmpty else {
      throw RunStoreError.malformedQuery(name: name, detail: "it has no purpose or no columns")
    }
  }
}

extension SavedQuery.Parameter {
  /// Reads `:run INTEGER, for example 1: number of the run`.
  fileprivate init?(headerLine line: String) {
    let pattern = /:(\w+) (\w+), for example (.+?): (.+)/
    guard let match = line.wholeMatch(of: pattern), let kind = Kind(rawValue: String(match.2))
    else { return nil }
    name = String(match.1)
    self.kind = kind
    example = String(match.3)
    purpose = String(match.4)
  }
}

extension Substring {
  /// The text without spaces at its ends.
  fileprivate var trimmed: String {
    var text = self
    while text.first == " " { text.removeFirst() }
    while text.last == " " { text.removeLast() }
    return String(text)
  }
}

extension SavedQuery {
  /// The queries that the program carries with it, by name. SwiftPM embeds each file under a name of
  /// its own but no list of them, so that the list stands here; a test finds a file that is missing.
  private static let files: [(name: String, bytes: [UInt8])] = [
    ("best_runs", PackageResources.best_runs_sql),
    ("compare_runs", PackageResources.compare_runs_sql),
    ("diverged_runs", PackageResources.diverged_runs_sql),
    ("epoch_losses", PackageResources.epoch_losses_sql),
    ("heaviest_layers", PackageResources.heaviest_layers_sql),
    ("histogram_drift", PackageResources.histogram_drift_sql),
    ("histogram_over_time", PackageResources.histogram_over_time_sql),
    ("layer_table", PackageResources.layer_table_sql),
    ("parameter_effect", PackageResources.parameter_effect_sql),
    ("run_detail", PackageResources.run_detail_sql),
    ("run_list", PackageResources.run_list_sql),
    ("slowest_epochs", PackageResources.slowest_epochs_sql),
    ("storage", PackageResources.storage_sql),
    ("weight_norms", PackageResources.weight_norms_sql),
  ]

  /// The names of the queries that the program carries with it.
  public static var names: [String] { files.map(\.name) }

  /// The queries that the program carries with it, by name.
  public static func all() throws -> [SavedQuery] {
    try files.map { try SavedQuery(name: $0.name, sql: String(decoding: $0.bytes, as: UTF8.self)) }
  }

  /// The query called `name`.
  /// - Throws: `unknownQuery`, which lists those there are.
  public static func named(_ name: String) throws -> SavedQuery {
    guard let file = files.first(where: { $0.name == name }) else {
      throw RunStoreError.unknownQuery(name: name, known: names)
    }
    return try SavedQuery(name: name, sql: String(decoding: file.bytes, as: UTF8.self))
  }
}

/// The queries of a folder of one's own.
public struct QueryFolder: Sendable {
  /// The queries, by name.
  public private(set) var queries: [SavedQuery] = []
  /// The files that hold none, by name, and why.
  public private(set) var faults: [(name: String, error: RunStoreError)] = []

  /// Reads the `.sql` files of a folder.
  /// - Throws: `cannotOpen` for the folder. A file without the header of those in `queries/` is a fault.
  public init(path: String) throws {
    var isFolder = ObjCBool(false)
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw RunStoreError.cannotOpen(path: path, detail: "there is no such folder")
    }
    guard isFolder.boolValue,
      let names = try? FileManager.default.contentsOfDirectory(atPath: path)
    else {
      throw RunStoreError.cannotOpen(path: path, detail: "it is not a folder that may be read")
    }
    for file in names.sorted() where file.hasSuffix(".sql") {
      let name = String(file.dropLast(".sql".count))
      let place = "\(path)/\(file)"
      do {
        guard let bytes = FileManager.default.contents(atPath: place) else {
          throw RunStoreError.cannotOpen(path: place, detail: "it is not a file that may be read")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
          throw RunStoreError.cannotOpen(path: place, detail: "it is not UTF-8 text")
        }
        queries.append(try SavedQuery(name: name, sql: text))
      } catch let error as RunStoreError {
        faults.append((name, error))
      }
    }
  }
}
