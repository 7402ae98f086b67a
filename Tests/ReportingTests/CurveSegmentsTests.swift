import Foundation
import Testing

@testable import Reporting

@Suite struct CurveSegmentsTests {
  private func cut(_ values: [Double], on vertical: Axis = Axis("loss")) -> CurveSegments {
    let points = values.enumerated().map { LinePlot.Point(Double($0), $1) }
    return CurveSegments(points, horizontal: Axis("epoch"), vertical: vertical)
  }

  @Test func aFiniteCurveStaysWhole() {
    let curve = cut([3, 2, 1])
    #expect(curve.segments == [[.init(0, 3), .init(1, 2), .init(2, 1)]])
    #expect(curve.ends.isEmpty && curve.note == nil)
  }

  @Test(
    arguments: [
      ([3, 2, .infinity, .infinity], "× inf from epoch 2"), ([3, 2, .nan], "× nan from epoch 2"),
      ([3, 2, -.infinity, .nan], "× -inf from epoch 2, nan from epoch 3"),
    ] as [([Double], String)])
  func aCurveThatDivergesEndsInACross(values: [Double], note: String) {
    let curve = cut(values)
    #expect(curve.segments == [[.init(0, 3), .init(1, 2)]])
    #expect(curve.ends == [.init(1, 2)])
    #expect(curve.note == note)
  }

  @Test func aCurveThatComesBackHasAGap() {
    let curve = cut([3, .nan, 1])
    #expect(curve.segments == [[.init(0, 3)], [.init(2, 1)]])
    #expect(curve.ends == [.init(0, 3)])
    #expect(curve.note == "× 1 not shown")
  }

  @Test func nothingButNaNIsStillNamed() {
    let curve = cut([.nan, .nan])
    #expect(curve.segments.isEmpty && curve.ends.isEmpty)
    #expect(curve.note == "× nan from epoch 0")
  }

  @Test func zeroHasNoPlaceOnALogarithmicAxis() {
    let curve = cut([1, 0], on: Axis("loss", scale: .logarithmic))
    #expect(curve.ends == [.init(0, 1)])
    #expect(curve.note == "× ≤ 0 from epoch 1")
  }

  @Test func aCurveLeavesTheShownPartOnItsEdge() {
    let linear = cut([1, 3, 1], on: Axis("loss", range: 0...2))
    #expect(linear.segments == [[.init(0, 1), .init(0.5, 2)], [.init(1.5, 2), .init(2, 1)]])
    let logarithmic = cut([1, 1e4], on: Axis("loss", scale: .logarithmic, range: 0.1...100))
    #expect(logarithmic.ends.count == 1 && agree(logarithmic.ends[0].x, 0.5))
    #expect(logarithmic.note == "× above 100 from epoch 1")
  }

  @Test func aCurveOfManyPointsKeepsTheEndsOfEachColumn() {
    let values = (0..<100_000).map { sin(Double($0)) + ($0 == 54_321 ? 9 : 0) }
    let outline = cut(values).outlined(columns: 100)
    #expect(outline.segments.count == 1 && outline.segments[0].count <= 404)
    let kept = outline.segments[0]
    #expect(kept.first == .init(0, 0) && kept.last?.x == 99_999)
    #expect(
      kept.contains { $0.x == 54_321 } && zip(kept, kept.dropFirst()).allSatisfy { $0.x < $1.x })
    for column in 0..<100 {
      let range = Double(column) * 1_000..<Double(column + 1) * 1_000
      let largest = kept.filter { range.contains($0.x) }.map(\.y).max()
      #expect(largest == values[column * 1_000..<(column + 1) * 1_000].max())
    }
    #expect(cut([1, 2, 3]).outlined(columns: 1).segments[0].count == 3)
  }
}
