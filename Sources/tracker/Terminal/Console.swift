import Foundation
import Reporting
import Synchronization

/// What a person sees: results on standard output, everything else on standard error.
///
/// Names, paths and remarks come from files that anyone may have written. A line is printed such that a
/// terminal obeys none of its characters; only what is formatted already is written as it is.
enum Console {
  /// Prints a line of a result.
  /// - Throws: `OutputError` if it could not be written, such as on a full disk.
  static func print(_ line: String) throws {
    try write(VisibleText.escaping(line) + "\n")
  }

  /// Prints a JSON object as a line.
  static func print(json: String) throws {
    try write(JSONText.escaping(json) + "\n")
  }

  /// Writes a table, a picture, or other text that is formatted and escaped already.
  static func write(_ text: String) throws {
    let output = FileOutput(.standardOutput)
    output.write(text)
    try finish(output)
  }

  /// Writes a table.
  static func write(_ table: Table, _ format: FormatOptions) throws {
    var writer = TableWriter(
      format.format, to: FileOutput(.standardOutput), width: format.width)
    table.write(to: &writer)
    try finish(writer)
  }

  /// Writes tables, as they are read.
  /// - Parameter limit: The most rows of a table; nil for all.
  /// - Returns: The titles of the tables that have more.
  @discardableResult
  static func write(
    _ sheet: TableSheet, _ format: FormatOptions, limit: Int? = nil
  ) throws -> [String] {
    var output = FileOutput(.standardOutput)
    let omissions = try sheet.write(
      to: &output, as: format.format, limit: limit, width: format.width)
    try finish(output)
    tellLeftOut(omissions.leftOut)
    return omissions.cut
  }

  /// Ends a table on standard output, and says which columns it lacks.
  static func finish(_ writer: TableWriter<FileOutput>) throws {
    try finish(writer.output)
    tellLeftOut(writer.leftOut)
  }

  private static func tellLeftOut(_ names: [String]) {
    guard !names.isEmpty else { return }
    tell(
      "Note: The terminal is too narrow for \(names.joined(separator: ", ")). All columns: --wide")
  }

  /// Writes bytes as they are.
  static func write(_ bytes: Data) throws {
    try translatingErrors { try FileHandle.standardOutput.write(contentsOf: bytes) }
  }

  /// Ends an output to standard output.
  /// - Throws: `OutputError` if not everything could be written.
  static func finish(_ output: FileOutput) throws {
    try translatingErrors { try output.finish() }
  }

  /// A reader who went away, such as `head` or a terminal that was closed, has read enough: that is no
  /// error.
  private static func translatingErrors(_ write: () throws -> Void) throws {
    do {
      try write()
    } catch {
      let failure = OutputError(place: "standard output", cause: error)
      guard failure.code == EPIPE || (failure.code == EIO && outputIsDevice) else { throw failure }
    }
  }

  /// Whether standard output is a terminal, even one that is gone.
  private static var outputIsDevice: Bool {
    var status = stat()
    return fstat(STDOUT_FILENO, &status) == 0 && status.st_mode & S_IFMT == S_IFCHR
  }

  /// Tells a person a line beside the result.
  static func tell(_ line: String) { tell([line]) }

  /// The lines that are told once.
  private static let told = Mutex<Set<String>>([])

  /// Tells a person a line beside the result, unless it was told before.
  static func tellOnce(_ line: String) {
    if told.withLock({ $0.insert(line).inserted }) { tell(line) }
  }

  /// Notes that something was told, in other words or at another place.
  static func note(_ line: String) { told.withLock { _ = $0.insert(line) } }

  /// Whether `tellOnce` or `note` were given the line.
  static func wasTold(_ line: String) -> Bool { told.withLock { $0.contains(line) } }

  /// Tells a person some lines beside the result.
  /// - Parameter start: Is written before them as it is.
  static func tell(_ lines: [String], after start: String = "") {
    draw(start + lines.map { VisibleText.escaping($0) + "\n" }.joined())
  }

  /// Writes to standard error as it is, also what moves the cursor.
  static func draw(_ text: String) {
    // A command does its work whether someone listens or not.
    try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
  }

  /// The size of the terminal that standard output goes to; nil if it is none.
  static var outputSize: (columns: Int, rows: Int)? {
    var size = winsize()
    let isKnown = ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
    return isKnown ? (Int(size.ws_col), Int(size.ws_row)) : nil
  }

  /// The width of the terminal that standard error goes to, in characters.
  static var columns: Int {
    var size = winsize()
    let isKnown = ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
    return isKnown ? Int(size.ws_col) : 80
  }

  /// From now on, a reader of the output who goes away does not end the program.
  static func outliveReaders() {
    signal(SIGPIPE, SIG_IGN)
  }
}
