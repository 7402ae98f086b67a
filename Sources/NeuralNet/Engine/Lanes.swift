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
