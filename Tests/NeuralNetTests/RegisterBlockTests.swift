import Testing

@testable import NeuralNet

/// Which blocks the kernels get on the processor that the tests are built for.
@Suite struct RegisterBlockTests {
  private let vectorBytes = ProcessorTarget.vectorBytes

  @Test(arguments: 1...17, 1...29)
  func everyBlockFitsTheRegisters(rows: Int, columns: Int) {
    check(StoredSums<Float>.self)
    check(StoredSums<Double>.self)
    check(ConvolutionWeightGradient<SIMD8<Float>>.self)
    check(ConvolutionWeightGradient<SIMD16<Float>>.self)

    func check<Kernel: BlockKernel>(_ kernel: Kernel.Type) {
      let block = RegisterBlock(rows: rows, columns: columns, for: kernel)
      #expect(Kernel.fits(rows: block.rows, columns: block.columns))
    }
  }

  /// 16 registers of 32 bytes hold six vectors of 16 floats, the value that they are multiplied with and a weight;
  /// 32 of 64 bytes hold 25 vectors and the five values.
  @Test func theRegistersAreUsed() {
    let block = RegisterBlock(rows: 30, columns: 30, for: StoredSums<Float>.self)
    // The columns of 3x3 convolutions that all taps reach: 2 x 3 would take fewer loads.
    let inner = RegisterBlock(rows: 64, columns: 30, for: StoredSums<Float>.self)
    let gradient = RegisterBlock(
      rows: 6, columns: 5, for: ConvolutionWeightGradient<SIMD8<Float>>.self)
    switch vectorBytes {
    case 64: #expect([block.rows, block.columns] == [5, 5])
    case 32:
      #expect([block.rows, block.columns] == [6, 1])
      #expect([inner.rows, inner.columns] == [6, 1])
      #expect([gradient.rows, gradient.columns] == [2, 5])
    default: break
    }
  }

  @Test func sumsOfLanesAreTheSameAloneAndTogether() {
    let vectors = (0..<37).map { row in
      Lanes<Float>((0..<16).map { Float(row + 1) / Float($0 * $0 + 3) })
    }
    var together = [Float](repeating: 0, count: vectors.count)
    sumLanes(of: vectors, count: vectors.count, into: &together)
    #expect(together == vectors.map(\.laneSum))
    for (sum, vector) in zip(together, vectors) {
      #expect(abs(sum - vector.indices.reduce(0) { $0 + vector[$1] }) < 1e-5 * sum)
    }
  }

  @Test func columnsBecomeRows() {
    var rows = InlineArray<16, SIMD16<UInt8>>(repeating: .zero)
    for row in 0..<16 { for lane in 0..<16 { rows[row][lane] = UInt8(row * 16 + lane) } }
    transpose(&rows)
    for row in 0..<16 {
      for lane in 0..<16 { #expect(rows[row][lane] == UInt8(lane * 16 + row)) }
    }
  }
}
