import Datasets
import NeuralNet
import Recording
import RunStore
import Training

/// Trains a network to tell classes of 3x32x32 images apart.
public struct ImageRecipe: Sendable {
  /// What `tracker run` calls it.
  public let name: String
  /// The network.
  public let network: Network
  /// The choices.
  public let options: ImageTrainingOptions
  /// Choices that belong to the network, beside those of `options`.
  private let networkParameters: [String: SQLValue]

  /// LeNet-5.
  /// - Throws: `InvalidOption` for choices that make no sense.
  public static func leNet(_ options: ImageTrainingOptions) throws -> ImageRecipe {
    try options.validate()
    return ImageRecipe(
      name: "lenet", network: try .leNet5(), options: options, networkParameters: [:])
  }

  /// A multi-layer perceptron with hidden layers of the given widths.
  /// - Throws: `InvalidOption` for choices that make no sense.
  public static func mlp(
    _ options: ImageTrainingOptions, hidden: [Int], activation: Activation
  ) throws -> ImageRecipe {
    try require(
      hidden.count <= 64 && hidden.allSatisfy { (1...4_096).contains($0) }, "hidden",
      "must be at most 64 widths from 1 to 4096")
    try options.validate()
    return ImageRecipe(
      name: "mlp", network: try .mlp(hidden: hidden, activation: activation), options: options,
      networkParameters: [
        "hidden": .text(hidden.map(String.init).joined(separator: ",")),
        "activation": .text(activation.rawValue),
      ])
  }

  /// Trains, and logs everything.
  ///
  /// Data and initial weights are read before anything is written: what is wrong with them leaves no
  /// trace in the file. What goes wrong later marks the run as failed.
  /// - Parameters:
  ///   - progress: Is told of each step and epoch, after the file.
  public func run(
    in context: RunContext, progress: some TrainingObserver
  ) throws -> RunOutcome {
    let data = try options.loadData()
    data.remarks.forEach(context.tell)
    try requireMemory()
    let knownWeights = try context.initialWeights.map { try $0.weights(of: network) }
    let isFresh = context.checkpoint == nil && knownWeights == nil
    let weightFile = isFresh ? try options.loadInitialWeights(of: network) : nil
    weightFile.flatMap(conversionRemark).map(context.tell)
    var state =
      try context.checkpoint.map {
        try $0.state(
          of: network, sampleCount: data.training.count, batchSize: options.training.batchSize)
      }
      ?? options.initialState(
        of: network,
        weights: knownWeights
          ?? weightFile.map { file in
            try Parameters(
              for: network, tensors: file.tensors.map { ($0.name, $0.shape, $0.values) })
          })
    let training = data.training.source(normalization: data.normalization)
    let measurements = LayerMeasurements(
      network: network, samples: training, threads: options.training.threads)
    return try context.record(draft(in: context, data: data, weightFile: weightFile)) { journal in
      var observer = ObserverPair(
        RunRecorder(
          database: journal.database, run: journal.run, owner: journal.owner,
          options: options.recording, network: network, epochs: options.training.epochs,
          resumedFrom: context.checkpoint == nil ? nil : state.progress, now: context.now,
          measure: measurements.add),
        progress)
      let trainer = Trainer(
        options: options.training, loss: SoftmaxCrossEntropy(), now: context.elapsed)
      let outcome = try trainer.fit(
        network, from: &state, training: training,
        validation: data.validation.source(normalization: data.normalization),
        observer: &observer, shouldStop: journal.shouldStop)
      return outcome == .finished ? .finished : .interrupted
    }
  }

  /// Refuses a network whose gradients take more memory than a program should ask for: the engine keeps
  /// those of up to 64 groups of samples, which makes 2 GiB.
  private func requireMemory() throws {
    let groupBytes = network.nodes.reduce(0) {
      $0 + $1.layer.contributionCount(inputShape: $1.inputShape) * MemoryLayout<Float>.size
    }
    try require(
      groupBytes <= 1 << 25, "hidden", "must be fewer or smaller: these weights are too many")
  }

  private func conversionRemark(_ file: SafetensorsFile) -> DataRemark? {
    file.conversion.map {
      DataRemark(
        .warning,
        "Tensors of \(options.initialWeights ?? "the file") were converted to float32: \($0).")
    }
  }

  private func draft(
    in context: RunContext, data: ImageDataset, weightFile: SafetensorsFile?
  ) -> RunDraft {
    var draft = context.draft(
      recipe: name, seed: options.seed,
      parameters: options.parameters.merging(networkParameters) { _, own in own })
    draft.layers = [LayerRecord](network)
    let splits = (training: data.training.fingerprint(), validation: data.validation.fingerprint())
    draft.environment.merge(data.facts(splits)) { _, fact in fact }
    draft.datasets = data.uses(
      splits, from: data.files.isEmpty ? nil : options.dataFolder ?? options.data.defaultFolder)
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
