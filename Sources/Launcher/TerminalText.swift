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
    /// The line as UTF-8, as long as nothing but its end was written: that is nearly always so, and fast.
    var bytes: [UInt8]? = []
    /// Its characters, once it was written over.
    var characters: [Unicode.Scalar] = []
    var count = 0
    var isChanged = true

    var text: String {
      if let bytes { return String(decoding: bytes, as: UTF8.self) }
      var text = String.UnicodeScalarView()
      text.append(contentsOf: characters)
      return String(text)
    }

    mutating func append(_ scalar: Unicode.Scalar) {
      if bytes != nil {
        bytes?.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
      } else {
        characters.append(scalar)
      }
      count += 1
      isChanged = true
    }

    /// Changes the characters anywhere.
    mutating func edit(_ body: (inout [Unicode.Scalar]) -> Void) {
      if let bytes { characters = Array(String(decoding: bytes, as: UTF8.self).unicodeScalars) }
      bytes = nil
      body(&characters)
      count = characters.count
      isChanged = true
    }
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
  private var decoder = UTF8Decoder()

  init(stream: OutputLine.Stream) { self.stream = stream }

  /// How many lines are held here.
  var count: Int { rows.count }

  /// Takes what was printed.
  /// - Parameters:
  ///   - number: The number that the next new line gets.
  ///   - ended: Is told each line that was ended; nil if nobody wants to know.
  mutating func write(
    _ bytes: [UInt8], at time: Date, number: inout Int,
    ended: ((String) -> Void)? = nil
  ) {
    var decoder = decoder
    defer { self.decoder = decoder }
    var place = 0
    while place < bytes.count {
      var end = place
      while end < bytes.count, bytes[end] >= 0x20, bytes[end] <= 0x7E { end += 1 }
      let isPlain = end > place && decoder.isIdle
      if isPlain, append(bytes[place..<end], at: time, number: &number) {
        place = end
        continue
      }
      for byte in bytes[place..<max(end, place + 1)] {
        decoder.decode(byte) { scalar in
          take(scalar, at: time, number: &number, ended: ended)
        }
      }
      place = max(end, place + 1)
    }
  }

  /// Appends printable ASCII to the line that the cursor ends.
  /// - Returns: False if there is more to it.
  private mutating func append(
    _ ascii: ArraySlice<UInt8>, at time: Date, number: inout Int
  ) -> Bool {
    guard case .plain = state, !isOnOtherScreen else { return false }
    makeRow(at: time, number: &number)
    guard rows[row].bytes != nil, column == rows[row].count,
      column + ascii.count <= Self.longestLine
    else { return false }
    rows[row].bytes?.append(contentsOf: ascii)
    rows[row].count += ascii.count
    rows[row].isChanged = true
    column += ascii.count
    return true
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
          text: rows[index].text))
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

  private mutating func take(
    _ scalar: Unicode.Scalar, at time: Date, number: inout Int, ended: ((String) -> Void)?
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
    _ scalar: Unicode.Scalar, at time: Date, number: inout Int, ended: ((String) -> Void)?
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

  private mutating func endRow(_ ended: ((String) -> Void)?) {
    ended?(rows[row].text)
    row += 1
    column = 0
  }

  private mutating func makeRow(at time: Date, number: inout Int) {
    guard row >= rows.count else { return }
    rows.append(Row(number: number, time: time))
    number += 1
  }

  private mutating func put(
    _ scalar: Unicode.Scalar, at time: Date, number: inout Int, ended: ((String) -> Void)?
  ) {
    guard !isOnOtherScreen else { return }
    makeRow(at: time, number: &number)
    if column >= Self.longestLine {
      endRow(ended)
      makeRow(at: time, number: &number)
    }
    while rows[row].count < column { rows[row].append(" ") }
    if column < rows[row].count {
      rows[row].edit { $0[column] = scalar }
    } else {
      rows[row].append(scalar)
    }
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
    let end = min(column, rows[row].count)
    rows[row].edit { characters in
      switch part {
      case 0: characters.removeSubrange(end...)
      case 1: for place in 0..<end { characters[place] = " " }
      default: characters.removeAll()
      }
    }
  }
}
