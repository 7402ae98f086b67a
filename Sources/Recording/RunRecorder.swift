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
  private let options: RecordingOptions
  private let network: Network
  private let epochs: Int
  private let now: () -> Date
  private let measure: (TrainingMoment, inout RunBatch) throws -> Void
  /// Step losses that wait for their epoch to end.
  private var pendingSteps: [MetricPoint] = []

  /// - Parameters:
  ///   - run: The id of the run to add to.
  ///   - network: The network that is trained.
  ///   - epochs: The number of epochs that are planned; the last one is always stored.
  ///   - now: The time.
  ///   - measure: Adds what else is worth knowing before training and after each epoch; it is stored
  ///     with the rest of that moment.
  public init(
    database: RunDatabase, run: Int, options: RecordingOptions, network: Network, epochs: Int,
    now: @escaping () -> Date,
    measure: @escaping (TrainingMoment, inout RunBatch) throws -> Void = { _, _ in }
  ) {
    self.database = database
    self.run = run
    self.options = options
    self.network = network
    self.epochs = epochs
    self.now = now
    self.measure = measure
  }

  public mutating func observe(_ event: TrainingEvent) throws {
    switch event {
    case .started(let moment):
      var batch = RunBatch(time: now())
      try add(moment, to: &batch)
      try measure(moment, &batch)
      try database.record(batch, run: run)
    case .step(let step):
      guard options.logsSteps else { return }
      pendingSteps.append(
        MetricPoint(
          name: MetricName.stepLoss, step: step.step, epoch: step.epoch, value: step.loss,
          time: now()))
    case .finishedEpoch(let report, let moment):
      var batch = RunBatch(time: now())
      batch.metrics = pendingSteps + report.points(at: batch.time)
      try add(moment, to: &batch)
      try measure(moment, &batch)
      try database.record(batch, run: run)
      pendingSteps.removeAll()
      if options.profiles { try storeLayers(with: report) }
    }
  }

  /// Stores the layers again, with the time that each took for an image of the last epoch.
  private func storeLayers(with report: EpochReport) throws {
    var layers = [LayerRecord](network)
    for (index, time) in report.layerTimes.enumerated() {
      layers[index].forwardNanoseconds = Double(time.forward) / Double(report.training.count)
      layers[index].backwardNanoseconds = Double(time.backward) / Double(report.training.count)
    }
    try database.setLayers(layers, run: run)
  }

  /// Adds histograms and snapshots where the epoch is one that has them.
  private func add(_ moment: TrainingMoment, to batch: inout RunBatch) throws {
    let progress = moment.state.progress
    if options.histogramEvery > 0, progress.epoch.isMultiple(of: options.histogramEvery) {
      batch.histograms =
        histograms(of: moment.state.parameters, .weight, at: progress)
        + histograms(of: moment.gradient, .gradient, at: progress)
    }
    if options.snapshotEvery > 0,
      progress.epoch.isMultiple(of: options.snapshotEvery) || progress.epoch == epochs
    {
      batch.checkpoint = try CheckpointRecord(moment.state)
    }
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
