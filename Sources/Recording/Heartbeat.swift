import Foundation
import RunStore
import Synchronization

/// Shows every ten seconds that a run is alive, from its start until this object goes away.
///
/// A run that misses three heartbeats counts as crashed, however long its epochs take.
public final class Heartbeat: Sendable {
  /// The promised time from one sign of life to the next.
  static let seconds = 10

  /// What a beat does, until there are no more.
  private final class Action: Sendable {
    private let body: Mutex<(@Sendable () -> Void)?>

    init(_ body: @escaping @Sendable () -> Void) { self.body = Mutex(body) }

    func perform() { body.withLock { $0?() } }

    func end() { body.withLock { $0 = nil } }
  }

  private let action: Action
  private let task: Task<Void, Never>

  /// Starts the heartbeat of the run.
  public convenience init(
    of run: Int, in database: RunDatabase, now: @escaping @Sendable () -> Date
  ) {
    self.init(pause: { try await Task.sleep(for: .seconds(Heartbeat.seconds)) }) {
      // A beat that fails is missed; what the training stores next reports the fault.
      try? database.heartbeat(run: run, at: now())
    }
  }

  /// Starts to beat after each `pause`, until that throws.
  init(
    pause: @escaping @Sendable () async throws -> Void, beat: @escaping @Sendable () -> Void
  ) {
    let action = Action(beat)
    self.action = action
    task = Task.detached(priority: .utility) {
      while (try? await pause()) != nil { action.perform() }
    }
  }

  /// Ends at once: waits for a beat under way, and lets go of the file, so that it can be closed.
  deinit {
    action.end()
    task.cancel()
  }
}
