import CProcessor
import Dispatch
import Foundation

/// How many processors this process may use: on a shared machine that is less than there are.
public enum UsableProcessors {
  /// The number of processors, at least one, as it was when it was first asked for.
  public static let count = min(Int(processor_allowed_count()), quota(in: "") ?? .max)

  /// The number whose time the process may take, as containers limit it; nil for all.
  ///
  /// A control group is limited by itself and by those above it. A part of a processor counts as a
  /// whole one, because two threads do more than one in the time of one and a half.
  /// - Parameter root: What stands before `/proc` and `/sys`.
  static func quota(in root: String) -> Int? {
    func read(_ path: String) -> String? {
      try? String(contentsOfFile: root + "/" + path, encoding: .utf8)
    }
    var limits: [Double] = []
    for line in (read("proc/self/cgroup") ?? "").split(separator: "\n") {
      // Number, controllers and path: "0::/a" in the second version, "4:cpu,cpuacct:/a" in the first.
      let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard fields.count == 3 else { continue }
      let controllers = fields[1].split(separator: ",")
      for group in ancestors(of: String(fields[2])) {
        if fields[0] == "0", fields[1].isEmpty {
          for mount in ["sys/fs/cgroup", "sys/fs/cgroup/unified"] {
            let words = read(mount + group + "/cpu.max")?.split(whereSeparator: \.isWhitespace)
            limits += ratio(
              words?.first.map(String.init), words?.dropFirst().first.map(String.init))
          }
        } else if controllers.contains("cpu") {
          for mount in ["sys/fs/cgroup/cpu", "sys/fs/cgroup/\(fields[1])"] {
            limits += ratio(
              read(mount + group + "/cpu.cfs_quota_us"), read(mount + group + "/cpu.cfs_period_us"))
          }
        }
      }
    }
    return limits.min().flatMap { Int(exactly: max(1, $0.rounded(.up))) }
  }

  /// A group and those above it, as paths with a slash before each name; the root is empty. Inside of a
  /// container a group may be named as from outside, where only the root is to be found.
  private static func ancestors(of group: String) -> [String] {
    let names = group.split(separator: "/")
    return (0...names.count).map { names.prefix($0).map { "/" + $0 }.joined() }
  }

  private static func ratio(_ quota: String?, _ period: String?) -> [Double] {
    func number(_ text: String?) -> Double? {
      text.flatMap { Double($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
    }
    // "max" and -1 stand for no limit.
    guard let quota = number(quota), let period = number(period), quota > 0, period > 0 else {
      return []
    }
    return [quota / period]
  }
}

/// The processor that the engine was compiled for.
public enum ProcessorTarget {
  /// The size of a vector register in bytes: 64 for AVX-512, 32 for AVX2, otherwise 16.
  public static let vectorBytes = Int(PROCESSOR_VECTOR_BYTES)

  /// Whether this processor can run the engine.
  public static var isHere: Bool { processor_has_vectors(Int32(PROCESSOR_VECTOR_BYTES)) != 0 }
}

/// The order in which the engine adds, by number: runs of another one differ in the last digits.
public enum EngineRevision {
  /// 1 summed the lanes of a convolution's gradients once a batch; 2 sums them within the group of samples,
  /// neighbours first.
  public static let current = 2
}

/// The most that this build can multiply and add on one core: what a kernel's speed is measured by.
public enum ProcessorPeak {
  /// Runs fused multiply-adds on registers alone, and returns the best rate.
  /// - Parameter seconds: How long to measure.
  /// - Returns: Floating-point operations a second; a multiply-add is two.
  public static func measure(seconds: Double) -> Double {
    switch ProcessorTarget.vectorBytes {
    case 64: measure(seconds: seconds, with: SIMD16<Float>.self)
    case 32: measure(seconds: seconds, with: SIMD8<Float>.self)
    default: measure(seconds: seconds, with: SIMD4<Float>.self)
    }
  }

  /// - Parameter vector: What one register holds.
  private static func measure<Vector: SIMD>(
    seconds: Double, with vector: Vector.Type
  ) -> Double where Vector.Scalar == Float {
    let end = DispatchTime.now().uptimeNanoseconds + UInt64(seconds * 1e9)
    let rounds = 10_000
    let operations = Double(rounds * sums * Vector.scalarCount * 2)
    var best = 0.0
    var factor: Float = 1
    while true {
      let began = DispatchTime.now().uptimeNanoseconds
      // The result feeds the next call, so that no call can be left out.
      factor = 1 + 1e-30 * multiplyAdd(rounds: rounds, factor: Vector(repeating: factor))
      let now = DispatchTime.now().uptimeNanoseconds
      best = max(best, operations / (Double(now - began) / 1e9))
      if now >= end { return best }
    }
  }

  /// Enough independent sums to hide the latency of a multiply-add on two units, and few enough to fit 16
  /// registers beside the two values that every term is made of.
  private static var sums: Int { 12 }

  @inline(never)
  private static func multiplyAdd<Vector: SIMD>(rounds: Int, factor: Vector) -> Float
  where Vector.Scalar == Float {
    var sums = InlineArray<12, Vector>(repeating: .zero)
    for index in 0..<12 { sums[index] = Vector(repeating: Float(index)) }
    let addend = Vector(repeating: 1e-9)
    for _ in 0..<rounds {
      for index in 0..<12 { sums[index] = addend.addingProduct(sums[index], factor) }
    }
    var total = Vector.zero
    for index in 0..<12 { total += sums[index] }
    return total.sum()
  }
}
