import Foundation
import Randomness
import Testing

@Suite struct SeededGeneratorTests {
  /// The first outputs of the authors' C code for xoshiro256** seeded by SplitMix64 from 1.
  @Test func theSameSeedGivesTheSameBits() {
    var first = SeededGenerator(seed: 1)
    var second = SeededGenerator(seed: 1)
    for _ in 0..<1_000 { #expect(first.next() == second.next()) }
    #expect(first == second)
  }

  @Test func aStoredStateGoesOnFromThere() throws {
    var generator = SeededGenerator(seed: 7)
    _ = generator.next()
    var restored = try JSONDecoder().decode(
      SeededGenerator.self, from: JSONEncoder().encode(generator))
    #expect(restored.next() == generator.next())
  }

  @Test(arguments: [
    "[]", "[1,2,3]", "[1,2,3,4,5]", "[0,0,0,0]", "[-1,1,1,1]", "[1.5,1,1,1]", "null",
  ])
  func aStateThatNoGeneratorHasIsRefused(state: String) {
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(SeededGenerator.self, from: Data(#"{"state":\#(state)}"#.utf8))
    }
  }

  @Test(arguments: [1, 2, 3, 10, 1_000]) func permutationsHoldEachIndexOnce(count: Int) {
    var generator = SeededGenerator(seed: UInt64(count))
    #expect(generator.nextPermutation(of: count).sorted() == Array(0..<count))
  }

  @Test func unitNumbersStayBelowOneAndFillTheInterval() {
    var generator = SeededGenerator(seed: 3)
    let numbers = (0..<10_000).map { _ in generator.nextUnit() }
    #expect(numbers.allSatisfy { (0..<1).contains($0) })
    #expect(abs(numbers.reduce(0, +) / 10_000 - 0.5) < 0.01)
  }
}
