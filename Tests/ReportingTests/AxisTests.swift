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
    #expect(AxisTicks.linear(0.5...3.5, atMost: 8, isWhole: true) == [1, 2, 3])
    #expect(AxisTicks.linear(0...16.5, atMost: 9) == [0, 2, 4, 6, 8, 10, 12, 14, 16])
  }

  @Test(
    arguments: [
      0...1, 0.1...0.3, -3e-9...7e-9, 1_795_622_373...1_795_624_113, 1_234_567.8...1_234_568.7,
      1...(1 + 1e-10), 9e15...(9e15 + 40), 0...1e18, -5_000_002...(-5_000_000), 0.9999...1.0001,
      1e300...2e300, 1e-300...2e-300,
    ] as [ClosedRange<Double>])
  func numbersAlongAnAxisAreDifferentAndTrue(range: ClosedRange<Double>) throws {
    for axis in [Axis("m", range: range), Axis("m", range: range, isWhole: true)] {
      let placement = AxisPlacement(
        axis, holding: [], isTight: true, in: .init(count: 8, characters: 80))
      let labels = placement.ticks.map(\.label)
      #expect(Set(labels).count == labels.count && labels.allSatisfy { $0.count <= 8 })
      let length = placement.range.upperBound - placement.range.lowerBound
      for tick in placement.ticks {
        #expect(abs(try #require(Double(tick.label)) - tick.place) <= length * 1e-6)
      }
      #expect(labels.count > 1 || axis.isWhole)
      let middle = range.lowerBound / 2 + range.upperBound / 2
      #expect(placement.range.contains(placement.place(middle)))
    }
  }

  @Test func whatLongNumbersShareStandsInTheCaption() {
    func caption(_ range: ClosedRange<Double>) -> String {
      let axis = Axis("m", unit: "s", range: range)
      return AxisPlacement(axis, holding: [], isTight: true, in: .init(count: 8)).caption
    }
    #expect(caption(1_234_567.8...1_234_568.7) == "m (s) − 1234567")
    #expect(caption(-5_000_002...(-5_000_000)) == "m (s) + 5000010")
    #expect(caption(1_000...2_000) == "m (s)")
    #expect(Axis("step", origin: 1 << 53).caption == "step − 9007199254740992")
    #expect(Axis("step", isWhole: true, origin: 1 << 53).text(of: 3) == "9007199254740995")
  }

  @Test(
    arguments: [
      ([0.3, 0.3], "0.3"), ([0, 0], "0"), ([1e-9], "1e-09"), ([5], "5"),
      ([0.6931471805599453, 0.6931471805599454], "0.6931471806"),
    ] as [([Double], String)])
  func aConstantHasOneNumber(values: [Double], label: String) {
    for scale in [Axis.Scale.linear, .logarithmic] where values[0] > 0 || scale == .linear {
      for isTight in [true, false] {
        let placement = AxisPlacement(
          Axis("m", scale: scale), holding: values, isTight: isTight, in: .init(count: 8))
        #expect(placement.ticks.map(\.label) == [label])
        #expect(placement.range.lowerBound < values[0] && values[0] < placement.range.upperBound)
      }
    }
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
