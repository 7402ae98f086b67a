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
