extension [UInt8] {
  /// A damaged copy: bits flipped, bytes overwritten, a piece cut off, taken out, doubled or moved.
  public func damaged(using random: inout some RandomNumberGenerator) -> [UInt8] {
    var bytes = self
    for _ in 0..<Int.random(in: 1...3, using: &random) {
      guard !bytes.isEmpty else { return bytes }
      let place = Int.random(in: bytes.indices, using: &random)
      let end = Swift.min(place + Int.random(in: 1...64, using: &random), bytes.count)
      switch Int.random(in: 0..<7, using: &random) {
      case 0, 1: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      case 2: bytes[place] = [0, 1, 0x7F, 0x80, 0xFF].randomElement(using: &random) ?? 0
      case 3: bytes.removeSubrange(place...)
      case 4: bytes.removeSubrange(place..<end)
      case 5: bytes.insert(contentsOf: bytes[place..<end], at: end)
      default:
        let piece = Array(bytes[place..<end])
        bytes.insert(contentsOf: piece, at: Int.random(in: bytes.indices, using: &random))
      }
    }
    return bytes
  }
}
