/// The one source of random numbers: xoshiro256** (Blackman and Vigna, 2018), seeded by SplitMix64.
///
/// The same seed gives the same numbers on every machine and in every version, because the
/// conversions below do not rest on the standard library's, which may change. The state is a value:
/// store it, and the sequence goes on from there.
public struct SeededGenerator: RandomNumberGenerator, Sendable, Hashable, Codable {
  /// The 256 bits of state, as four words; never all zero.
  public private(set) var state: [UInt64]

  /// Fills the state with the first four outputs of SplitMix64 from `seed`.
  public init(seed: UInt64) {
    var word = seed
    state = (0..<4).map { _ in
      word &+= 0x9E37_79B9_7F4A_7C15
      var mixed = word
      mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
      mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
      return mixed ^ (mixed >> 31)
    }
  }

  /// Reads a stored state.
  /// - Throws: `DecodingError` for a state that no generator has.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    state = try container.decode([UInt64].self, forKey: .state)
    guard state.count == 4, state.contains(where: { $0 != 0 }) else {
      throw DecodingError.dataCorruptedError(
        forKey: .state, in: container,
        debugDescription: "the generator's state is not four words that are not all 0")
    }
  }

  /// The next 64 random bits.
  public mutating func next() -> UInt64 {
    let result = (state[1] &* 5).rotatedLeft(by: 7) &* 9
    let shifted = state[1] << 17
    state[2] ^= state[0]
    state[3] ^= state[1]
    state[1] ^= state[2]
    state[0] ^= state[3]
    state[2] ^= shifted
    state[3] = state[3].rotatedLeft(by: 45)
    return result
  }

  /// A number in `0 ..< 1`, a multiple of 2⁻⁵³.
  public mutating func nextUnit() -> Double {
    Double(next() >> 11) * 0x1p-53
  }

  /// A number in `lower ..< upper`.
  public mutating func nextUniform(from lower: Double, to upper: Double) -> Double {
    lower + (upper - lower) * nextUnit()
  }

  /// A whole number in `0 ..< bound`, without bias (Lemire, 2019).
  public mutating func nextIndex(below bound: Int) -> Int {
    precondition(bound > 0, "There is no index below \(bound).")
    let range = UInt64(bound)
    let threshold = (0 &- range) % range
    while true {
      let product = next().multipliedFullWidth(by: range)
      if product.low >= threshold { return Int(product.high) }
    }
  }

  /// The numbers `0 ..< count` in random order (Fisher and Yates).
  public mutating func nextPermutation(of count: Int) -> [Int] {
    var order = Array(0..<count)
    for last in stride(from: count - 1, to: 0, by: -1) {
      order.swapAt(last, nextIndex(below: last + 1))
    }
    return order
  }
}

extension UInt64 {
  fileprivate func rotatedLeft(by bits: UInt64) -> UInt64 {
    (self << bits) | (self >> (64 - bits))
  }
}
