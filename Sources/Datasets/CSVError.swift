import Foundation

/// What is wrong with a CSV file of numbers. Lines and columns count from 1.
public enum CSVError: LocalizedError, Hashable, Sendable {
  /// There is no row of numbers.
  case empty(file: String, hasHeader: Bool)
  /// The file is something else than text with commas.
  case otherFile(file: String, kind: FileKind)
  /// There is a control character, such as NUL, which no text holds.
  case notText(file: String, line: Int, column: Int, byte: UInt8)
  /// The values are separated by another character.
  case otherSeparator(file: String, line: Int, separator: Separator)
  /// The first line is Excel's note on the separator.
  case separatorNote(file: String, line: Int, separator: String)
  /// A line ends with CR alone.
  case loneCarriageReturn(file: String, line: Int)
  /// The first row holds 0, 1, 2 …, as pandas numbers columns without names.
  case numberedHeader(file: String, line: Int, columns: Int)
  /// Two columns have one name.
  case repeatedName(file: String, line: Int, column: Int, name: String)
  /// A line has fewer fields than the table has columns.
  case missingColumn(file: String, line: Int, column: Int, expected: Int)
  /// A line has more fields than the table has columns.
  case extraColumn(file: String, line: Int, column: Int, expected: Int)
  /// A line has more fields than any table that is read.
  case tooManyColumns(file: String, line: Int, most: Int)
  /// A field has more bytes than any number or name.
  case longField(file: String, line: Int, column: Int, most: Int)
  /// A line between others is empty.
  case emptyLine(file: String, line: Int)
  /// A field is empty.
  case emptyField(file: String, line: Int, column: Int)
  /// A field is not a number; `text` is its beginning.
  case notANumber(file: String, line: Int, column: Int, text: String)
  /// A field is NaN, infinite, or too large for a double.
  case notFinite(file: String, line: Int, column: Int, text: String)
  /// A field is not 0, but too small for a double.
  case tooSmall(file: String, line: Int, column: Int, text: String)
  /// A quote is never closed; the place is that of its field.
  case unclosedQuote(file: String, line: Int, column: Int)
  /// A quote stands inside a field, or something follows a closing one.
  case misplacedQuote(file: String, line: Int, column: Int)

  /// What separates values in files that are not read.
  public enum Separator: String, CaseIterable, Sendable {
    case semicolon = "semicolons"
    case tab = "tabs"
    case bar = "vertical bars (|)"
    case space = "spaces"

    var byte: UInt8 {
      switch self {
      case .semicolon: UInt8(ascii: ";")
      case .tab: UInt8(ascii: "\t")
      case .bar: UInt8(ascii: "|")
      case .space: UInt8(ascii: " ")
      }
    }
  }
}

extension CSVError {
  /// What is wrong, in a sentence that names the file and the place.
  public var errorDescription: String? {
    switch self {
    case .empty(let file, let hasHeader):
      hasHeader ? "\(file) has a header and no rows." : "\(file) is empty."
    case .otherFile(let file, let kind):
      "\(file) is \(kind), not text with commas (CSV)."
    case .notText(let file, let line, let column, let byte):
      "\(file), line \(line), column \(column): there is the byte \(byte), which no text holds: it "
        + "is not CSV."
    case .otherSeparator(let file, let line, let separator):
      "\(file), line \(line): the values are separated by \(separator.rawValue), not by commas."
    case .separatorNote(let file, let line, let separator):
      "\(file), line \(line) is a note to Excel, sep=\(separator), and no row."
    case .loneCarriageReturn(let file, let line):
      "\(file), line \(line) ends with a carriage return (CR) alone, as on old Macintoshes."
    case .numberedHeader(let file, let line, let columns):
      "\(file), line \(line) counts the columns from 0 to \(columns - 1), as pandas does in a "
        + "header without names: it is not clear whether it is data."
    case .repeatedName(let file, let line, let column, let name):
      "\(file), line \(line), column \(column): \(name.debugDescription) is there twice, so that "
        + "this is no header of names, and it is not a number."
    case .missingColumn(let file, let line, let column, let expected):
      "\(file), line \(line): column \(column) is missing (expected \(expected) columns)."
    case .extraColumn(let file, let line, let column, let expected):
      "\(file), line \(line): column \(column) is extra (expected \(expected) columns)."
    case .tooManyColumns(let file, let line, let most):
      "\(file), line \(line) has more than \(most) columns."
    case .longField(let file, let line, let column, let most):
      "\(file), line \(line), column \(column) has more than \(most) bytes."
    case .emptyLine(let file, let line):
      "\(file), line \(line) is empty."
    case .emptyField(let file, let line, let column):
      "\(file), line \(line), column \(column) is empty."
    case .notANumber(let file, let line, let column, let text):
      "\(file), line \(line), column \(column): \(text.debugDescription) is not a number"
        + (text.isNumberWithComma ? ": it has a comma, and decimals take a point." : ".")
    case .notFinite(let file, let line, let column, let text):
      "\(file), line \(line), column \(column): \(text.debugDescription) is not a finite number."
    case .tooSmall(let file, let line, let column, let text):
      "\(file), line \(line), column \(column): \(text.debugDescription) is too small for a double."
    case .unclosedQuote(let file, let line, let column):
      "\(file), line \(line), column \(column): the quote is never closed."
    case .misplacedQuote(let file, let line, let column):
      "\(file), line \(line), column \(column): there is a quote in the middle of the field."
    }
  }

  /// What to do next.
  public var recoverySuggestion: String? {
    switch self {
    case .empty: "give at least one line of numbers separated by commas"
    case .otherFile(_, let kind): kind.hint
    case .notText: "save the table as text: CSV in UTF-8"
    case .otherSeparator:
      "save it as CSV with commas between the values, and with points in the numbers"
    case .separatorNote:
      "remove that line, and write commas between the values and points in the numbers"
    case .loneCarriageReturn: "end lines with LF, such as with: tr '\\r' '\\n'"
    case .numberedHeader:
      "remove the line if it is a header; if it is data, put a line of names before it"
    case .repeatedName: "write numbers there if it is data, or another name"
    case .missingColumn, .extraColumn, .emptyLine:
      "give every line the same number of values, separated by commas"
    case .tooManyColumns, .longField: "give a table of numbers, with a line end after each row"
    case .emptyField(_, 1, 1):
      "write a number there; if it is the index that pandas writes, leave it out with index=False"
    case .emptyField(_, 1, _), .notANumber(_, 1, _, _), .notFinite(_, 1, _, _):
      "write a decimal number there, such as -1.5 or 2e-3, with a point and not a comma; only a first "
        + "line of nothing but names, such as x1,x2,d, is a header"
    case .emptyField, .notANumber:
      "write a decimal number there, such as -1.5 or 2e-3, with a point and not a comma"
    case .notFinite, .tooSmall: "remove the row or write a finite number there"
    case .unclosedQuote, .misplacedQuote:
      "quote a whole field or nothing, and double a quote inside quotes"
    }
  }
}

extension String {
  /// Whether this is figures with a comma between them, such as `0,5` or `1,000`.
  fileprivate var isNumberWithComma: Bool {
    contains(",") && allSatisfy { $0.isNumber || "+-,.eE".contains($0) }
  }
}
