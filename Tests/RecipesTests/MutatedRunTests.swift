import Datasets
import Foundation
import NeuralNet
import Randomness
import RunStore
import TestSupport
import Testing
import Training

@testable import Recipes

/// Anyone can edit a run with the `sqlite3` shell. To go on with it, or to do it again, then gives an
/// error or what is right, and takes no more time and memory than the run did.
@Suite(.slow, .timeLimit(.minutes(60))) struct MutatedRunTests {
  /// One of so many changes is tried, chosen by seed.
  private static let thinning = 8

  /// Values in SQL that no run should have, or that are extreme.
  private static let values = [
    "0", "-1", "9223372036854775807", "-9223372036854775808", "1e308", "-1e308", "9e999 - 9e999",
    "9e999", "NULL", "''", "'x'", "'1,2,3'", "'/dev/zero'", "x'0001'", "1.5",
    "replace(hex(zeroblob(50000)), '00', '4096,') || 1",
  ]

  /// The same in JSON, as SQL.
  private static let jsonValues = [
    "0", "-1", "9223372036854775807", "-9223372036854775807 - 1", "1e308", "1.5", "NULL", "''",
    "'x'", "'NaN'", "'Infinity'", "json('18446744073709551615')", "json('[]')", "json('{}')",
    "json('[1,2,3,4,5]')", "json('true')", "hex(zeroblob(50000))",
  ]

  /// The places in the state of a checkpoint.
  private static let places = [
    "$", "$.epoch", "$.step", "$.batchesDone", "$.partialLoss", "$.partialLoss.lossSum",
    "$.partialLoss.correct", "$.partialLoss.count", "$.partialSeconds", "$.generator",
    "$.generator.state", "$.generator.state[0]", "$.generator.state[3]", "$.generator.state[4]",
    "$.watch", "$.watch.deadLayers", "$.watch.hasDiverged", "$.watch.losses",
    "$.watch.losses.recent", "$.watch.losses.recent[0]", "$.watch.losses.epochOfLastJump",
  ]

  /// Other cells that are looked at, up to the value.
  private static let cells = [
    "UPDATE runs SET recipe =", "UPDATE runs SET seed =", "UPDATE runs SET status =",
    "UPDATE runs SET pid =", "UPDATE runs SET started_at =", "UPDATE runs SET heartbeat_at =",
    "UPDATE environment SET value =", "UPDATE metric_series SET last_step =",
    "UPDATE metric_points SET epoch =", "UPDATE snapshots SET epoch =",
    "UPDATE snapshots SET step = 1 +", "UPDATE snapshots SET kind =", "UPDATE tensors SET shape =",
    "UPDATE tensors SET name =", "UPDATE tensors SET dtype =", "UPDATE blobs SET data =",
    "UPDATE checkpoints SET epoch =", "UPDATE checkpoints SET step = 1 +",
    "UPDATE checkpoints SET state =", "UPDATE checkpoints SET optimizer_id =",
  ]

  @Test(arguments: SampleRun.all)
  func editedParametersGiveErrorsOnly(sample: SampleRun) async throws {
    let log = try await Logbook()
    try sample.record(in: log)
    let names = try log.database().parameters(ofRun: 1).keys.sorted()
    try tryEach(
      names.flatMap { name in
        Self.values.map { "UPDATE params SET value = \($0) WHERE name = '\(name)'" }
          + ["DELETE FROM params WHERE name = '\(name)'"]
      }, on: log)
  }

  @Test func editedCheckpointsGiveErrorsOnly() async throws {
    let log = try await Logbook()
    try SampleRun.mlp.record(in: log)
    try tryEach(
      Self.places.flatMap { place in
        Self.jsonValues.map { "UPDATE checkpoints SET state = json_set(state, '\(place)', \($0))" }
      }, on: log)
  }

  @Test func otherEditedCellsGiveErrorsOnly() async throws {
    let log = try await Logbook()
    try SampleRun.mlp.record(in: log)
    try tryEach(Self.cells.flatMap { cell in Self.values.map { "\(cell) \($0)" } }, on: log)
  }

  /// Makes each change to a copy of the file, and repeats run 1 in every way.
  private func tryEach(_ changes: [String], on log: Logbook) throws {
    var generator = SeededGenerator(seed: 1)
    let whole = try Data(contentsOf: URL(fileURLWithPath: log.context.databasePath))
    var tried = 0
    for change in changes where generator.nextIndex(below: Self.thinning) == 0 {
      let folder = try TemporaryFolder()
      var context = log.context
      context.databasePath = folder.path("edited.db")
      try whole.write(to: URL(fileURLWithPath: context.databasePath))
      // Checks and types of the tables refuse some of it; that is as well.
      let isMade: Void? = try? PlainConnection(path: context.databasePath)
        .execute("PRAGMA ignore_check_constraints = ON; \(change)")
      guard isMade != nil else { continue }
      tried += 1
      for start in [nil, 1] {
        try expectErrorsOnly(after: change) {
          _ = try RunVerification(RunSelector("1"), from: start, threads: nil, in: context).start(
            in: context, scratch: folder.path("scratch\(start ?? 0).db"), progress: Silence())
        }
      }
      let before = try? RunDatabase(readingFrom: context.databasePath).digest(ofRun: 1)
      let isRefused = try expectErrorsOnly(after: change) {
        _ = try RunResumption(RunSelector("1"), epochs: nil, in: context)
          .start(in: context, progress: Silence(), announce: { _ in })
      }
      if isRefused {
        let after = try? RunDatabase(readingFrom: context.databasePath).digest(ofRun: 1)
        #expect(after == before, "\(change)")
      }
    }
    #expect(tried > 0)
    #expect(try peakMemory() < mostMemory, "megabytes")
  }

  /// - Returns: Whether the run was refused for what it holds.
  @discardableResult
  private func expectErrorsOnly(after change: String, _ body: () throws -> Void) throws -> Bool {
    do {
      try body()
    } catch let error as ReplayError {
      #expect(
        error.localizedDescription.count < 400 && error.recoverySuggestion?.isEmpty == false,
        "\(change): \(error)")
      if case .unusableParameter(_, let name, _, _) = error {
        // Without these two, other parameters must be others.
        let isMode = change.contains("'check'") || change.contains("'shape_rule'")
        #expect(isMode || change.contains("'\(name)'"), "\(change): \(error)")
      }
      return true
    } catch is Divergence {
    } catch is RunStoreError {
    } catch is RecipeError {
    } catch is FileAccessError {
    } catch is DatasetError {
    }
    return false
  }
}
