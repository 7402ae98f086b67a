import Dispatch

/// The most that this build can multiply and add on one core: what a kernel's speed is measured by.
public enum ProcessorPeak {
  /// Runs fused multiply-adds on registers alone, and returns the best rate.
  /// - Parameter seconds: How long to measure.
  /// - Returns: Floating-point operations a second; a multiply-add is two.
  public static func measure(seconds: Double) -> Double {
    let end = DispatchTime.now().uptimeNanoseconds + UInt64(seconds * 1e9)
    var best = 0.0
    var factor: Float = 1
    while true {
      let began = DispatchTime.now().uptimeNanoseconds
      let rounds = 10_000
      // The result feeds the next call, so that no call can be left out.
      factor = 1 + 1e-30 * multiplyAdd(rounds: rounds, factor: factor)
      let now = DispatchTime.now().uptimeNanoseconds
      let operations = Double(rounds * Self.accumulators * groupSize * 2)
      best = max(best, operations / (Double(now - began) / 1e9))
      if now >= end { return best }
    }
  }

  /// Enough independent sums to hide the latency of an addition on two units.
  private static let accumulators = 12

  @inline(never)
  private static func multiplyAdd(rounds: Int, factor: Float) -> Float {
    var sums = InlineArray<12, Lanes<Float>>(repeating: .zero)
    for index in 0..<accumulators { sums[index] = Lanes(repeating: Float(index)) }
    let factor = Lanes<Float>(repeating: factor)
    let addend = Lanes<Float>(repeating: 1e-9)
    for _ in 0..<rounds {
      for index in 0..<12 { sums[index] = addend.addingProduct(sums[index], factor) }
    }
    var total = Lanes<Float>.zero
    for index in 0..<accumulators { total += sums[index] }
    return total.laneSum
  }
}
