/// Notices a loss that jumps: more than ten times the median of the last hundred.
struct LossMonitor {
  private static let window = 100
  /// With fewer losses before it, nothing is said of one.
  private static let fewest = 10
  private static let factor = 10.0

  /// The last losses in the order in which they came.
  private var recent: [Double] = []
  /// The same in the order of their size.
  private var sorted: [Double] = []
  private var epochOfLastJump: Int?

  /// Takes note of a batch's loss.
  /// - Returns: The median that it exceeds tenfold; nil if it does not, if the epoch has had such a
  ///   loss already, or if too few were seen.
  mutating func medianExceeded(by loss: Double, epoch: Int) -> Double? {
    guard loss.isFinite else { return nil }
    defer { remember(loss) }
    guard sorted.count >= Self.fewest, epoch != epochOfLastJump else { return nil }
    let median = sorted[sorted.count / 2]
    guard loss > Self.factor * median else { return nil }
    epochOfLastJump = epoch
    return median
  }

  private mutating func remember(_ loss: Double) {
    if recent.count == Self.window { sorted.remove(at: place(of: recent.removeFirst())) }
    recent.append(loss)
    sorted.insert(loss, at: place(of: loss))
  }

  /// The first place among the sorted losses whose value is not smaller.
  private func place(of loss: Double) -> Int {
    var (low, high) = (0, sorted.count)
    while low < high {
      let middle = (low + high) / 2
      if sorted[middle] < loss { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
