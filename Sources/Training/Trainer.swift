import NeuralNet

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
    var gradient = Parameters<Float>(zerosFor: network)
    var layers = DeadLayerWatch(
      network, threads: options.threads, known: state.progress.watch.deadLayers)
    while state.progress.epoch < options.epochs {
      let timesBefore = engine.layerTimes
      let samplesBefore = state.progress.partialLoss.count
      let outcome = try trainEpoch(
        engine, state: &state, gradient: &gradient, samples: training,
        observer: &observer, shouldStop: shouldStop)
      guard outcome == .finished else { return outcome }
      let layerTimes = zip(engine.layerTimes, timesBefore).map { $0 - $1 }
      let timedSampleCount = state.progress.partialLoss.count - samplesBefore
      for layer in layers.newlyDead(on: training, at: state.parameters) {
        state.progress.watch.deadLayers.append(layer)
        try observer.observe(
          .warned(
            .deadLayer(
              layer: layer, epoch: state.progress.epoch + 1, step: state.progress.step)))
      }
      let report = finishEpoch(
        engine, state: &state, validation: validation, layerTimes: layerTimes,
        timedSampleCount: timedSampleCount)
      let divergence = divergence(
        onValidation: report, watch: &state.progress.watch, network, at: state.parameters,
        validation)
      if let divergence { try observer.observe(.diverged(divergence)) }
      try observer.observe(
        .finishedEpoch(report, TrainingMoment(state: state, gradient: gradient)))
      if let divergence, divergence.endsTraining { throw divergence }
      if state.progress.epoch < options.epochs, shouldStop() {
        try observer.observe(.stopped(state))
        return .stopped
      }
    }
    return .finished
  }

  /// Trains on the batches that are left of the epoch in `state`.
  private func trainEpoch(
    _ engine: Engine<Float>, state: inout TrainingState, gradient: inout Parameters<Float>,
    samples: some SampleSource<Float>, observer: inout some TrainingObserver, shouldStop: () -> Bool
  ) throws -> Outcome {
    let epoch = state.progress.epoch + 1
    let learningRate = learningRate(epoch: epoch)
    var generator = state.progress.generator
    let order =
      options.shuffles
      ? generator.nextPermutation(of: samples.count) : Array(0..<samples.count)
    let starts = Array(stride(from: 0, to: samples.count, by: options.batchSize))
    for (batch, start) in starts.enumerated().dropFirst(state.progress.batchesDone) {
      let began = now()
      let chosen = order[start..<min(start + options.batchSize, order.count)]
      let loss = engine.computeGradient(
        of: chosen, from: samples, at: state.parameters, into: &gradient)
      let gradientTime = now() - began
      if state.progress.step == 0 {
        try observer.observe(.started(TrainingMoment(state: state, gradient: gradient)))
      }
      if !loss.loss.isFinite, !state.progress.watch.hasDiverged {
        state.progress.watch.hasDiverged = true
        let divergence = Divergence(
          epoch: epoch, batch: batch + 1, step: state.progress.step + 1, loss: loss.loss,
          origin: Divergence.Origin(
            in: engine.network, at: state.parameters, samples: chosen, from: samples),
          endsTraining: options.onDivergence == .stop)
        try observer.observe(.diverged(divergence))
        if divergence.endsTraining { throw divergence }
      }
      let resumed = now()
      engine.update(
        &state.parameters, velocity: &state.velocity, gradient: gradient,
        with: options.optimizer, learningRate: learningRate)
      state.progress.step += 1
      state.progress.batchesDone = batch + 1
      state.progress.partialLoss += loss
      state.progress.partialSeconds += gradientTime + now() - resumed
      try observer.observe(
        .step(
          TrainingStep(
            step: state.progress.step, epoch: epoch, batch: batch + 1, batchCount: starts.count,
            loss: loss.loss, samples: state.progress.partialLoss.count,
            seconds: state.progress.partialSeconds)))
      if let median = state.progress.watch.losses.medianExceeded(by: loss.loss, epoch: epoch) {
        try observer.observe(
          .warned(
            .lossJump(
              epoch: epoch, batch: batch + 1, step: state.progress.step, loss: loss.loss,
              median: median)))
      }
      if batch + 1 < starts.count, shouldStop() {
        try observer.observe(.stopped(state))
        return .stopped
      }
    }
    state.progress.generator = generator
    return .finished
  }

  /// What broke if the loss on the validation data is the first one that is not finite.
  private func divergence(
    onValidation report: EpochReport, watch: inout TrainingWatch, _ network: Network,
    at parameters: Parameters<Float>, _ validation: some SampleSource<Float>
  ) -> Divergence? {
    guard !report.validation.loss.isFinite, report.validation.count > 0, !watch.hasDiverged else {
      return nil
    }
    watch.hasDiverged = true
    return Divergence(
      epoch: report.epoch, batch: nil, step: report.step, loss: report.validation.loss,
      origin: Divergence.Origin(
        in: network, at: parameters,
        samples: Array(0..<min(options.batchSize, validation.count))[...], from: validation),
      endsTraining: options.onDivergence == .stop)
  }

  private func finishEpoch(
    _ engine: Engine<Float>, state: inout TrainingState, validation: some SampleSource<Float>,
    layerTimes: [LayerTime], timedSampleCount: Int
  ) -> EpochReport {
    let epoch = state.progress.epoch + 1
    let report = EpochReport(
      epoch: epoch, step: state.progress.step, training: state.progress.partialLoss,
      validation: engine.evaluate(
        Array(0..<validation.count)[...], from: validation, at: state.parameters),
      learningRate: learningRate(epoch: epoch), seconds: state.progress.partialSeconds,
      layerTimes: layerTimes, timedSampleCount: timedSampleCount)
    state.progress.epoch = epoch
    state.progress.batchesDone = 0
    state.progress.partialLoss = BatchLoss()
    state.progress.partialSeconds = 0
    return report
  }

  private func learningRate(epoch: Int) -> Double {
    options.schedule.learningRate(
      base: options.learningRate, epoch: epoch, of: options.epochs)
  }
}
