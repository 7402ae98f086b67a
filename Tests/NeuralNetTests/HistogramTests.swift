import NeuralNet
import Testing

@Suite struct HistogramTests {
  @Test(arguments: [0, 1, -1e9, 1e16, -3.4e38, 1e-45] as [Float])
  func equalValuesLieInTheMiddle(value: Float) {
    let histogram = Histogram(of: Array(repeating: value, count: 5)[...], binCount: 4)
    #expect(histogram.lower < Double(value) && Double(value) < histogram.upper)
    #expect(histogram.counts == [0, 0, 5, 0])
    #expect(histogram.mean == Double(value) && histogram.standardDeviation == 0)
  }

  @Test func innerEdgesBelongToTheUpperBin() {
    let histogram = Histogram(of: [0, 1, 2, 4, .nan, .infinity][...], binCount: 4)
    #expect(histogram.counts == [1, 1, 1, 1])
    #expect((histogram.lower, histogram.upper) == (0, 4))
    #expect((histogram.count, histogram.nonfiniteCount) == (4, 2))
  }
}
