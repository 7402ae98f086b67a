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
