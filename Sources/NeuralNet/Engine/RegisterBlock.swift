import CProcessor

/// How a grid of sums is cut into blocks that stay in registers while they grow.
///
/// Each term of a sum is the product of a value of its row and a value of its column, so that one load for each
/// row and each column of a block serves `rows · columns` multiply-adds. While the sums of a block grow, the
/// values of its shorter side are held, and those of the other side pass through one more register.
struct RegisterBlock {
  /// The most rows of a block.
  let rows: Int
  /// The most columns of a block.
  let columns: Int

  /// The most rows and columns that `BlockKernel.runBlocks` has code for.
  static var mostRows: Int { 8 }
  private static var mostColumns: Int { 6 }

  /// Chooses the block by which the grid takes the least time to load, the tallest of several.
  /// - Parameters:
  ///   - rows: The rows of the grid.
  ///   - columns: The columns of the grid.
  ///   - kernel: What computes the sums.
  init(rows: Int, columns: Int, for kernel: (some BlockKernel).Type) {
    let (row, column) = (kernel.registersPerRow, kernel.registersPerColumn)
    // A column's vector comes from further away than a row's number, which stays in the first cache.
    let (rowCost, columnCost) = column > row ? (4 * row, 5 * column) : (row, column)
    var best = (rows: 1, columns: 1, cost: Int.max)
    for height in 1...max(1, min(rows, Self.mostRows)) {
      for width in 1...max(1, min(columns, Self.mostColumns))
      where kernel.fits(rows: height, columns: width) {
        let rowLoads = rows * columns.dividedUp(by: width)
        let columnLoads = columns * rows.dividedUp(by: height)
        let cost = rowCost * rowLoads + columnCost * columnLoads
        if cost <= best.cost { best = (height, width, cost) }
      }
    }
    self.rows = best.rows
    self.columns = best.columns
  }
}

/// The size of a block of sums, which the optimiser knows.
///
/// Rows and columns are not both parameters of the type: Swift 6.3 takes one for the other when it optimises.
struct BlockSize<let count: Int> {
  let rows: Int
  let columns: Int

  @inline(__always)
  init(_ rows: Int, _ columns: Int) {
    self.rows = rows
    self.columns = columns
  }
}

/// The sums of a block, row by row: the optimiser unrolls loops over it and keeps it in registers.
typealias Sums<Vector: SIMD, let count: Int> = InlineArray<count, Vector>

/// A computation over a grid of `rows` x `columns` sums, written for a block of any fixed size.
protocol BlockKernel {
  /// The registers that the value of a row takes: 1 for a number that is the same for all samples.
  static var registersPerRow: Int { get }

  /// The registers that the value of a column takes, and so a sum.
  static var registersPerColumn: Int { get }

  /// Computes the results of the block whose first row and column are given.
  func run<let count: Int>(row: Int, column: Int, size: BlockSize<count>)
}

extension BlockKernel {
  /// Whether the sums of a block, the values that it holds and the one that passes fit the registers.
  @inline(__always)
  static func fits(rows: Int, columns: Int) -> Bool {
    let sums = rows * columns * registersPerColumn
    let values =
      holdsColumns(rows: rows, columns: columns)
      ? columns * registersPerColumn + registersPerRow
      : rows * registersPerRow + registersPerColumn
    return rows * columns == 1 || sums + values <= Int(PROCESSOR_VECTOR_REGISTERS)
  }

  /// Whether the values of a block's columns are held, and not those of its rows.
  @inline(__always)
  static func holdsColumns(rows: Int, columns: Int) -> Bool {
    columns * registersPerColumn + registersPerRow < rows * registersPerRow + registersPerColumn
  }

