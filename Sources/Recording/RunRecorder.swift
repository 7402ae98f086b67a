import Foundation
import NeuralNet
import RunStore
import Training

/// Stores what a trainer reports: one transaction before training, one for each epoch.
///
/// An epoch is in the file whole or not at all, whenever the process ends.
public struct RunRecorder: TrainingObserver {
  private let database: RunDatabase
  private let run: Int
  private let owner: String?
  private let options: RecordingOptions
  private let network: Network
  private let epochs: Int
  private let now: () -> Date
  private let measure: (TrainingMoment, inout RunBatch) throws -> Void
  /// Step losses and alerts that wait for their epoch to end.
  private var pending: RunBatch
  /// The step of a checkpoint that was only taken because the training was stopped there.
  private var provisionalStep: Int?

  /// - Parameters:
  ///   - run: The id of the run to add to.
  ///   - owner: The token by which this process owns the run; nil for one that anyone may add to.
  ///   - network: The network that is trained.
  ///   - epochs: The number of epochs that are planned; the last one is always stored.
  ///   - now: The time.
  ///   - resumedFrom: Where the training stood when it was taken up again; nil for a new one.
  ///   - measure: Adds what else is worth knowing before training and after each epoch; it is stored
  ///     with the rest of that moment.
  public init(
    database: RunDatabase, run: Int, owner: String? = nil, options: RecordingOptions,
    network: Network, epochs: Int, resumedFrom progress: TrainingProgress? = nil,
    now: @escaping () -> Date,
    measure: @escaping (TrainingMoment, inout RunBatch) throws -> Void = { _, _ in }
  ) {
    self.database = database
    self.run = run
    self.owner = owner
    self.options = options
    self.network = network
    self.epochs = epochs
    self.now = now
    self.measure = measure
    pending = RunBatch(time: now())
    if let progress, !isPlanned(progress) { provisionalStep = progress.step }
  }

  public mutating func observe(_ event: TrainingEvent) throws {
    switch event {
    case .started(let moment):
      var batch = RunBatch(time: now())
      try add(moment, to: &batch)
      try measure(moment, &batch)
      try database.record(batch, run: run, owner: owner)
    case .step(let step):
      guard options.logsSteps else { return }
      pending.metrics.append(
        MetricPoint(
          name: MetricName.stepLoss, step: step.step, epoch: step.epoch, value: step.loss,
          time: now()))
    case .warned(let warning):
      pending.alerts.append(AlertRecord(warning, at: now()))
    case .diverged(let divergence):
      pending.alerts.append(AlertRecord(divergence, at: now()))
      // One on the validation data is told before the end of its epoch, which stores everything.
      guard divergence.endsTraining, divergence.batch != nil else { return }
      pending.metrics.append(
        MetricPoint(
          name: MetricName.trainingLoss, step: divergence.step, epoch: divergence.epoch,
          value: divergence.loss, time: now()))
      try store(takePending())
    case .finishedEpoch(let report, let moment):
      var batch = takePending()
      batch.metrics += report.points(at: batch.time)
      if options.profiles { batch.layers = layers(with: report) }
      try add(moment, to: &batch)
      try measure(moment, &batch)
      try store(batch)
    case .stopped(let state):
      var batch = takePending()
      if !isPlanned(state.progress) { batch.checkpoint = try CheckpointRecord(state) }
      try store(batch)
      if batch.checkpoint != nil { provisionalStep = state.progress.step }
    }
  }

  /// What waits, which then no longer does.
  private mutating func takePending() -> RunBatch {
    var batch = pending
    batch.time = now()
    pending = RunBatch(time: batch.time)
    return batch
  }

  /// Stores a batch. A checkpoint in it makes a provisional one before it superfluous.
  private mutating func store(_ batch: RunBatch) throws {
    var batch = batch
    if let checkpoint = batch.checkpoint, checkpoint.weights.step != provisionalStep {
      batch.supersededStep = provisionalStep
    }
    try database.record(batch, run: run, owner: owner)
    if batch.supersededStep != nil { provisionalStep = nil }
  }

  /// Whether a training that is never stopped has a checkpoint here.
  private func isPlanned(_ progress: TrainingProgress) -> Bool {
    options.snapshotEvery > 0 && progress.batchesDone == 0
      && (progress.epoch.isMultiple(of: options.snapshotEvery) || progress.epoch == epochs)
  }

  /// The layers with the time that each took for an image, over those images of the epoch that this
  /// process has trained on.
  private func layers(with report: EpochReport) -> [LayerRecord] {
    var layers = [LayerRecord](network)
    let images = Double(report.timedSampleCount)
    for (index, time) in report.layerTimes.enumerated() where images > 0 {
      layers[index].forwardNanoseconds = Double(time.forward) / images
      layers[index].backwardNanoseconds = Double(time.backward) / images
    }
    return layers
  }

  /// Adds histograms and snapshots where the epoch is one that has them.
  private func add(_ moment: TrainingMoment, to batch: inout RunBatch) throws {
    let progress = moment.state.progress
    if options.hasHistograms(atEpoch: progress.epoch) {
      batch.histograms =
        histograms(of: moment.state.parameters, .weight, at: progress)
        + histograms(of: moment.sampleGradient ?? moment.gradient, .gradient, at: progress)
    }
    if isPlanned(progress) { batch.checkpoint = try CheckpointRecord(moment.state) }
  }

  private func histograms(
    of parameters: Parameters<Float>, _ quantity: HistogramRecord.Quantity,
    at progress: TrainingProgress
  ) -> [HistogramRecord] {
    parameters.slots.filter { $0.role == "weight" }.map { slot in
      HistogramRecord(
        Histogram(of: parameters.values(of: slot)), layer: slot.layer, quantity: quantity,
        epoch: progress.epoch, step: progress.step)
    }
  }
}

extension EpochReport {
  fileprivate func points(at time: Date) -> [MetricPoint] {
    [
      (MetricName.trainingLoss, training.loss),
      (MetricName.trainingAccuracy, training.accuracy),
      (MetricName.validationLoss, validation.loss),
      (MetricName.validationAccuracy, validation.accuracy),
      (MetricName.epochSeconds, seconds),
      (MetricName.imagesPerSecond, samplesPerSecond),
      (MetricName.learningRate, learningRate),
    ].map { MetricPoint(name: $0, step: step, epoch: epoch, value: $1, time: time) }
  }
}
