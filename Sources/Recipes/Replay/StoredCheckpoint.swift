import NeuralNet
import Recording
import RunStore
import Training

/// A checkpoint of a stored run, whose state has been checked.
struct StoredCheckpoint: Sendable {
  /// The run it belongs to.
  let run: Int
  private let record: CheckpointRecord
  private let progress: TrainingProgress

  /// - Throws: `unusableCheckpoint` for a state that no training comes to, or not this one.
  init(_ record: CheckpointRecord, ofRun run: Int) throws {
    self.run = run
    self.record = record
    do {
      progress = try TrainingProgress(json: record.state)
    } catch let error as DecodingError {
      throw Self.unusable(record, run, "its state is not that of a training: \(error.words).")
    }
    for snapshot in [record.weights, record.optimizer].compactMap({ $0 })
    where snapshot.epoch != progress.epoch || snapshot.step != progress.step {
      throw Self.unusable(
        record, run,
        "its \(snapshot.kind.rawValue) are of step \(snapshot.step) after epoch \(snapshot.epoch),"
          + " its state of step \(progress.step) after epoch \(progress.epoch).")
    }
  }

  /// The moment at which it was taken.
  var point: ResumePoint {
    ResumePoint(
      epoch: progress.epoch, step: progress.step, isWithinEpoch: progress.batchesDone > 0)
  }

  /// The state of a training of `network` that goes on from here.
  /// - Throws: `unusableCheckpoint` if the tensors are not those of the network, or a training with
  ///   such batches does not come to this step.
  func state(
    of network: Network, sampleCount: Int, batchSize: Int
  ) throws -> TrainingState {
    guard record.optimizer != nil else {
      throw Self.unusable(record, run, "it has no state of the optimizer.")
    }
    let batches = (sampleCount - 1) / batchSize + 1
    let (earlier, overflow) = batches.multipliedReportingOverflow(by: progress.epoch)
    guard !overflow, progress.step - progress.batchesDone == earlier,
      progress.batchesDone < batches,
      progress.partialLoss.count == progress.batchesDone * batchSize
    else {
      throw Self.unusable(
        record, run,
        "step \(progress.step) after epoch \(progress.epoch), with \(progress.partialLoss.count)"
          + " samples of the next, is no moment of a training with \(batches) batches an epoch.")
    }
    return try naming { try TrainingState(record, of: network) }
  }

  /// Its weights.
  /// - Throws: `unusableCheckpoint` if they are not those of `network`.
  func weights(of network: Network) throws -> Parameters<Float> {
    try naming {
      try Parameters(
        for: network, tensors: record.weights.tensors.map { ($0.name, $0.shape, $0.values) })
    }
  }

  /// Does what may find that the tensors are those of another network, and says then whose they are.
  private func naming<Result>(_ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let error as NetworkError {
      throw Self.unusable(record, run, error.localizedDescription)
    }
  }

  private static func unusable(
    _ record: CheckpointRecord, _ run: Int, _ detail: String
  ) -> ReplayError {
    .unusableCheckpoint(run: run, epoch: record.weights.epoch, detail: detail)
  }
}

extension DecodingError {
  /// What is wrong with the text that was read, and where.
  fileprivate var words: String {
    switch self {
    case .typeMismatch(_, let context), .valueNotFound(_, let context),
      .dataCorrupted(let context):
      let place = context.codingPath.map(\.stringValue).joined(separator: ".")
      let words = context.debugDescription
      return place.isEmpty ? words : "\(place): \(words)"
    case .keyNotFound(let key, _): return "\(key.stringValue) is missing"
    @unknown default: return localizedDescription
    }
  }
}
