import Foundation
import Recording
import RunStore
import Training

/// What made a stored run, ready to do it again.
struct StoredRecipe: Sendable {
  /// A recipe with the choices of the run.
  private enum Work {
    /// A network on images, which can be gone on with from a checkpoint.
    case images(ImageRecipe)
    /// A recipe that takes no time and is always done from its start.
    case small(@Sendable (RunContext) throws -> RunOutcome)
  }

  private let run: RunRecord
  private let parameters: StoredParameters
  private let work: Work

  /// Reads the recipe back from the row of a run.
  /// - Parameter changes: Parameters that get another value.
  /// - Throws: `RepetitionError` for a parameter that no command line takes, and for other programs'
  ///   runs.
  init(
    of run: RunRecord, in database: RunDatabase, changing changes: [String: SQLValue]
  ) throws {
    let stored = StoredParameters(
      try database.parameters(ofRun: run.id).merging(changes) { _, new in new }, ofRun: run.id,
      directory: try database.environment(ofRun: run.id)["directory"]?.text)
    self.run = run
    parameters = stored
    work = try stored.naming { try Self.work(of: run, stored) }
  }

  private static func work(of run: RunRecord, _ stored: StoredParameters) throws -> Work {
    switch run.recipe {
    case "lenet": return .images(try .leNet(ImageTrainingOptions(stored)))
    case "mlp": return .images(try .mlp(stored))
    case "adaline":
      let options = try AdalineOptions(stored)
      try options.validate()
      return .small { try AdalineRecipe(options).run(in: $0) }
    case "madaline":
      let options = try MadalineOptions(stored)
      try options.validate()
      return .small { try only(MadalineRecipe(options).run(in: $0).map(\.outcome), of: run) }
    case "lms":
      let options = try LMSOptions(stored)
      try options.validate()
      return .small { try only(LMSRecipe(options).run(in: $0).outcomes.map(\.outcome), of: run) }
    case "backprop":
      let options = try BackpropOptions(stored)
      try options.validate()
      return .small { try BackpropRecipe(options).run(in: $0).outcome }
    case "convolution":
      let options = try ConvolutionOptions(stored)
      try options.validate()
      let recipe = ConvolutionRecipe(options)
      return .small {
        options.tabulatedStrides == nil
          ? try recipe.run(in: $0).outcome : try recipe.tabulateShapes(in: $0).outcome
      }
    default: throw RepetitionError.notOurs(run: run.id, recipe: run.recipe)
    }
  }

  /// The training on images, if that is what made the run.
  var images: ImageRecipe? {
    if case .images(let recipe) = work { recipe } else { nil }
  }

  /// Refuses a run that someone else made and that names files to read: nobody who gets a file from others
  /// means to have their own files read into it.
  /// - Parameters:
  ///   - verb: The command that would read them.
  ///   - readsInitialWeights: Whether it would read the file with the initial weights, too.
  ///   - environment: Who would read them.
  /// - Throws: `filesOfOthers`.
  func requireOwnFiles(
    _ verb: RepetitionError.Verb, readsInitialWeights: Bool, in environment: RunEnvironment
  ) throws {
    let isOurs =
      run.host == environment.machine.host && run.source == nil
      // The first versions of this program did not note the user.
      && (run.userName == nil || run.userName == environment.userName)
    let files = try namedFiles(readsInitialWeights: readsInitialWeights)
    guard !isOurs, !files.isEmpty else { return }
    throw RepetitionError.filesOfOthers(
      run: run.id, user: run.userName, host: run.host, source: run.source, files: files, verb: verb)
  }

  /// The files and folders that the parameters name.
  private func namedFiles(readsInitialWeights: Bool) throws -> [String] {
    let names: KeyValuePairs<String, String?> = [
      "data": run.recipe == "lms" ? "generated" : "xor", "input": "report", "kernel": "report",
      "data_dir": nil, "init_weights": nil,
    ]
    return try names.compactMap { name, placeholder in
      // What images there are is a word.
      if name == "data", images != nil { return nil }
      if name == "init_weights", !readsInitialWeights { return nil }
      return try parameters.optionalPath(name, placeholder: placeholder)
    }
  }

  /// The checkpoint that holds the initial weights of a run that got them from a file, so that the
  /// file can be gone; nil if the run drew them, or does not have the checkpoint.
  func storedInitialWeights(ofRun run: Int, in database: RunDatabase) throws -> StoredCheckpoint? {
    guard images?.options.initialWeights != nil else { return nil }
    guard let first = try database.checkpoint(ofRun: run, epoch: 0), first.weights.step == 0 else {
      try requireInitialWeights(ofRun: run)
      return nil
    }
    return try StoredCheckpoint(first, ofRun: run)
  }

  /// - Throws: `noInitialWeights` if a run got its initial weights from a file that is gone.
  func requireInitialWeights(ofRun run: Int) throws {
    guard let file = images?.options.initialWeights else { return }
    guard FileManager.default.fileExists(atPath: file) else {
      throw RepetitionError.noInitialWeights(run: run, file: file)
    }
  }

  /// Does it.
  func run(in context: RunContext, progress: some TrainingObserver) throws -> RunOutcome {
    try parameters.naming {
      switch work {
      case .images(let recipe): try recipe.run(in: context, progress: progress)
      case .small(let run): try run(context)
      }
    }
  }

  private static func only(_ outcomes: [RunOutcome], of run: RunRecord) throws -> RunOutcome {
    guard let outcome = outcomes.first else {
      throw RepetitionError.notOurs(run: run.id, recipe: run.recipe)
    }
    return outcome
  }
}
