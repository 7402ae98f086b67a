import Testing

@testable import Reporting

@Suite struct AxisTests {
  @Test func captionsCarryTheirUnit() {
    #expect(Axis("loss", unit: "nats").caption == "loss (nats)")
    #expect(Axis("epoch").caption == "epoch")
  }

  @Test func ticksAreRound() {
    #expect(AxisTicks.linear(-3...3, atMost: 5) == [-2, 0, 2])
    #expect(AxisTicks.linear(0.1...0.32, atMost: 5).allSatisfy { (0.1...0.32).contains($0) })
    #expect(AxisTicks.logarithmic(0.15...3) == [0.2, 0.5, 1, 2])
    #expect(AxisTicks.logarithmic(1e-5...1e6) == [1e-4, 1e-2, 1, 100, 1e4, 1e6])
    #expect(AxisTicks.wholeStep([1, 2, 3]) == 1)
    #expect(AxisTicks.wholeStep([1, 2.5]) == nil)
  }

  @Test(arguments: [[], [1], [0, 0], [-1, 1], [.nan], [1e300, 1e-300]] as [[Double]])
  func rangesAreNeverEmpty(values: [Double]) {
    for scale in [Axis.Scale.linear, .logarithmic] {
      for isTight in [true, false] {
        let range = AxisRange.around(values, on: Axis("", scale: scale), isTight: isTight)
        #expect(range.lowerBound < range.upperBound)
      }
    }
  }
}
