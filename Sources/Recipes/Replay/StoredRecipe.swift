import Foundation
import Provenance
import RunStore
import Training

/// What made a stored run, ready to do it again.
struct StoredRecipe: Sendable {
  private let run: RunRecord
  private let parameters: StoredParameters
  private let recipe: any Recipe

  /// Reads the recipe back from the row of a run.
  /// - Parameter changes: Parameters that get another value.
  /// - Throws: `ReplayError` for a parameter that no command line takes, and for other programs'
  ///   runs.
  init(
    of run: RunRecord, in database: RunDatabase, changing changes: [String: SQLValue]
  ) throws {
    let stored = StoredParameters(
      try database.parameters(ofRun: run.id).merging(changes) { _, new in new }, ofRun: run.id,
      directory: try database.environment(ofRun: run.id)["directory"]?.text)
    guard let type = allRecipes.first(where: { $0.name == run.recipe }) else {
      throw ReplayError.notOurs(run: run.id, recipe: run.recipe)
    }
    self.run = run
    parameters = stored
    recipe = try stored.naming { try type.init(stored: stored).completed() }
  }

  /// The options of a training on images, which has checkpoints to go on from; nil for another recipe,
  /// which takes no time and is always done from its start.
  var images: ImageOptions? { (recipe as? any ImageRecipe)?.images }

  /// Refuses a run that someone else made and that names files to read: nobody who gets a file from others
  /// means to have their own files read into it.
  /// - Parameters:
  ///   - verb: The command that would read them.
  ///   - readsInitialWeights: Whether it would read the file with the initial weights, too.
  ///   - environment: Who would read them.
  /// - Throws: `filesOfOthers`.
  func requireOwnFiles(
    _ verb: ReplayError.Verb, readsInitialWeights: Bool, in environment: RunEnvironment
  ) throws {
    let isOurs =
      run.host == environment.machine.host && run.source == nil
      // The first versions of this program did not note the user.
      && (run.userName == nil || run.userName == environment.userName)
    let files = recipe.files.filter { readsInitialWeights || $0.option != "init_weights" }
      .map(\.path)
    guard !isOurs, !files.isEmpty else { return }
    throw ReplayError.filesOfOthers(
      run: run.id, user: run.userName, host: run.host, source: run.source, files: files, verb: verb)
  }

  /// The checkpoint that holds the initial weights of a run that got them from a file, so that the
  /// file can be gone; nil if the run drew them, or does not have the checkpoint.
  func storedInitialWeights(ofRun run: Int, in database: RunDatabase) throws -> StoredCheckpoint? {
    guard images?.initialWeights != nil else { return nil }
    guard let first = try database.checkpoint(ofRun: run, epoch: 0), first.weights.step == 0 else {
      try requireInitialWeights(ofRun: run)
      return nil
    }
    return try StoredCheckpoint(first, ofRun: run)
  }

  /// - Throws: `noInitialWeights` if a run got its initial weights from a file that is gone.
  func requireInitialWeights(ofRun run: Int) throws {
    guard let file = images?.initialWeights else { return }
    guard FileManager.default.fileExists(atPath: file) else {
      throw ReplayError.noInitialWeights(run: run, file: file)
    }
  }

  /// Does the run again, in the context and to the end that this describes.
  func run(in context: RunContext, progress: some TrainingObserver) throws -> RunOutcome {
    let runs = try parameters.naming { try recipe.run(in: context, progress: progress).runs }
    guard let outcome = runs.first else {
      throw ReplayError.notOurs(run: run.id, recipe: run.recipe)
    }
    return outcome
  }
}

/// The parameters of a stored run, read back in the types of the options they came from.
struct StoredParameters: Sendable {
  private let run: Int
  private let values: [String: SQLValue]
  /// The directory that the run was started in.
  private let directory: String?

  /// - Parameter directory: Where relative paths of files begin.
  init(_ values: [String: SQLValue], ofRun run: Int, directory: String?) {
    self.run = run
    self.values = values
    self.directory = directory
  }

  /// A parameter; `whenAbsent` if the run was made before there was this option.
  func value<Value: OptionValue>(_ name: String, whenAbsent: Value? = nil) throws -> Value {
    if values[name] == nil, let whenAbsent { return whenAbsent }
    guard let value: Value = try optionalValue(name) else { throw wrongType(name, Value.type) }
    return value
  }

  /// A parameter, or nothing.
  func optionalValue<Value: OptionValue>(_ name: String) throws -> Value? {
    guard let stored = values[name], stored != .null else { return nil }
    guard let value = Value(stored: stored) else { throw wrongType(name, Value.type) }
    return value
  }

  /// Whether a parameter is text.
  func isText(_ name: String) -> Bool { values[name]?.text != nil }

  /// The path of a file, or nothing, also where `standIn` stands for nothing.
  ///
  /// A relative path is meant from where the run was started.
  func path(_ name: String, standIn: String? = nil) throws -> String? {
    guard let stored = values[name], stored != .null else { return nil }
    // No system takes longer paths, and none with a NUL: it would be another path.
    guard let path = stored.text, (1...4_096).contains(path.utf8.count), !path.utf8.contains(0)
    else { throw wrongType(name, "the path of a file") }
    guard path != standIn else { return nil }
    guard let directory, !path.hasPrefix("/"), !path.hasPrefix("~") else { return path }
    return URL(fileURLWithPath: directory).appendingPathComponent(path).path
  }

  /// Does what may find an option invalid, and says then which run stored it.
  func naming<Result>(_ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let error as InvalidOption {
      throw unusable(error.parameter, rule: error.rule)
    }
  }

  private func wrongType(_ name: String, _ type: String) -> ReplayError {
    unusable(name, rule: "must be \(type)")
  }

  private func unusable(_ name: String, rule: String) -> ReplayError {
    .unusableParameter(run: run, name: name, value: values[name], rule: rule)
  }
}
