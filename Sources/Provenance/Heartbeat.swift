import Foundation
import RunStore
import Synchronization

/// Shows every ten seconds that a run is alive, from its start until this object goes away.
///
/// A run that misses three heartbeats counts as crashed, however long its epochs take.
public final class Heartbeat: Sendable {
  /// The promised time from one sign of life to the next.
  static let seconds = 10

  private let action: RevocableAction<Void>
  private let task: Task<Void, Never>
  private let loss: Loss

  /// Whether a beat was refused because the run is another process's by now.
  public var hasLostRun: Bool { loss.isNoted.load(ordering: .relaxed) }

  /// Whether the run is lost, as a beat finds out.
  private final class Loss: Sendable {
    let isNoted = Atomic(false)
  }

  /// Starts the heartbeat of the run.
  /// - Parameter owner: The token by which this process owns the run.
  public convenience init(
    of run: Int, owner: String?, in database: RunDatabase, now: @escaping @Sendable () -> Date
  ) {
    let loss = Loss()
    self.init(pause: { try await Task.sleep(for: .seconds(Heartbeat.seconds)) }, loss: loss) {
      do {
        try database.heartbeat(run: run, owner: owner, at: now())
      } catch RunStoreError.ownedByAnother {
        loss.isNoted.store(true, ordering: .relaxed)
      }
    }
  }

  /// Starts to beat after each `pause`, until that throws.
  convenience init(
    pause: @escaping @Sendable () async throws -> Void, beat: @escaping @Sendable () throws -> Void
  ) {
    self.init(pause: pause, loss: Loss(), beat: beat)
  }

  private init(
    pause: @escaping @Sendable () async throws -> Void, loss: Loss,
    beat: @escaping @Sendable () throws -> Void
  ) {
    let action = RevocableAction(beat)
    self.action = action
    self.loss = loss
    task = Task.detached(priority: .utility) {
      // A beat that fails is missed; what the training stores next reports the fault.
      while (try? await pause()) != nil { try? action.perform(()) }
    }
  }

  /// Ends at once: waits for a beat under way, and lets go of the file, so that it can be closed.
  deinit {
    action.revoke()
    task.cancel()
  }
}
