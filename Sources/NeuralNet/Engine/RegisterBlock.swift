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
  /// Covers the rows and columns with blocks, the largest that the registers hold.
  ///
  /// Not inlined: a caller that is generic would look up the types of all the blocks at each call.
  /// - Parameter widest: The most columns of a block, if that shall be less.
  @inline(never)
  func runBlocks(rows: Range<Int>, columns: Range<Int>, widest: Int = .max) {
    let holdsLargeBlocks = Int(PROCESSOR_VECTOR_BYTES) == 64
    let tallest = holdsLargeBlocks ? 4 : 2
    let tallestAlone = holdsLargeBlocks ? 8 : 4
    let widest = min(widest, holdsLargeBlocks ? 5 : 3)
    var row = rows.lowerBound
    while row < rows.upperBound {
      let rowsLeft = rows.upperBound - row
      let height =
        columns.count == 1 && rowsLeft >= tallestAlone
        ? tallestAlone : evenPart(of: rowsLeft, upTo: tallest)
      var column = columns.lowerBound
      while column < columns.upperBound {
        let width = evenPart(of: columns.upperBound - column, upTo: widest)
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

/// The first of the parts, as few and as equal as possible, that `count` is cut into: six is better
/// cut into three and three than into five and one.
@inline(__always)
private func evenPart(of count: Int, upTo largest: Int) -> Int {
  let parts = (count + largest - 1) / largest
  return (count + parts - 1) / parts
}
