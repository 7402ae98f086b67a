import Datasets
import Foundation
import NeuralNet
import Recording
import RunStore
import Training

/// A recipe that trains a network to tell classes of 3x32x32 images apart, with checkpoints to go on from.
///
/// One command may ask for several networks and seeds: each makes a run, and all share a group that is called
/// after the other options. A run of the group that is finished is not made again.
public protocol ImageRecipe: Recipe where Result == ImageResult {
  /// The options that all such recipes share.
  var images: ImageOptions { get set }

  /// The network to train.
  func network() throws -> Network

  /// The recipe once for each network that its options name.
  var networks: [Self] { get }

  /// The options as they tell the runs of one command apart from those of others.
  var groupParameters: [String: SQLValue] { get }

  /// What else is worth knowing of a run, as parameters.
  var derivedParameters: [String: SQLValue] { get }
}

extension ImageRecipe {
  public var networks: [Self] { [self] }

  public var groupParameters: [String: SQLValue] {
    // The result does not depend on the threads.
    parameters.filter { !["seed", "threads"].contains($0.key) }
  }

  public var derivedParameters: [String: SQLValue] { [:] }

  public func validate() throws(InvalidOption) { try images.validate() }

  public func perform(
    in context: RunContext, progress: some TrainingObserver
  ) throws -> ImageResult {
    let single = networks.flatMap { recipe in
      (0..<images.seeds).map { offset in
        var recipe = recipe
        recipe.images.seed += UInt64(offset)
        recipe.images.seeds = 1
        return recipe
      }
    }
    for recipe in single { try requireMemory(for: recipe.network()) }
    let data = try images.loadData()
    data.remarks.forEach(context.tell)
    guard single.count > 1 else {
      return ImageResult(
        outcomes: [try train(single[0], on: data, in: context, progress: progress).outcome])
    }
    let group = Self.group(groupParameters, in: context.experiment)
    let made = try Self.finishedRuns(ofGroup: group, in: context)
    var result = ImageResult()
    for (index, recipe) in single.enumerated() {
      let name = recipe.variantName
      if let run = made.first(where: { $0.parameters == recipe.comparedParameters }) {
        context.tell(
          DataRemark(
            .note, "Run \(run.outcome.run) is \(name) already (\(index + 1) of \(single.count))."))
        result.reused.append(run.outcome.run)
        result.append(run.outcome, of: recipe)
        continue
      }
      context.tell(DataRemark(.note, "Run \(index + 1) of \(single.count): \(name)"))
      let (outcome, divergence) = try train(
        recipe, on: data, in: context, group: group, progress: progress)
      result.append(outcome, of: recipe)
      // The others can still be made.
      if let divergence { context.tell(DataRemark(.warning, divergence.localizedDescription)) }
      if outcome.status == .interrupted { break }
    }
    return result
  }

  /// A name for the runs of a command, the same whenever it is typed: the recipe and a hash (XXH64) of the
  /// options.
  private static func group(
    _ parameters: [String: SQLValue], in experiment: String
  ) -> String {
    let words = parameters.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" } + [experiment]
    return "\(name)-\(Array(words.joined(separator: "\n").utf8).xxHash64().hexadecimal)"
  }

  /// The finished runs of a group with the parameters by which they are compared.
  private static func finishedRuns(
    ofGroup group: String, in context: RunContext
  ) throws -> [(outcome: RunOutcome, parameters: [String: SQLValue])] {
    guard FileManager.default.fileExists(atPath: context.databasePath) else { return [] }
    var search = RunSearch(order: .value(name: "id"))
    search.condition = "group_name = '\(group)' AND status = 'finished'"
    let ids = try StatementReader(readingFrom: context.databasePath).runs(search)
    let database = try RunDatabase(readingFrom: context.databasePath)
    return try ids.map { id in
      (
        try RunOutcome(id, in: database),
        try database.parameters(ofRun: id).filter { $0.key != "threads" }
      )
    }
  }

  private var comparedParameters: [String: SQLValue] {
    parameters.merging(derivedParameters) { $1 }.filter { $0.key != "threads" }
  }

  /// What tells the run from the others of the command.
  private var variantName: String {
    let depth = derivedParameters["depth"]?.integer.map { "depth \($0)" }
    return [depth, "seed \(images.seed)"].compactMap(\.self).joined(separator: ", ")
  }

  /// Trains one network from one seed.
  /// - Returns: The run, and why it ended early if its loss became NaN or infinite and the run belongs to a
  ///   group.
  private func train(
    _ recipe: Self, on data: ImageDataset, in context: RunContext, group: String? = nil,
    progress: some TrainingObserver
  ) throws -> (outcome: RunOutcome, divergence: Divergence?) {
    var run: Int?
    do {
      let outcome = try recipe.train(on: data, in: context, group: group, progress: progress) {
        run = $0
      }
      return (outcome, nil)
    } catch let divergence as Divergence where group != nil {
      guard let run else { throw divergence }
      let database = try RunDatabase(readingFrom: context.databasePath)
      return (try RunOutcome(run, in: database), divergence)
    }
  }

  /// - Parameter started: Is told the id of the run.
  private func train(
    on data: ImageDataset, in context: RunContext, group: String?,
    progress: some TrainingObserver, started: (Int) -> Void
  ) throws -> RunOutcome {
    let network = try network()
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
    var draft = draft(of: network, data: data, weightFile: weightFile, in: context)
    draft.group = group
    return try context.record(draft) { journal in
      started(journal.run)
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
    draft.parameters.merge(derivedParameters) { $1 }
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