  /// Covers the rows and columns with blocks.
  ///
  /// Not inlined: a caller that is generic would look up the types of all the blocks at each call.
  @inline(never)
  func runBlocks(of block: RegisterBlock, rows: Range<Int>, columns: Range<Int>) {
    rows.forEachEvenPart(upTo: block.rows) { row, height in
      columns.forEachEvenPart(upTo: block.columns) { column, width in
        switch (height, width) {
        case (8, 3): runIfFits(row, column, BlockSize<24>(8, 3))
        case (8, 2): runIfFits(row, column, BlockSize<16>(8, 2))
        case (8, 1): runIfFits(row, column, BlockSize<8>(8, 1))
        case (7, 3): runIfFits(row, column, BlockSize<21>(7, 3))
        case (7, 2): runIfFits(row, column, BlockSize<14>(7, 2))
        case (7, 1): runIfFits(row, column, BlockSize<7>(7, 1))
        case (6, 4): runIfFits(row, column, BlockSize<24>(6, 4))
        case (6, 3): runIfFits(row, column, BlockSize<18>(6, 3))
        case (6, 2): runIfFits(row, column, BlockSize<12>(6, 2))
        case (6, 1): runIfFits(row, column, BlockSize<6>(6, 1))
        case (5, 5): runIfFits(row, column, BlockSize<25>(5, 5))
        case (5, 4): runIfFits(row, column, BlockSize<20>(5, 4))
        case (5, 3): runIfFits(row, column, BlockSize<15>(5, 3))
        case (5, 2): runIfFits(row, column, BlockSize<10>(5, 2))
        case (5, 1): runIfFits(row, column, BlockSize<5>(5, 1))
        case (4, 6): runIfFits(row, column, BlockSize<24>(4, 6))
        case (4, 5): runIfFits(row, column, BlockSize<20>(4, 5))
        case (4, 4): runIfFits(row, column, BlockSize<16>(4, 4))
        case (4, 3): runIfFits(row, column, BlockSize<12>(4, 3))
        case (4, 2): runIfFits(row, column, BlockSize<8>(4, 2))
        case (4, 1): runIfFits(row, column, BlockSize<4>(4, 1))
        case (3, 6): runIfFits(row, column, BlockSize<18>(3, 6))
        case (3, 5): runIfFits(row, column, BlockSize<15>(3, 5))
        case (3, 4): runIfFits(row, column, BlockSize<12>(3, 4))
        case (3, 3): runIfFits(row, column, BlockSize<9>(3, 3))
        case (3, 2): runIfFits(row, column, BlockSize<6>(3, 2))
        case (3, 1): runIfFits(row, column, BlockSize<3>(3, 1))
        case (2, 6): runIfFits(row, column, BlockSize<12>(2, 6))
        case (2, 5): runIfFits(row, column, BlockSize<10>(2, 5))
        case (2, 4): runIfFits(row, column, BlockSize<8>(2, 4))
        case (2, 3): runIfFits(row, column, BlockSize<6>(2, 3))
        case (2, 2): runIfFits(row, column, BlockSize<4>(2, 2))
        case (2, 1): runIfFits(row, column, BlockSize<2>(2, 1))
        case (1, 6): runIfFits(row, column, BlockSize<6>(1, 6))
        case (1, 5): runIfFits(row, column, BlockSize<5>(1, 5))
        case (1, 4): runIfFits(row, column, BlockSize<4>(1, 4))
        case (1, 3): runIfFits(row, column, BlockSize<3>(1, 3))
        case (1, 2): runIfFits(row, column, BlockSize<2>(1, 2))
        default: runIfFits(row, column, BlockSize<1>(1, 1))
        }
      }
    }
  }

  /// Sizes that do not fit leave no code.
  @inline(__always)
  private func runIfFits<let count: Int>(_ row: Int, _ column: Int, _ size: BlockSize<count>) {
    if Self.fits(rows: size.rows, columns: size.columns) {
      run(row: row, column: column, size: size)
    }
  }
}

extension Int {
  /// The parts of at most `size` that this many are cut into.
  @inline(__always)
  func dividedUp(by size: Int) -> Int { (self + size - 1) / size }
}

extension Range<Int> {
  /// Goes through the parts of at most `largest`, as few and as equal as possible, by first and count: six is
  /// better cut into three and three than into five and one.
  @inline(__always)
  func forEachEvenPart(upTo largest: Int, _ body: (_ first: Int, _ count: Int) -> Void) {
    var first = lowerBound
    while first < upperBound {
      let left = upperBound - first
      let count = left.dividedUp(by: left.dividedUp(by: largest))
      body(first, count)
      first += count
    }
  }
}

extension SIMD {
  /// The registers that a vector of this type takes.
  @inline(__always)
  static var registers: Int {
    Swift.max(1, MemoryLayout<Self>.size / Int(PROCESSOR_VECTOR_BYTES))
  }
}
