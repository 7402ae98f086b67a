import RealModule

/// A number that the engine computes with: `Float` to train, `Double` to check gradients.
///
/// The two functions are asked of each type because the compiler makes single instructions of
/// comparisons only where it knows the type while it still reads the source.
public protocol LaneScalar: Real, BinaryFloatingPoint, SIMDScalar, Codable, Sendable {
  /// In each lane `a > b ? yes : no`; `no` where one of them is NaN.
  static func select(
    _ yes: SIMD16<Self>, _ no: SIMD16<Self>, where a: SIMD16<Self>, isAbove b: SIMD16<Self>
  ) -> SIMD16<Self>

  /// In each lane the larger of the two, or NaN if one of them is.
  static func maximum(_ a: SIMD16<Self>, _ b: SIMD16<Self>) -> SIMD16<Self>
}

extension Float: LaneScalar {
  @inline(__always)
  public static func select(
    _ yes: SIMD16<Float>, _ no: SIMD16<Float>, where a: SIMD16<Float>, isAbove b: SIMD16<Float>
  ) -> SIMD16<Float> {
    no.replacing(with: yes, where: a .> b)
  }

  @inline(__always)
  public static func maximum(_ a: SIMD16<Float>, _ b: SIMD16<Float>) -> SIMD16<Float> {
    a.replacing(with: b, where: (b .> a) .| (b .!= b))
  }
}

extension Double: LaneScalar {
  @inline(__always)
  public static func select(
    _ yes: SIMD16<Double>, _ no: SIMD16<Double>, where a: SIMD16<Double>,
    isAbove b: SIMD16<Double>
  ) -> SIMD16<Double> {
    no.replacing(with: yes, where: a .> b)
  }

  @inline(__always)
  public static func maximum(_ a: SIMD16<Double>, _ b: SIMD16<Double>) -> SIMD16<Double> {
    a.replacing(with: b, where: (b .> a) .| (b .!= b))
  }
}

/// One value of each of the 16 samples of a group: sample `n` of the group is lane `n`.
///
/// Every layer is then the formula for one sample, written with vectors: nothing is wasted at the
/// edges of an image, and no lane ever needs its neighbour.
public typealias Lanes<Scalar: LaneScalar> = SIMD16<Scalar>

/// The number of samples in a group, which is the number of lanes.
public let groupSize = 16

/// `sums[k] = Σ lanes of vectors[k]`, each as `laneSum` adds them.
///
/// A function of its own, away from the loops that fill the vectors: next to them, the compiler
/// would turn their accumulators on their side and lose almost all of their speed.
@inline(never)
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
func sumLanes<Scalar: LaneScalar>(
  of vectors: UnsafePointer<Lanes<Scalar>>, count: Int, into sums: UnsafeMutablePointer<Scalar>
) {
  let whole = count / groupSize * groupSize
  for first in stride(from: 0, to: whole, by: groupSize) {
    // Sixteen vectors become eight, four, two and one, whose lanes are the sums in their order.
    var tree = InlineArray<16, Lanes<Scalar>>(repeating: .zero)
    for k in 0..<8 { tree[k] = vectors[first + 2 * k].pairSums(vectors[first + 2 * k + 1]) }
    for k in 0..<4 { tree[k] = tree[2 * k].pairSums(tree[2 * k + 1]) }
    for k in 0..<2 { tree[k] = tree[2 * k].pairSums(tree[2 * k + 1]) }
    UnsafeMutableRawPointer(sums + first).storeBytes(
      of: tree[0].pairSums(tree[1]), as: Lanes<Scalar>.self)
  }
  for index in whole..<count { sums[index] = vectors[index].laneSum }
}

/// `sums[r] = Σ vectors[r, c]` over all columns `c`, each lane for itself.
@inline(never)
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
func sumRows<Scalar: LaneScalar>(
  of vectors: UnsafePointer<Lanes<Scalar>>, rows: Int, columns: Int,
  into sums: UnsafeMutablePointer<Lanes<Scalar>>
) {
  // Four rows side by side: an addition would wait for the one before it.
  for row in stride(from: 0, to: rows, by: 4) {
    // Rows beyond the last are the last once more.
    let starts = SIMD4(row, row + 1, row + 2, row + 3).clamped(
      lowerBound: .zero, upperBound: SIMD4(repeating: rows - 1))
    var totals = InlineArray<4, Lanes<Scalar>>(repeating: .zero)
    for column in 0..<columns {
      for k in 0..<4 { totals[k] += vectors[starts[k] * columns + column] }
    }
    for k in 0..<4 { sums[starts[k]] = totals[k] }
  }
}

extension SIMD16 where Scalar: LaneScalar {
  /// The sum of the lanes, always added in the same order: neighbours, then neighbouring pairs and so on.
  @inline(__always)
  var laneSum: Scalar {
    let eight = evenHalf + oddHalf
    let four = eight.evenHalf + eight.oddHalf
    let two = four.evenHalf + four.oddHalf
    return two.x + two.y
  }

  /// The sums of neighbouring lanes, first of this vector, then of the other.
  @inline(__always)
  fileprivate func pairSums(_ other: Self) -> Self {
    Self(lowHalf: evenHalf, highHalf: other.evenHalf)
      + Self(lowHalf: oddHalf, highHalf: other.oddHalf)
  }
}

/// Makes columns of rows: lane `c` of row `r` becomes lane `r` of row `c`.
@inline(__always)
func transpose<Scalar>(_ rows: inout InlineArray<16, SIMD16<Scalar>>) {
  // Four perfect shuffles of the rows, each of which doubles the length of what lies together.
  for _ in 0..<4 {
    let before = rows
    for k in 0..<8 {
      rows[2 * k].evenHalf = before[k].lowHalf
      rows[2 * k].oddHalf = before[k + 8].lowHalf
      rows[2 * k + 1].evenHalf = before[k].highHalf
      rows[2 * k + 1].oddHalf = before[k + 8].highHalf
    }
  }
}
