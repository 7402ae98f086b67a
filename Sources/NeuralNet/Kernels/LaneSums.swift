/// `sums[k] = Σ lanes of vectors[k]`.
///
/// A function of its own, away from the loops that fill the vectors: next to them, the compiler
/// would turn their accumulators on their side and lose almost all of their speed.
@inline(never)
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
func sumLanes<Scalar: LaneScalar>(
  of vectors: UnsafePointer<Lanes<Scalar>>, count: Int, into sums: UnsafeMutablePointer<Scalar>
) {
  for index in 0..<count { sums[index] = vectors[index].laneSum }
}

/// `sums[r] = Σ vectors[r, c]` over all columns `c`, each lane for itself.
@inline(never)
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
func sumRows<Scalar: LaneScalar>(
  of vectors: UnsafePointer<Lanes<Scalar>>, rows: Int, columns: Int,
  into sums: UnsafeMutablePointer<Lanes<Scalar>>
) {
  for row in 0..<rows {
    var total = Lanes<Scalar>.zero
    for column in 0..<columns { total += vectors[row * columns + column] }
    sums[row] = total
  }
}

extension SIMD16 where Scalar: LaneScalar {
  /// The sum of the lanes, always added in the same order: halves, quarters, eighths, sixteenths.
  @inline(__always)
  var laneSum: Scalar {
    let eight = lowHalf + highHalf
    let four = eight.lowHalf + eight.highHalf
    let two = four.lowHalf + four.highHalf
    return two.x + two.y
  }
}
