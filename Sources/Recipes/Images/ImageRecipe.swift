import Datasets
import NeuralNet
import Recording
import RunStore
import Training

/// A recipe that trains a network to tell classes of 3x32x32 images apart, with checkpoints to go on from.
public protocol ImageRecipe: Recipe where Result == RunOutcome {
  /// The options that all such recipes share.
  var images: ImageOptions { get set }

  /// The network to train.
  func network() throws -> Network
}

extension ImageRecipe {
  public func validate() throws(InvalidOption) { try images.validate() }

  public func perform(
    in context: RunContext, progress: some TrainingObserver
  ) throws -> RunOutcome {
    let network = try network()
    let data = try images.loadData()
    data.remarks.forEach(context.tell)
    try requireMemory(for: network)
    let knownWeights = try context.initialWeights.map { try $0.weights(of: network) }
    let isFresh = context.checkpoint == nil && knownWeights == nil
    let weightFile = isFresh ? try images.loadInitialWeights(of: network) : nil
    weightFile.flatMap(conversionRemark).map(context.tell)
    var state =
      try context.checkpoint.map {
        try $0.state(
          of: network, sampleCount: data.training.count, batchSize: images.training.batchSize)
      }
      ?? images.initialState(
        of: network,
        weights: knownWeights
          ?? weightFile.map { file in
            try Parameters(
              for: network, tensors: file.tensors.map { ($0.name, $0.shape, $0.values) })
          })
    let training = data.training.source(normalization: data.normalization)
    let measurements = LayerMeasurements(
      network: network, samples: training, recording: images.recording,
      training: images.training)
    let draft = draft(of: network, data: data, weightFile: weightFile, in: context)
    return try context.record(draft) { journal in
      var observer = ObserverPair(
        RunRecorder(
          database: journal.database, run: journal.run, owner: journal.owner,
          options: images.recording, network: network, epochs: images.training.epochs,
          resumedFrom: context.checkpoint == nil ? nil : state.progress, now: context.now,
          measure: measurements.add),
        progress)
      let trainer = Trainer(
        options: images.training, loss: SoftmaxCrossEntropy(), now: context.elapsed)
      let outcome = try trainer.fit(
        network, from: &state, training: training,
        validation: data.validation.source(normalization: data.normalization),
        observer: &observer, shouldStop: journal.shouldStop)
      return outcome == .finished ? .finished : .interrupted
    }
  }

  /// Refuses a network whose gradients take more memory than a program should ask for: the engine keeps
  /// those of up to 64 groups of samples, which makes 2 GiB.
  private func requireMemory(for network: Network) throws {
    let groupBytes = network.nodes.reduce(0) {
      $0 + $1.layer.partialGradientCount(inputShape: $1.inputShape) * MemoryLayout<Float>.size
    }
    try require(
      groupBytes <= 1 << 25, "hidden", "must be fewer or smaller: these weights are too many")
  }

  private func conversionRemark(_ file: SafetensorsFile) -> DataRemark? {
    file.conversion.map {
      DataRemark(
        .warning,
        "Tensors of \(images.initialWeights ?? "the file") were converted to float32: \($0).")
    }
  }

  private func draft(
    of network: Network, data: ImageDataset, weightFile: SafetensorsFile?, in context: RunContext
  ) -> RunDraft {
    var draft = context.draft(of: self, seed: images.seed)
    draft.layers = [LayerRecord](network)
    let splits = (training: data.training.fingerprint(), validation: data.validation.fingerprint())
    draft.environment.merge(data.facts(splits)) { _, fact in fact }
    draft.datasets = data.uses(
      splits, from: data.files.isEmpty ? nil : images.dataFolder ?? images.data.defaultFolder)
    if !data.files.isEmpty {
      draft.environment["files"] = .text(data.files.joined(separator: ", "))
    }
    if let conversion = weightFile?.conversion {
      draft.environment["init_weights.converted"] = .text(conversion)
    }
    return draft
  }
}

extension ImageDataset {
  fileprivate typealias Splits = (training: DatasetFingerprint, validation: DatasetFingerprint)

  /// The images to learn from and those to validate with, as datasets of a run.
  /// - Parameter folder: Where the files lie; nil if there are none.
  fileprivate func uses(_ splits: Splits, from folder: String?) -> [DatasetUse] {
    [("training", splits.training), ("validation", splits.validation)].map { context, found in
      DatasetUse(
        name: name, digest: found.hash, context: context,
        sourceType: folder == nil ? "code" : "local", source: folder,
        schema: #"{"shape":[\#(found.shape.channels),\#(found.shape.height),"#
          + #"\#(found.shape.width)],"dtype":"uint8","classes":\#(classNames.count)}"#,
        profile: #"{"count":\#(found.count)}"#)
    }
  }

  /// What is worth knowing about the data, weeks later.
  fileprivate func facts(_ splits: Splits) -> [String: SQLValue] {
    var facts: [String: SQLValue] = [
      "data.name": .text(name),
      "data.shape": .text(training.shape.description),
      "data.classes": .integer(Int64(classNames.count)),
    ]
    for (split, found) in [("train", splits.training), ("validation", splits.validation)] {
      facts["data.\(split).count"] = .integer(Int64(found.count))
      facts["data.\(split).stored_shape"] = .text(found.shape.description)
      facts["data.\(split).hash"] = .text(found.hash)
    }
    for channel in normalization.mean.indices {
      facts["data.mean.\(channel)"] = .real(normalization.mean[channel])
      facts["data.std.\(channel)"] = .real(normalization.standardDeviation[channel])
    }
    return facts
  }
}

extension SafetensorsFile {
  /// The types of the values in the file, such as `10 F16`; nil if all are float32.
  fileprivate var conversion: String? {
    guard !convertedTypes.isEmpty else { return nil }
    return convertedTypes.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
      .joined(separator: ", ")
  }
}
