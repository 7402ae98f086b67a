import CProcessor

/// The size of a block of accumulators that stays in registers, as a compile-time constant.
struct BlockSize<let rows: Int, let columns: Int> {}

/// The accumulators of a block: the optimiser unrolls loops over it and keeps it in registers.
typealias Accumulators<Scalar: LaneScalar, let rows: Int, let columns: Int> =
  InlineArray<rows, InlineArray<columns, Lanes<Scalar>>>

/// A computation over a grid of `rows` x `columns` results, written for a block of any fixed size.
///
/// Each loaded value then serves a whole row or column of the block, which is what lets the
/// processor multiply as fast as it can instead of waiting for memory.
protocol BlockKernel {
  /// Computes the results of the block whose first row and column are given.
  func run<let rows: Int, let columns: Int>(
    row: Int, column: Int, size: BlockSize<rows, columns>)
}

extension BlockKernel {
  /// Covers rows `rows` and columns `0 ..< columns` with blocks, the largest that the registers hold.
  @inline(__always)
  func runBlocks(rows: Range<Int>, columns: Int) {
    let holdsLargeBlocks = Int(PROCESSOR_VECTOR_BYTES) == 64
    runBlocks(
      rows: rows, columns: columns,
      tallest: holdsLargeBlocks ? 4 : 2, widest: holdsLargeBlocks ? 5 : 3)
  }

  @inline(__always)
  private func runBlocks(rows: Range<Int>, columns: Int, tallest: Int, widest: Int) {
    var row = rows.lowerBound
    while row < rows.upperBound {
      let left = rows.upperBound - row
      // Six rows are better as twice three than as four and two.
      let height =
        columns == 1 && left >= 8
        ? 8 : min(tallest, left > tallest && left < 2 * tallest ? (left + 1) / 2 : left)
      var column = 0
      while column < columns {
        let width = min(widest, columns - column)
        switch (height, width) {
        case (8, 1): run(row: row, column: column, size: BlockSize<8, 1>())
        case (4, 5): run(row: row, column: column, size: BlockSize<4, 5>())
        case (4, 4): run(row: row, column: column, size: BlockSize<4, 4>())
        case (4, 3): run(row: row, column: column, size: BlockSize<4, 3>())
        case (4, 2): run(row: row, column: column, size: BlockSize<4, 2>())
        case (4, 1): run(row: row, column: column, size: BlockSize<4, 1>())
        case (3, 5): run(row: row, column: column, size: BlockSize<3, 5>())
        case (3, 4): run(row: row, column: column, size: BlockSize<3, 4>())
        case (3, 3): run(row: row, column: column, size: BlockSize<3, 3>())
        case (3, 2): run(row: row, column: column, size: BlockSize<3, 2>())
        case (3, 1): run(row: row, column: column, size: BlockSize<3, 1>())
        case (2, 5): run(row: row, column: column, size: BlockSize<2, 5>())
        case (2, 4): run(row: row, column: column, size: BlockSize<2, 4>())
        case (2, 3): run(row: row, column: column, size: BlockSize<2, 3>())
        case (2, 2): run(row: row, column: column, size: BlockSize<2, 2>())
        case (2, 1): run(row: row, column: column, size: BlockSize<2, 1>())
        case (1, 5): run(row: row, column: column, size: BlockSize<1, 5>())
        case (1, 4): run(row: row, column: column, size: BlockSize<1, 4>())
        case (1, 3): run(row: row, column: column, size: BlockSize<1, 3>())
        case (1, 2): run(row: row, column: column, size: BlockSize<1, 2>())
        default: run(row: row, column: column, size: BlockSize<1, 1>())
        }
        column += width
      }
      row += height
    }
  }
}
