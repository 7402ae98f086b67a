/// `y[j, p] = start[j] + Σ w[j, k] · x[p, k]` over three nested counters `k`: what a layer sums, forward and
/// backward, where one number for all samples meets a vector of them.
///
/// Block rows are the `j`, block columns the `p`.
struct WeightedSums<Scalar: LaneScalar> {
  /// One of the counters of a sum.
  struct Counter {
    let count: Int
    /// How far the weight of the next term is from that of this one, within the weights of a row.
    let weightStep: Int
    /// How far the value of the next term is from that of this one.
    let valueStep: Int

    /// A counter that has nothing to count.
    static var once: Counter { Counter(1, weightStep: 0, valueStep: 0) }

    init(_ count: Int, weightStep: Int, valueStep: Int) {
      self.count = count
      self.weightStep = weightStep
      self.valueStep = valueStep
    }
  }

  private var outer: Counter
  private var middle: Counter
  private var inner: Counter
  private let weights: UnsafePointer<Scalar>
  private let layout: WeightLayout
  /// The term of a row with which the sums begin.
  private let firstTerm: Int
  private let values: UnsafePointer<Lanes<Scalar>>
  private let valueColumnStep: Int

  init(
    over outer: Counter, _ middle: Counter, _ inner: Counter,
    weights: UnsafePointer<Scalar>, _ layout: WeightLayout, from firstTerm: Int = 0,
    values: UnsafePointer<Lanes<Scalar>>, columnStep: Int
  ) {
    (self.outer, self.middle, self.inner) = (outer, middle, inner)
    // The innermost loop shall be worth its while.
    for _ in 0..<2 where self.inner.count == 1 {
      (self.outer, self.middle, self.inner) = (.once, self.outer, self.middle)
    }
    self.weights = weights
    self.layout = layout
    self.firstTerm = firstTerm
    self.values = values
    self.valueColumnStep = columnStep
  }

  /// Adds all terms to the sums of a block.
  @inline(__always)
  func add<let count: Int>(
    row: Int, column: Int, size: BlockSize<count>, to sums: inout Sums<Lanes<Scalar>, count>
  ) {
    switch layout {
    case .rows(let step):
      add(weights + row * step, rowStep: step, termStep: 1, column, size, to: &sums)
    case .blocks(let terms):
      add(weights + row * terms, rowStep: 1, termStep: size.rows, column, size, to: &sums)
    }
  }

  @inline(__always)
  private func add<let count: Int>(
    _ weights: UnsafePointer<Scalar>, rowStep: Int, termStep: Int, _ column: Int,
    _ size: BlockSize<count>, to sums: inout Sums<Lanes<Scalar>, count>
  ) {
    let (rows, columns) = (size.rows, size.columns)
    let holdsColumns = StoredSums<Scalar>.holdsColumns(rows: rows, columns: columns)
    var outerWeights = weights + firstTerm * termStep
    var outerValues = values + column * valueColumnStep
    for _ in 0..<outer.count {
      var middleWeights = outerWeights
      var middleValues = outerValues
      for _ in 0..<middle.count {
        var weights = middleWeights
        var values = middleValues
        for _ in 0..<inner.count {
          if holdsColumns {
            for j in 0..<rows {
              let weight = Lanes(repeating: weights[j * rowStep])
              for p in 0..<columns {
                sums[j * columns + p] = sums[j * columns + p].addingProduct(
                  values[p * valueColumnStep], weight)
              }
            }
          } else {
            for p in 0..<columns {
              let value = values[p * valueColumnStep]
              for j in 0..<rows {
                let weight = Lanes(repeating: weights[j * rowStep])
                sums[j * columns + p] = sums[j * columns + p].addingProduct(value, weight)
              }
            }
          }
          weights += inner.weightStep * termStep
          values += inner.valueStep
        }
        middleWeights += middle.weightStep * termStep
        middleValues += middle.valueStep
      }
      outerWeights += outer.weightStep * termStep
      outerValues += outer.valueStep
    }
  }
}

/// Where the weights of sums stand.
enum WeightLayout {
  /// Row by row, each `step` from the one before.
  case rows(step: Int)
  /// Block by block, and within it term by term: the weights of its rows side by side, so that one pointer
  /// finds all that the next multiply-adds need. A row has `terms` of them.
  case blocks(terms: Int)
}

extension RegisterBlock {
  /// Puts the weights of sums in the order in which blocks of a grid take them, `WeightLayout.blocks`.
  /// - Parameters:
  ///   - weights: Shape `[parts, rows, terms]`; the sum of a row goes through all parts.
  ///   - rowStep: How far the weights of the next row are from those of this one.
  ///   - partStep: How far the weights of the next part are from those of this one.
  @inline(__always)
  func pack<Scalar>(
    _ weights: UnsafePointer<Scalar>, rows: Int, rowStep: Int, parts: Int, partStep: Int,
    terms: Int, into packed: UnsafeMutablePointer<Scalar>
  ) {
    var target = packed
    (0..<rows).forEachEvenPart(upTo: self.rows) { row, height in
      for part in 0..<parts {
        let source = weights + part * partStep + row * rowStep
        for term in 0..<terms {
          for j in 0..<height { target[j] = source[j * rowStep + term] }
          target += height
        }
      }
    }
  }
}

/// Weighted sums that are written to memory as they are.
struct StoredSums<Scalar: LaneScalar>: BlockKernel {
  let sums: WeightedSums<Scalar>
  /// What the sums start with, one number for each row; nil for zero.
  let start: UnsafePointer<Scalar>?
  let target: UnsafeMutablePointer<Lanes<Scalar>>
  /// How far the results of the next row are from those of this one.
  let rowStep: Int
  /// How far the result of the next column is from that of this one.
  let columnStep: Int

  @inline(__always)
  static var registersPerRow: Int { 1 }
  @inline(__always)
  static var registersPerColumn: Int { Lanes<Scalar>.registers }

  @inline(__always)
  func run<let count: Int>(row: Int, column: Int, size: BlockSize<count>) {
    var block = Sums<Lanes<Scalar>, count>(repeating: .zero)
    if let start {
      for j in 0..<size.rows {
        let value = Lanes(repeating: start[row + j])
        for p in 0..<size.columns { block[j * size.columns + p] = value }
      }
    }
    sums.add(row: row, column: column, size: size, to: &block)
    let target = target + row * rowStep + column * columnStep
    for j in 0..<size.rows {
      for p in 0..<size.columns {
        target[j * rowStep + p * columnStep] = block[j * size.columns + p]
      }
    }
  }
}
