import RunStore

/// Rows of values under named columns, small enough to be held; longer ones go through `TableWriter`.
///
/// The same table can be written in each `TableFormat`:
///
/// | value | text, Markdown, LaTeX | CSV | JSON, JSON lines |
/// | --- | --- | --- | --- |
/// | null | empty | empty; `null` where None is a value | `null` |
/// | absent | empty | empty | no key |
/// | integer | all digits | all digits | all digits |
/// | real | six significant digits | shortest that reads back the same | the same |
/// | NaN, ±∞ | `nan`, `inf`, `-inf` (LaTeX: NaN, ∞) | `nan`, `inf`, `-inf` | `"NaN"`, `"Infinity"`, `"-Infinity"` |
/// | text | escaped, so that it stays in its cell | quoted where needed | a string |
/// | blob | its size, `12 bytes` | Base64 | Base64 |
public struct Table: Sendable, Hashable {
  /// How the values of a column line up.
  public enum Alignment: Sendable, Hashable {
    /// To the right if the column holds numbers and nothing else, otherwise to the left.
    case automatic
    /// To the left.
    case left
    /// To the right.
    case right
  }

  /// The head of one column.
  public struct Column: Sendable, Hashable {
    /// What stands over the column, and the key in JSON.
    public var name: String
    /// How its values line up where columns have a width.
    public var alignment: Alignment

    /// Whether null is a value here, None, and not the same as nothing.
    public var showsNone = false
    /// How long the column stays where there is too little room: the least important go first.
    public var importance = 1

    /// The importance of a column without which the others say nothing.
    public static let mostImportant = 3

    /// A column called `name`.
    public init(_ name: String, alignment: Alignment = .automatic, importance: Int = 1) {
      self.name = name
      self.alignment = alignment
      self.importance = importance
    }
  }

  /// The columns, from left to right. Names may repeat.
  public var columns: [Column]
  /// The rows, each with one value a column.
  public var rows: [[SQLValue]]
  /// The columns that a row has no value for, not even null, by the place of the row.
  public var absences: [Int: Set<Int>] = [:]

  /// A table of `rows` under `columns`.
  public init(columns: [Column], rows: [[SQLValue]] = []) {
    self.columns = columns
    self.rows = rows
  }

  /// The table that `body` reads; where a stored value is not what its column holds, one that says so, so
  /// that the tables beside it are still to be had.
  static func readable(_ body: () throws -> Table) throws -> Table {
    do {
      return try body()
    } catch let error as RunStoreError {
      switch error {
      case .unexpectedValue, .unreadableRows:
        return Table(
          columns: ["unreadable"],
          rows: [[.text(error.localizedDescription)], [SQLValue(error.recoverySuggestion)]])
      default: throw error
      }
    }
  }

  /// Notes which of the rows' settings are not there.
  /// - Parameter column: That of the first setting.
  mutating func note(_ settings: some Sequence<[Setting]>, from column: Int) {
    for (row, settings) in settings.enumerated() {
      let absent = settings.indices.filter { settings[$0].value == nil }.map { column + $0 }
      if !absent.isEmpty { absences[row, default: []].formUnion(absent) }
    }
  }

  /// Notes which of the rows lack the setting of a column.
  mutating func note(_ settings: [Setting], of column: Int) {
    for (row, setting) in settings.enumerated() where setting.value == nil {
      absences[row, default: []].insert(column)
    }
  }

  /// The whole table as text in `format`; ends with a line end unless it is empty.
  public func formatted(as format: TableFormat) -> String {
    var writer = TableWriter(format, to: "")
    write(to: &writer)
    return writer.output
  }

  /// Sends the whole table through `writer`, from `begin` to `end`.
  public func write<Output>(to writer: inout TableWriter<Output>) {
    writer.begin(columns)
    for (index, row) in rows.enumerated() {
      writer.row(row, absent: absences[index] ?? [])
    }
    writer.end()
  }
}

extension Table.Column: ExpressibleByStringLiteral {
  /// A column with this name.
  public init(stringLiteral name: String) {
    self.init(name)
  }
}
