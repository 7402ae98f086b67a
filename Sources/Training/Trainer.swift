import NeuralNet
import Randomness

/// Trains a network on samples, epoch by epoch.
public struct Trainer {
  /// How a training ended.
  public enum Outcome: Sendable, Equatable {
    /// All epochs were trained.
    case finished
    /// `shouldStop` said so, after a whole batch.
    case stopped
  }

  private let options: TrainingOptions
  private let loss: any Loss
  /// Seconds since some fixed moment.
  private let now: () -> Double

  /// - Parameter now: The time in seconds since some fixed moment.
  public init(options: TrainingOptions, loss: some Loss, now: @escaping () -> Double) {
    precondition(
      options.epochs >= 0 && options.batchSize > 0, "There is no batch of \(options.batchSize).")
    self.options = options
    self.loss = loss
    self.now = now
  }

  /// Trains `network` from `state` to the last epoch.
  /// - Parameters:
  ///   - state: Changed in place; training can go on from what it holds at the end.
  ///   - training: The samples to learn from; at least one.
  ///   - validation: The samples to evaluate after each epoch.
  ///   - observer: Is told of each step and epoch.
  ///   - shouldStop: Asked after each batch; a stop after the last batch of an epoch waits for the
  ///     epoch to be finished.
  /// - Throws: `Divergence` if the options say so, and what `observer` throws.
  public func fit(
    _ network: Network, from state: inout TrainingState,
    training: some SampleSource<Float>, validation: some SampleSource<Float>,
    observer: inout some TrainingObserver, shouldStop: () -> Bool = { false }
  ) throws -> Outcome {
    let engine = Engine<Float>(network: network, loss: loss, threads: options.threads)
    let validationSamples = Array(0..<validation.count)[...]
    var gradient = Parameters<Float>(zerosFor: network)
    func moment(_ state: TrainingState, _ gradient: Parameters<Float>) -> TrainingMoment {
      TrainingMoment(
        state: state, gradient: gradient,
        sampleGradient: engine.meanGradient(
          ofFirst: min(options.gradientSamples, training.count), from: training,
          at: state.parameters))
    }
    var livingLayers = DeadLayerWatch(
      network, threads: options.threads, known: state.progress.watch.deadLayers)

    while state.progress.epoch < options.epochs {
      let epoch = state.progress.epoch + 1
      let learningRate = options.schedule.learningRate(
        base: options.learningRate, epoch: epoch, of: options.epochs)
      var generator = state.progress.generator
      let batches = batches(of: training.count, using: &generator)
      var timesBefore = engine.layerTimes
      let samplesBefore = state.progress.partialLoss.count

      for (index, batch) in batches.enumerated().dropFirst(state.progress.batchesDone) {
        let (loss, gradientSeconds) = timed {
          engine.computeGradient(of: batch, from: training, at: state.parameters, into: &gradient)
        }
        if state.progress.step == 0 {
          let layerTimes = engine.layerTimes
          try observer.observe(.started(moment(state, gradient)))
          // What was looked at beside the training is not its time.
          for (index, time) in layerTimes.enumerated() {
            timesBefore[index] += engine.layerTimes[index] - time
          }
        }
        let divergence = firstDivergence(
          loss, in: &state, network, batch, from: training, batchNumber: index + 1)
        if let divergence { try observer.observe(.diverged(divergence)) }
        if let divergence, divergence.endsTraining { throw divergence }

        let (_, updateSeconds) = timed {
          engine.update(
            &state.parameters, velocity: &state.velocity, gradient: gradient,
            with: options.optimizer, learningRate: learningRate)
        }
        state.progress.finishBatch(loss, seconds: gradientSeconds + updateSeconds)
        try observer.observe(
          .step(TrainingStep(state.progress, batchCount: batches.count, loss: loss.loss)))
        if let jump = state.progress.lossJump(to: loss.loss) { try observer.observe(.warned(jump)) }
        if index + 1 < batches.count, shouldStop() {
          try observer.observe(.stopped(state))
          return .stopped
        }
      }

      // Of the training alone: what follows takes samples through the layers, too.
      let layerTimes = zip(engine.layerTimes, timesBefore).map { $0 - $1 }
      for layer in livingLayers.newlyDead(on: training, at: state.parameters) {
        state.progress.watch.deadLayers.append(layer)
        try observer.observe(
          .warned(.deadLayer(layer: layer, epoch: epoch, step: state.progress.step)))
      }
      let report = EpochReport(
        epoch: epoch, step: state.progress.step, training: state.progress.partialLoss,
        validation: engine.evaluate(validationSamples, from: validation, at: state.parameters),
        learningRate: learningRate, seconds: state.progress.partialSeconds,
        layerTimes: layerTimes,
        timedSampleCount: state.progress.partialLoss.count - samplesBefore)
      let divergence = firstDivergence(
        report.validation, in: &state, network, validationSamples.prefix(options.batchSize),
        from: validation, batchNumber: nil)
      state.progress.finishEpoch(nextFrom: generator)
      if let divergence { try observer.observe(.diverged(divergence)) }
      try observer.observe(
        .finishedEpoch(report, moment(state, gradient)))
      if let divergence, divergence.endsTraining { throw divergence }
      if epoch < options.epochs, shouldStop() {
        try observer.observe(.stopped(state))
        return .stopped
      }
    }
    return .finished
  }

