import Testing

@testable import RunStore

/// What is drawn of very many points.
@Suite struct OutlineTests {
  private func outline(
    _ points: some Sequence<MetricPoint>, isPerEpoch: Bool = false
  ) -> [MetricPoint] {
    var outline = MetricOutline(isPerEpoch: isPerEpoch)
    for point in points { outline.append(point) }
    return outline.points
  }

  @Test func whatStandsOutIsKeptInOrder() {
    let values = (0..<300_000).map { index -> Double in
      switch index {
      case 123_457: 100
      case 200_001: -100
      case 222_222: .nan
      default: Double(index % 10)
      }
    }
    let kept = outline(
      values.enumerated().map { MetricPoint(name: "m", step: $0, value: $1) })
    #expect(kept.count < 5 * 8_192)
    #expect(kept.first?.step == 0 && kept.last?.step == 299_999)
    #expect(zip(kept, kept.dropFirst()).allSatisfy { $0.step < $1.step })
    for step in [123_457, 200_001, 222_222] { #expect(kept.contains { $0.step == step }) }
    #expect(kept.allSatisfy { $0.value.isNaN || $0.value == values[$0.step] })
  }

  @Test func ofAnEpochTheLastPointIsKept() {
    let points = (0..<100_000).map {
      MetricPoint(name: "m", step: $0, epoch: $0 / 100, value: Double($0))
    }
    let perEpoch = outline(points, isPerEpoch: true)
    #expect(perEpoch.map(\.epoch) == (0..<1_000).map { $0 })
    #expect(perEpoch.map(\.step) == (0..<1_000).map { $0 * 100 + 99 })
    // Over steps, nobody takes them for one point an epoch.
    #expect(outline(points).allSatisfy { $0.epoch == nil })
    let onePerEpoch = points.map { MetricPoint(name: "m", step: $0.step, epoch: $0.step, value: 1) }
    #expect(outline(onePerEpoch).allSatisfy { $0.epoch == $0.step })
  }

  @Test func ofAStepTheLatestPointIsKept() {
    let kept = outline((0..<50_000).map { MetricPoint(name: "m", step: 7, repeat: $0, value: 1) })
    #expect(kept.map(\.repeat) == [49_999])
  }
}
