import Foundation
import NeuralNet
import RunStore
import Training

extension HistogramRecord {
  /// The histogram of one layer's tensor.
  public init(_ histogram: Histogram, layer: String, quantity: Quantity, epoch: Int, step: Int) {
    func orNil(_ value: Double) -> Double? { value.isNaN ? nil : value }
    self.init(
      epoch: epoch, step: step, layer: layer, quantity: quantity, lower: histogram.lower,
      upper: histogram.upper, counts: histogram.counts, minimum: orNil(histogram.min),
      maximum: orNil(histogram.max), mean: orNil(histogram.mean),
      standardDeviation: orNil(histogram.standardDeviation),
      nonfiniteCount: histogram.nonfiniteCount)
  }
}

extension AlertRecord {
  init(_ warning: TrainingWarning, at time: Date) {
    self.init(
      time: time, epoch: warning.epoch, step: warning.step, level: .warning, kind: warning.kind,
      message: warning.message)
  }

  init(_ divergence: Divergence, at time: Date) {
    self.init(
      time: time, epoch: divergence.epoch, step: divergence.step, level: .error,
      kind: "divergence", message: divergence.localizedDescription)
  }
}

extension CheckpointRecord {
  /// Weights, momentum and progress, from which training goes on with the same bits.
  public init(_ state: TrainingState) throws {
    let (epoch, step) = (state.progress.epoch, state.progress.step)
    self.init(
      weights: SnapshotRecord(
        epoch: epoch, step: step, kind: .weights, tensors: tensors(of: state.parameters)),
      optimizer: SnapshotRecord(
        epoch: epoch, step: step, kind: .optimizer, tensors: tensors(of: state.velocity)),
      state: try state.progress.json())
  }
}

extension TrainingState {
  /// Takes up what a checkpoint of a training of `network` holds.
  /// - Throws: `NetworkError` if its tensors are not those of the network, `DecodingError` if its
  ///   state is not that of a training.
  public init(_ checkpoint: CheckpointRecord, of network: Network) throws {
    func parameters(_ snapshot: SnapshotRecord) throws -> Parameters<Float> {
      try Parameters(
        for: network, tensors: snapshot.tensors.map { ($0.name, $0.shape, $0.values) })
    }
    self.init(
      parameters: try parameters(checkpoint.weights),
      velocity: try checkpoint.optimizer.map(parameters) ?? Parameters(zerosFor: network),
      progress: try TrainingProgress(json: checkpoint.state))
  }
}

private func tensors(of parameters: Parameters<Float>) -> [TensorRecord] {
  parameters.slots.map { slot in
    TensorRecord(
      name: slot.name, shape: slot.shape, values: Array(parameters.values(of: slot)))
  }
}

extension [LayerRecord] {
  /// The layer table of a network.
  public init(_ network: Network) {
    self = network.layerTable.enumerated().map { position, layer in
      LayerRecord(
        position: position, name: layer.name, kind: layer.kind, inputShape: layer.inputShape,
        outputShape: layer.outputShape, weightShape: layer.weightShape,
        weightCount: layer.weightCount, biasCount: layer.biasCount,
        macs: layer.multiplyAccumulates)
    }
  }
}

/// What decides how the engine's sums are rounded: facts about the environment of a run.
public var engineFacts: [String: SQLValue] {
  [
    "engine": .text("\(ProcessorTarget.vectorBytes)-byte vectors"),
    engineRevisionFact: SQLValue(EngineRevision.current),
  ]
}

/// The name of the fact that says which `EngineRevision` made a run; 1 where it is missing.
public let engineRevisionFact = "engine.revision"
