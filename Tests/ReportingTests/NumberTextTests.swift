import Foundation
import Randomness
import Testing

@testable import Reporting

@Suite struct NumberTextTests {
  /// Also where the seventh digit is nearly a five, so that the sixth may be rounded either way.
  @Test func sixDigitsAreThoseOfC() {
    var generator = SeededGenerator(seed: 1)
    for index in 0..<20_000 {
      let exponent = Double(generator.nextIndex(below: 10)) - 4
      let whole = Double(generator.nextIndex(below: 1_000_000))
      let part = index.isMultiple(of: 2) ? 0.5 : Double(generator.nextIndex(below: 1_000)) / 1_000
      let number = (whole + part) * pow(10, exponent - 5)
      for number in [number, -number, number.nextUp, number.nextDown]
      where number.magnitude < 999_999.5 {
        #expect(NumberText.rounded(number) == String(format: "%.6g", number))
      }
    }
  }
}
