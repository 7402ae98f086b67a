import Foundation
import RunStore

/// What a program prints on one stream, as lines of text: what would stand on a terminal, without the
/// sequences that colour it and move its cursor. A progress bar that redraws its line is that line, in its
/// last state; so are several bars below each other.
struct TerminalText {
  /// A line of the output; those at the end can still change.
  private struct Row {
    let number: Int
    let time: Date
    var characters: [Unicode.Scalar] = []
    var isChanged = true
  }

  private enum State {
    case plain
    /// After the escape character.
    case escape
    /// In a sequence of `ESC [`.
    case sequence
    /// In a text for the terminal itself, such as its title, up to BEL or `ESC \`.
    case title
    /// In such a text, after an escape character.
    case titleEscape
    /// One more character belongs to the sequence.
    case skipping
  }

  /// How many lines the cursor can go back.
  private static let reach = 60
  /// The most characters of a line; longer ones are parted.
  private static let longestLine = 32_768

  private let stream: OutputLine.Stream
  private var rows: [Row] = []
  private var row = 0
  private var column = 0
  private var state = State.plain
  private var parameters: [UInt8] = []
  /// Whether a program has the whole screen for itself, such as an editor: that is no output.
  private var isOnOtherScreen = false
  private var decoder = ScalarDecoder()

  init(stream: OutputLine.Stream) { self.stream = stream }

  /// How many lines are held here.
  var count: Int { rows.count }

  /// Takes what was printed.
  /// - Parameters:
  ///   - number: The number that the next new line gets.
  ///   - ended: Is told each line that was ended.
  mutating func write(
    _ bytes: some Sequence<UInt8>, at time: Date, number: inout Int, ended: (String) -> Void
  ) {
    var decoder = decoder
    defer { self.decoder = decoder }
    for byte in bytes {
      decoder.decode(byte) { scalar in
        take(scalar, at: time, number: &number, ended: ended)
      }
    }
  }

  /// The lines that changed since the last time, and not those that the cursor is on unless `all` are
  /// wanted. Lines that can no longer change are forgotten.
  mutating func takeChanged(all: Bool) -> [OutputLine] {
    var lines: [OutputLine] = []
    for index in rows.indices where rows[index].isChanged && (all || index != row) {
      rows[index].isChanged = false
      lines.append(
        OutputLine(
          number: rows[index].number, time: rows[index].time, stream: stream,
          text: Self.text(rows[index])))
    }
    let past = min(rows.count - Self.reach, row)
    if past > 0 {
      rows.removeFirst(past)
      row -= past
    }
    return lines
  }

  /// Forgets lines that were never taken, but for the last `count`.
  /// - Returns: The number of the last one that is forgotten; nil if there are no more.
  mutating func drop(allBut count: Int) -> Int? {
    let past = min(rows.count - count, row)
    guard past > 0 else { return nil }
    let number = rows[past - 1].number
    rows.removeFirst(past)
    row -= past
    return number
  }

  private static func text(_ row: Row) -> String {
    var text = String.UnicodeScalarView()
    text.append(contentsOf: row.characters)
    return String(text)
  }

  private mutating func take(
    _ scalar: Unicode.Scalar, at time: Date, number: inout Int, ended: (String) -> Void
  ) {
    switch state {
    case .plain: takePlain(scalar, at: time, number: &number, ended: ended)
    case .escape: begin(scalar)
    case .sequence:
      if (0x40...0x7E).contains(scalar.value) {
        state = .plain
        obey(scalar)
      } else if parameters.count < 32 {
        parameters.append(UInt8(truncatingIfNeeded: scalar.value))
      }
    case .title:
      if scalar == "\u{7}" { state = .plain }
      if scalar == "\u{1B}" { state = .titleEscape }
    case .titleEscape: state = scalar == "\\" ? .plain : .title
    case .skipping: state = .plain
    }
  }

  private mutating func begin(_ scalar: Unicode.Scalar) {
    switch scalar {
    case "[":
      state = .sequence
      parameters.removeAll(keepingCapacity: true)
    case "]", "P", "X", "^", "_": state = .title
    case " ", "#", "%", "(", ")", "*", "+": state = .skipping
    default: state = .plain
    }
  }

