/// Notices a loss that jumps: more than ten times the median of the last hundred.
struct LossMonitor: Sendable, Equatable {
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

extension LossMonitor: Codable {
  private enum CodingKeys: String, CodingKey {
    case recent, epochOfLastJump
  }

  /// - Throws: `DecodingError` for losses that no training remembers.
  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    recent = try container.decode([Double].self, forKey: .recent)
    epochOfLastJump = try container.decodeIfPresent(Int.self, forKey: .epochOfLastJump)
    guard recent.count <= Self.window, recent.allSatisfy(\.isFinite) else {
      throw DecodingError.dataCorruptedError(
        forKey: .recent, in: container,
        debugDescription: "these are not at most \(Self.window) finite losses")
    }
    sorted = recent.sorted()
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(recent, forKey: .recent)
    try container.encodeIfPresent(epochOfLastJump, forKey: .epochOfLastJump)
  }
}
