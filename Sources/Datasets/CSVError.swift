/// What is wrong with a CSV file of numbers. Lines and columns count from 1.
public enum CSVError: Error, Hashable, Sendable, CustomStringConvertible {
  /// There is no row of numbers.
  case empty(file: String, hasHeader: Bool)
  /// A line has fewer fields than the table has columns.
  case missingColumn(file: String, line: Int, column: Int, expected: Int)
  /// A line has more fields than the table has columns.
  case extraColumn(file: String, line: Int, column: Int, expected: Int)
  /// A line between others is empty.
  case emptyLine(file: String, line: Int)
  /// A field is empty.
  case emptyField(file: String, line: Int, column: Int)
  /// A field is not a number; `text` is its beginning.
  case notANumber(file: String, line: Int, column: Int, text: String)
  /// A field is NaN, infinite, or too large for a double.
  case notFinite(file: String, line: Int, column: Int, text: String)
  /// A quote is never closed; the place is that of its field.
  case unclosedQuote(file: String, line: Int, column: Int)
  /// A quote stands inside a field, or something follows a closing one.
  case misplacedQuote(file: String, line: Int, column: Int)

  /// What is wrong, in a sentence that names the file and the place.
  public var message: String {
    switch self {
    case .empty(let file, let hasHeader):
      hasHeader ? "\(file) has a header and no rows." : "\(file) is empty."
    case .missingColumn(let file, let line, let column, let expected):
      "\(file), line \(line): column \(column) is missing (expected \(expected) columns)."
    case .extraColumn(let file, let line, let column, let expected):
      "\(file), line \(line): column \(column) is extra (expected \(expected) columns)."
    case .emptyLine(let file, let line):
      "\(file), line \(line) is empty."
    case .emptyField(let file, let line, let column):
      "\(file), line \(line), column \(column) is empty."
    case .notANumber(let file, let line, let column, let text):
      "\(file), line \(line), column \(column): \(text.debugDescription) is not a number."
    case .notFinite(let file, let line, let column, let text):
      "\(file), line \(line), column \(column): \(text.debugDescription) is not a finite number."
    case .unclosedQuote(let file, let line, let column):
      "\(file), line \(line), column \(column): the quote is never closed."
    case .misplacedQuote(let file, let line, let column):
      "\(file), line \(line), column \(column): there is a quote in the middle of the field."
    }
  }

  /// What to do next.
  public var hint: String {
    switch self {
    case .empty: "give at least one line of numbers separated by commas"
    case .missingColumn, .extraColumn, .emptyLine:
      "give every line the same number of values, separated by commas"
    case .emptyField, .notANumber:
      "write a decimal number there, such as -1.5 or 2e-3, with a point and not a comma"
    case .notFinite: "remove the row or write a finite number there"
    case .unclosedQuote, .misplacedQuote:
      "quote a whole field or nothing, and double a quote inside quotes"
    }
  }

  /// The message.
  public var description: String { message }
}
