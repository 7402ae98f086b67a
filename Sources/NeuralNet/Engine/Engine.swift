import Synchronization

/// Computes losses and gradients of a network over batches of samples, on several threads.
///
/// A batch is cut into groups of 16 samples. Each thread takes whole groups through the network and
/// back; what the groups add to the gradient is kept apart and summed in the order of the groups,
/// 1,024 samples at a time.
/// The result is therefore the same, bit for bit, on any number of threads.
public final class Engine<Scalar: LaneScalar> {
  /// The network that is computed.
  public let network: Network
  let loss: any Loss
  private let team: WorkerTeam
  /// One for each thread of the team.
  private let workspaces: [Workspace<Scalar>]
  /// Where each layer's part of a group's partial gradient starts, in scalars, and the length of all.
  private let partialGradientOffsets: [Int]
  private let partialGradientStride: Int
  /// What threads take one after the other when they sum: some rows of a layer's gradient, by the layer's
  /// place. Small parts, so that nobody waits long for the last one.
  private let gradientParts: [(layer: Int, rows: Range<Int>)]
  private var partialGradients: AlignedBuffer<Scalar>
  private var groupCapacity = 0
  /// The most samples whose partial gradients are kept: a batch may be as large as memory for images.
  private static var waveSize: Int { 64 * groupSize }

  /// Prepares the buffers of `threads` threads.
  public init(network: Network, loss: some Loss, threads: Int) {
    require(threads > 0, "The engine needs at least one thread.")
    self.network = network
    self.loss = loss
    team = WorkerTeam(count: threads)
    let targetCount = loss.targetCount(outputCount: network.outputShape.valueCount)
    workspaces = (0..<threads).map { _ in
      Workspace(network: network, targetCount: targetCount, keepsOutputs: false)
    }
    var offsets: [Int] = []
    var length = 0
    for node in network.nodes {
      offsets.append(length)
      let count = node.layer.partialGradientCount(inputShape: node.inputShape)
      // Rounded up, so that every layer's part can be read as vectors.
      length += count.dividedUp(by: groupSize) * groupSize
    }
    gradientParts = network.nodes.enumerated().flatMap { index, node in
      let rows = node.layer.gradientRows
      let height =
        threads == 1 ? rows : max(RegisterBlock.mostRows, rows.dividedUp(by: 4 * threads))
      return stride(from: 0, to: rows, by: max(height, 1)).map {
        (index, $0..<min($0 + height, rows))
      }
    }
    partialGradientOffsets = offsets
    // Groups begin at different places of the first cache's sets, where a sum over groups reads them.
    let page = 4_096 / MemoryLayout<Scalar>.stride
    partialGradientStride = length.dividedUp(by: page) * page + 17 * groupSize
    partialGradients = AlignedBuffer(repeating: .zero, count: 0)
  }

  /// Computes the gradient of the mean loss of `samples` by the parameters.
  /// - Parameters:
  ///   - samples: Positions in `source`; any number of them, but not none.
  ///   - gradient: Overwritten.
  /// - Returns: The losses before any change of the parameters.
  @specialized(where Scalar == Float)
  public func computeGradient(
    of samples: ArraySlice<Int>, from source: any SampleSource<Scalar>,
    at parameters: Parameters<Scalar>, into gradient: inout Parameters<Scalar>
  ) -> BatchLoss {
    let scale = 1 / Scalar(samples.count)
    let first = samples.prefix(Self.waveSize)
    var total = computeWave(first, source, parameters, scale: scale, into: &gradient)
    guard first.endIndex < samples.endIndex else { return total }
    var wave = Parameters<Scalar>(zerosFor: network)
    for start in stride(from: first.endIndex, to: samples.endIndex, by: Self.waveSize) {
      let end = min(start + Self.waveSize, samples.endIndex)
      total += computeWave(samples[start..<end], source, parameters, scale: scale, into: &wave)
      for index in wave.values.indices { gradient.values[index] += wave.values[index] }
    }
    return total
  }

  /// Makes one step of `optimizer`, each thread on its own part of the parameters: the same bits as
  /// `SGD.update` gives on one thread.
  public func update(
    _ parameters: inout Parameters<Scalar>, velocity: inout Parameters<Scalar>,
    gradient: Parameters<Scalar>, with optimizer: SGD, learningRate: Double
  ) {
    let threads = team.count
    parameters.values.withUnsafeMutableBufferPointer { parameters in
      velocity.values.withUnsafeMutableBufferPointer { velocity in
        gradient.values.withUnsafeBufferPointer { gradient in
          team.run { thread in
            let count = parameters.count
            optimizer.update(
              thread * count / threads..<(thread + 1) * count / threads, of: parameters,
              velocity: velocity, gradient: gradient, learningRate: Scalar(learningRate))
          }
        }
      }
    }
  }

  /// Computes the losses of `samples`, and nothing else.
  @specialized(where Scalar == Float)
  public func evaluate(
    _ samples: ArraySlice<Int>, from source: any SampleSource<Scalar>,
    at parameters: Parameters<Scalar>
  ) -> BatchLoss {
    parameters.withPointer {
      sumLosses(groupRanges(samples), samples, source, $0) { _, _ in }
    }
  }

  /// The time that each layer took in all computations so far.
  public var layerTimes: [LayerTime] {
    workspaces.reduce(into: Array(repeating: LayerTime(), count: network.nodes.count)) {
      for (index, time) in $1.times.enumerated() { $0[index] += time }
    }
  }

