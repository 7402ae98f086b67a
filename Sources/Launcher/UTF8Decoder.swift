/// Reads UTF-8 byte by byte; what is none becomes U+FFFD.
struct UTF8Decoder {
  private var value: UInt32 = 0
  private var least: UInt32 = 0
  private var missing = 0

  /// Whether no character is half read.
  var isIdle: Bool { missing == 0 }

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
