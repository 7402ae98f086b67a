import Foundation
import Recording
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

  /// Does it.
  func run(in context: RunContext, progress: some TrainingObserver) throws -> RunOutcome {
    let runs = try parameters.naming { try recipe.run(in: context, progress: progress).runs }
    guard let outcome = runs.first else {
      throw ReplayError.notOurs(run: run.id, recipe: run.recipe)
    }
    return outcome
  }
}
