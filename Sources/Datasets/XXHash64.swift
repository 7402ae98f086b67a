/// XXH64, the fast non-cryptographic hash of Yann Collet's xxHash specification (version 0.1.1).
///
/// It tells different data apart; it does not protect against someone who forges them.
package func xxHash64(_ bytes: UnsafeRawBufferPointer, seed: UInt64) -> UInt64 {
  var position = 0
  var hash: UInt64
  if bytes.count >= 32 {
    var lanes = Lanes(seed: seed)
    while position + 32 <= bytes.count {
      lanes.mix(bytes, at: position)
      position += 32
    }
    hash = lanes.merged
  } else {
    hash = seed &+ prime5
  }
  hash &+= UInt64(bytes.count)

  while position + 8 <= bytes.count {
    hash ^= mixed(0, with: word(bytes, position))
    hash = rotated(hash, by: 27) &* prime1 &+ prime4
    position += 8
  }
  if position + 4 <= bytes.count {
    let half = bytes.loadUnaligned(fromByteOffset: position, as: UInt32.self)
    hash ^= UInt64(UInt32(littleEndian: half)) &* prime1
    hash = rotated(hash, by: 23) &* prime2 &+ prime3
    position += 4
  }
  while position < bytes.count {
    hash ^= UInt64(bytes[position]) &* prime5
    hash = rotated(hash, by: 11) &* prime1
    position += 1
  }

  hash = (hash ^ (hash >> 33)) &* prime2
  hash = (hash ^ (hash >> 29)) &* prime3
  return hash ^ (hash >> 32)
}

/// The four sums that take in 32 bytes a step.
private struct Lanes {
  var first, second, third, fourth: UInt64

  init(seed: UInt64) {
    first = seed &+ prime1 &+ prime2
    second = seed &+ prime2
    third = seed
    fourth = seed &- prime1
  }

  mutating func mix(_ bytes: UnsafeRawBufferPointer, at position: Int) {
    first = mixed(first, with: word(bytes, position))
    second = mixed(second, with: word(bytes, position + 8))
    third = mixed(third, with: word(bytes, position + 16))
    fourth = mixed(fourth, with: word(bytes, position + 24))
  }

  var merged: UInt64 {
    var hash =
      rotated(first, by: 1) &+ rotated(second, by: 7)
      &+ rotated(third, by: 12) &+ rotated(fourth, by: 18)
    for lane in [first, second, third, fourth] {
      hash = (hash ^ mixed(0, with: lane)) &* prime1 &+ prime4
    }
    return hash
  }
}

private let prime1: UInt64 = 0x9E37_79B1_85EB_CA87
private let prime2: UInt64 = 0xC2B2_AE3D_27D4_EB4F
private let prime3: UInt64 = 0x1656_67B1_9E37_79F9
private let prime4: UInt64 = 0x85EB_CA77_C2B2_AE63
private let prime5: UInt64 = 0x27D4_EB2F_1656_67C5

private func word(_ bytes: UnsafeRawBufferPointer, _ position: Int) -> UInt64 {
  UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self))
}

private func mixed(_ lane: UInt64, with word: UInt64) -> UInt64 {
  rotated(lane &+ word &* prime2, by: 31) &* prime1
}

private func rotated(_ value: UInt64, by bits: UInt64) -> UInt64 {
  (value << bits) | (value >> (64 - bits))
}

extension UInt64 {
  /// 16 hexadecimal digits.
  package var hexadecimal: String {
    let digits = String(self, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