  // MARK: Parallel work

  /// Computes the gradient of the sum of the samples' losses, times `scale`.
  @specialized(where Scalar == Float)
  private func computeWave(
    _ samples: ArraySlice<Int>, _ source: any SampleSource<Scalar>,
    _ parameters: Parameters<Scalar>, scale: Scalar, into gradient: inout Parameters<Scalar>
  ) -> BatchLoss {
    let groups = groupRanges(samples)
    if groups.count > groupCapacity {
      groupCapacity = groups.count
      partialGradients = AlignedBuffer(
        repeating: .zero, count: groupCapacity * partialGradientStride)
    }
    let partialGradients = partialGradients.base
    let offsets = partialGradientOffsets
    let stride = partialGradientStride
    let total = parameters.withPointer { parameters in
      sumLosses(groups, samples, source, parameters) { workspace, group in
        workspace.scaleGradient(by: scale, sampleCount: groups[group].count)
        workspace.backward(
          parameters, partialGradients: partialGradients + group * stride, offsets: offsets)
      }
    }
    gradient.values.withUnsafeMutableBufferPointer { sumPartialGradients(groups.count, into: $0) }
    return total
  }

  func groupRanges(_ samples: ArraySlice<Int>) -> [Range<Int>] {
    stride(from: samples.startIndex, to: samples.endIndex, by: groupSize).map {
      $0..<min($0 + groupSize, samples.endIndex)
    }
  }

  /// Takes each group forward, sums the losses in the order of the samples, and calls `finish` on the
  /// thread that has the group's outputs.
  @specialized(where Scalar == Float)
  private func sumLosses(
    _ groups: [Range<Int>], _ samples: ArraySlice<Int>, _ source: any SampleSource<Scalar>,
    _ parameters: UnsafePointer<Scalar>, finish: (Workspace<Scalar>, Int) -> Void
  ) -> BatchLoss {
    var losses = [GroupLoss?](repeating: nil, count: groups.count)
    losses.withUnsafeMutableBufferPointer { losses in
      let nextGroup = Atomic(0)
      team.run { thread in
        while true {
          let group = nextGroup.wrappingAdd(1, ordering: .relaxed).oldValue
          guard group < groups.count else { return }
          let workspace = self.workspaces[thread]
          workspace.load(samples[groups[group]], from: source)
          workspace.forward(parameters)
          losses[group] = workspace.evaluate(self.loss)
          finish(workspace, group)
        }
      }
    }
    var total = BatchLoss()
    for (range, group) in zip(groups, losses) {
      guard let group else { continue }
      for lane in 0..<range.count {
        total.lossSum += group.losses[lane]
        total.correct += group.isCorrect[lane] ? 1 : 0
      }
      total.count += range.count
    }
    return total
  }

  /// Sums the groups' partial gradients; each thread takes some rows of a layer after another.
  @specialized(where Scalar == Float)
  private func sumPartialGradients(
    _ groupCount: Int, into gradient: UnsafeMutableBufferPointer<Scalar>
  ) {
    guard let gradient = gradient.baseAddress else { return }
    let nextPart = Atomic(0)
    team.run { thread in
      while true {
        let part = nextPart.wrappingAdd(1, ordering: .relaxed).oldValue
        guard part < self.gradientParts.count else { return }
        let (index, rows) = self.gradientParts[part]
        let node = self.network.nodes[index]
        let sum = PartialGradientSum(
          rows: rows,
          partialGradients: self.partialGradients.base + self.partialGradientOffsets[index],
          stride: self.partialGradientStride, groups: groupCount,
          gradient: gradient + node.parameters.lowerBound)
        self.workspaces[thread].measure(index, \.backward) { node.layer.sumPartialGradients(sum) }
      }
    }
  }
}

/// The loss of a batch or of a whole data set.
public struct BatchLoss: Sendable, Equatable, Codable {
  /// The sum of the samples' losses.
  public var lossSum = 0.0
  /// The number of samples whose answer is right.
  public var correct = 0
  /// The number of samples.
  public var count = 0

  /// Nothing yet.
  public init() {}

  /// The mean loss; NaN of no samples.
  public var loss: Double { lossSum / Double(count) }

  /// The fraction of right answers; NaN of no samples.
  public var accuracy: Double { Double(correct) / Double(count) }

  /// Adds the samples of another batch.
  public static func += (total: inout BatchLoss, batch: BatchLoss) {
    total.lossSum += batch.lossSum
    total.correct += batch.correct
    total.count += batch.count
  }
}

/// The time that a layer took so far, summed over all threads; zero for a layer whose work the next
/// one does along with its own, such as a ReLU before max pooling.
public struct LayerTime: Sendable, Equatable {
  /// Nanoseconds spent in the forward pass.
  public var forward: UInt64
  /// Nanoseconds spent in the backward pass, the sum over the groups included.
  public var backward: UInt64

  /// No time, unless one is given; in nanoseconds.
  public init(forward: UInt64 = 0, backward: UInt64 = 0) {
    self.forward = forward
    self.backward = backward
  }

  /// The time that passed between two looks.
  public static func - (after: LayerTime, before: LayerTime) -> LayerTime {
    LayerTime(
      forward: after.forward - before.forward, backward: after.backward - before.backward)
  }

  /// Adds the time of another thread or epoch.
  public static func += (total: inout LayerTime, time: LayerTime) {
    total.forward += time.forward
    total.backward += time.backward
  }
}
