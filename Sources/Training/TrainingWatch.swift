import NeuralNet

/// What a training remembers to judge how it goes, and of what it has told already.
///
/// It belongs to the state of a training: one that is taken up again warns as it would have.
struct TrainingWatch: Sendable, Equatable, Codable {
  /// The last losses.
  var losses = LossMonitor()
  /// The layers that were named as dead.
  var deadLayers: [String] = []
  /// Whether a loss that is not finite was told of.
  var hasDiverged = false
}

/// Notices a loss that jumps: three batches in a row, it is more than ten times the median of the last
/// hundred, and more than it was at the beginning.
///
/// A training that goes well has single batches that are hard, and then a median so small that any of them
/// exceeds it tenfold.
struct LossMonitor: Sendable, Equatable {
  private static let window = 100
  /// With fewer losses before it, nothing is said of one; their median is the loss at the beginning.
  private static let fewest = 10
  private static let factor = 10.0
  private static let inARow = 3

  /// The last losses in the order in which they came.
  private var recent: [Double] = []
  /// The same in the order of their size.
  private var sorted: [Double] = []
  /// The loss at the beginning; nil before it is known.
  private var beginning: Double?
  /// How many of the last losses were too large.
  private var high = 0
  /// The epoch in which that was told; nil if it was not.
  private var epochOfJump: Int?

  /// Takes note of a batch's loss.
  /// - Returns: The median that it exceeds tenfold, as those before it did; nil if not, if that was told
  ///   before, or if too few were seen.
  mutating func medianExceeded(by loss: Double, epoch: Int) -> Double? {
    guard loss.isFinite else { return nil }
    defer { remember(loss) }
    guard sorted.count >= Self.fewest, epochOfJump == nil else { return nil }
    let median = sorted[sorted.count / 2]
    let isTooLarge = loss > Self.factor * median && loss > beginning ?? 0
    high = isTooLarge ? high + 1 : 0
    guard high == Self.inARow else { return nil }
    epochOfJump = epoch
    return median
  }

  private mutating func remember(_ loss: Double) {
    if recent.count == Self.window { sorted.remove(at: place(of: recent.removeFirst())) }
    recent.append(loss)
    sorted.insert(loss, at: place(of: loss))
    if beginning == nil, sorted.count == Self.fewest { beginning = sorted[Self.fewest / 2] }
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
    case recent, beginning, high
    case epochOfJump = "epochOfLastJump"
  }

  /// - Throws: `DecodingError` for losses that no training remembers.
  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    recent = try container.decode([Double].self, forKey: .recent)
    // The first versions of this program stored neither of these two.
    beginning = try container.decodeIfPresent(Double.self, forKey: .beginning)
    high = try container.decodeIfPresent(Int.self, forKey: .high) ?? 0
    epochOfJump = try container.decodeIfPresent(Int.self, forKey: .epochOfJump)
    guard recent.count <= Self.window, recent.allSatisfy(\.isFinite),
      (0...Self.inARow).contains(high)
    else {
      throw DecodingError.dataCorruptedError(
        forKey: .recent, in: container,
        debugDescription: "these are not at most \(Self.window) finite losses")
    }
    sorted = recent.sorted()
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(recent, forKey: .recent)
    try container.encodeIfPresent(beginning, forKey: .beginning)
    try container.encode(high, forKey: .high)
    try container.encodeIfPresent(epochOfJump, forKey: .epochOfJump)
  }
}

/// Notices ReLU layers that put out nothing but zeros: no gradient passes them any more.
struct DeadLayerWatch {
  /// The layers that are not known to be dead.
  private var probes: [LayerProbe]

  /// - Parameter known: Layers that have been named.
  init(_ network: Network, threads: Int, known: [String]) {
    probes = network.nodes.indices.compactMap { index in
      let node = network.nodes[index]
      guard node.layer as? Activation == .relu, !known.contains(node.name) else { return nil }
      return LayerProbe(of: network, layer: index, property: .nonzero, threads: threads)
    }
  }

  /// The layers whose outputs are 0 for all samples, and which have not been named before.
  ///
  /// A layer that lives betrays itself within a few samples, so that this costs next to nothing.
  mutating func newlyDead(
    on source: some SampleSource<Float>, at parameters: Parameters<Float>
  ) -> [String] {
    let dead = probes.filter { probe in
      var (start, size) = (0, 16)
      while start < source.count {
        let samples = Array(start..<min(start + size, source.count))[...]
        if probe.finds(in: samples, from: source, at: parameters) { return false }
        (start, size) = (start + size, 1_024)
      }
      return true
    }.map(\.layer)
    probes.removeAll { dead.contains($0.layer) }
    return dead
  }
}

/// Something in a training that a person should look at, though it goes on.
public enum TrainingWarning: Sendable, Equatable {
  /// The losses of three batches in a row, of which this is the last, are more than ten times the median of
  /// those before them, and more than at the beginning.
  case lossJump(epoch: Int, batch: Int, step: Int, loss: Double, median: Double)
  /// A ReLU layer puts out nothing but zeros for all training samples.
  case deadLayer(layer: String, epoch: Int, step: Int)

  /// A word for programs.
  public var kind: String {
    switch self {
    case .lossJump: "loss_jump"
    case .deadLayer: "dead_layer"
    }
  }

  /// The epoch it belongs to.
  public var epoch: Int {
    switch self {
    case .lossJump(let epoch, _, _, _, _), .deadLayer(_, let epoch, _): epoch
    }
  }

  /// The optimizer step after which it was noticed.
  public var step: Int {
    switch self {
    case .lossJump(_, _, let step, _, _), .deadLayer(_, _, let step): step
    }
  }

  /// A sentence for people.
  public var message: String {
    switch self {
    case .lossJump(let epoch, let batch, _, let loss, let median):
      "The loss of epoch \(epoch), batch \(batch) is \(Float(loss)), the third in a row of more than ten"
        + " times the running median \(Float(median)), and more than at the beginning."
    case .deadLayer(let layer, let epoch, _):
      "Every output of \(layer) is 0 for all training samples after epoch \(epoch): what stands"
        + " before it no longer learns."
    }
  }
}