  private mutating func takePlain(
    _ scalar: Unicode.Scalar, at time: Date, number: inout Int, ended: (String) -> Void
  ) {
    switch scalar {
    case "\u{1B}": state = .escape
    case "\n":
      guard !isOnOtherScreen else { return }
      makeRow(at: time, number: &number)
      endRow(ended)
    case "\r": column = 0
    case "\u{8}": column = max(0, column - 1)
    case "\t": put(scalar, at: time, number: &number, ended: ended)
    default:
      // The controls of both tables, and DEL.
      if scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) { return }
      put(scalar, at: time, number: &number, ended: ended)
    }
  }

  private mutating func endRow(_ ended: (String) -> Void) {
    ended(Self.text(rows[row]))
    row += 1
    column = 0
  }

  private mutating func makeRow(at time: Date, number: inout Int) {
    guard row >= rows.count else { return }
    rows.append(Row(number: number, time: time))
    number += 1
  }

  private mutating func put(
    _ scalar: Unicode.Scalar, at time: Date, number: inout Int, ended: (String) -> Void
  ) {
    guard !isOnOtherScreen else { return }
    makeRow(at: time, number: &number)
    if column >= Self.longestLine {
      endRow(ended)
      makeRow(at: time, number: &number)
    }
    while rows[row].characters.count < column { rows[row].characters.append(" ") }
    if column < rows[row].characters.count {
      rows[row].characters[column] = scalar
    } else {
      rows[row].characters.append(scalar)
    }
    rows[row].isChanged = true
    column += 1
  }

  /// Obeys a sequence of `ESC [` by its last character; those that only colour have nothing to obey.
  private mutating func obey(_ command: Unicode.Scalar) {
    let text = String(decoding: parameters, as: UTF8.self)
    let given = Int(text.prefix { $0.isNumber }) ?? 0
    let count = min(max(1, given), Self.longestLine)
    switch command {
    case "A", "F": row = max(0, row - count)
    case "B", "E": row = min(rows.count, row + count)
    case "C": column = min(column + count, Self.longestLine)
    case "D": column = max(0, column - count)
    case "G": column = count - 1
    case "J" where given == 0: erase(0)
    case "K": erase(given)
    case "h", "l":
      if ["?1049", "?1047", "?47"].contains(text) { isOnOtherScreen = command == "h" }
    default: break
    }
    if command == "E" || command == "F" { column = 0 }
  }

  /// Erases the line from the cursor on, up to it, or whole: 0, 1, 2.
  private mutating func erase(_ part: Int) {
    guard row < rows.count, !isOnOtherScreen else { return }
    let end = min(column, rows[row].characters.count)
    switch part {
    case 0: rows[row].characters.removeSubrange(end...)
    case 1: for place in 0..<end { rows[row].characters[place] = " " }
    default: rows[row].characters.removeAll()
    }
    rows[row].isChanged = true
  }
}

/// Reads UTF-8 byte by byte; what is none becomes U+FFFD.
private struct ScalarDecoder {
  private var value: UInt32 = 0
  private var least: UInt32 = 0
  private var missing = 0

  mutating func decode(_ byte: UInt8, _ body: (Unicode.Scalar) -> Void) {
    if missing > 0 {
      guard byte & 0xC0 == 0x80 else {
        missing = 0
        body("\u{FFFD}")
        return decode(byte, body)
      }
      value = value << 6 | UInt32(byte & 0x3F)
      missing -= 1
      guard missing == 0 else { return }
      return body(value >= least ? Unicode.Scalar(value) ?? "\u{FFFD}" : "\u{FFFD}")
    }
    switch byte {
    case 0..<0x80: body(Unicode.Scalar(byte))
    case 0xC2..<0xE0: (value, least, missing) = (UInt32(byte & 0x1F), 0x80, 1)
    case 0xE0..<0xF0: (value, least, missing) = (UInt32(byte & 0x0F), 0x800, 2)
    case 0xF0..<0xF5: (value, least, missing) = (UInt32(byte & 0x07), 0x1_0000, 3)
    default: body("\u{FFFD}")
    }
  }
}