  /// The samples of an epoch in their order, cut into batches.
  private func batches(
    of sampleCount: Int, using generator: inout SeededGenerator
  ) -> [ArraySlice<Int>] {
    let order =
      options.shuffles ? generator.nextPermutation(of: sampleCount) : Array(0..<sampleCount)
    return stride(from: 0, to: sampleCount, by: options.batchSize).map {
      order[$0..<min($0 + options.batchSize, sampleCount)]
    }
  }

  /// What broke, if `loss` is the first one of the training that is not finite.
  /// - Parameters:
  ///   - samples: Those that the loss is of, or the first of them.
  ///   - batchNumber: Counted from 1; nil for the validation data after the epoch.
  private func firstDivergence(
    _ loss: BatchLoss, in state: inout TrainingState, _ network: Network,
    _ samples: ArraySlice<Int>, from source: some SampleSource<Float>, batchNumber: Int?
  ) -> Divergence? {
    guard loss.count > 0, !loss.loss.isFinite, !state.progress.watch.hasDiverged else { return nil }
    state.progress.watch.hasDiverged = true
    return Divergence(
      epoch: state.progress.epoch + 1, batch: batchNumber,
      step: state.progress.step + (batchNumber == nil ? 0 : 1), loss: loss.loss,
      origin: Divergence.Origin(
        in: network, at: state.parameters, samples: samples, from: source),
      endsTraining: options.onDivergence == .stop)
  }

  /// Does something, and tells how many seconds it took.
  private func timed<Result>(_ body: () -> Result) -> (Result, seconds: Double) {
    let began = now()
    return (body(), now() - began)
  }
}

extension Engine<Float> {
  /// The gradient of the mean loss of the first `count` samples; nil of none.
  fileprivate func meanGradient(
    ofFirst count: Int, from source: some SampleSource<Float>, at parameters: Parameters<Float>
  ) -> Parameters<Float>? {
    guard count > 0 else { return nil }
    var mean = Parameters<Float>(zerosFor: network)
    var part = mean
    // In parts as large as a usual batch: the engine keeps a gradient for every 16 samples of a call.
    for start in stride(from: 0, to: count, by: 128) {
      let samples = Array(start..<min(start + 128, count))[...]
      _ = computeGradient(of: samples, from: source, at: parameters, into: &part)
      let weight = Float(samples.count) / Float(count)
      for index in mean.values.indices { mean.values[index] += weight * part.values[index] }
    }
    return mean
  }
}

extension TrainingStep {
  /// The step that was made last.
  fileprivate init(_ progress: TrainingProgress, batchCount: Int, loss: Double) {
    self.init(
      step: progress.step, epoch: progress.epoch + 1, batch: progress.batchesDone,
      batchCount: batchCount, loss: loss, samples: progress.partialLoss.count,
      seconds: progress.partialSeconds)
  }
}
