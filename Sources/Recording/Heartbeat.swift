import Foundation
import RunStore

/// Shows every ten seconds that a run is alive, from its start until this object goes away.
///
/// A run without a heartbeat for a minute counts as crashed, however long its epochs take.
public final class Heartbeat: Sendable {
  private let task: Task<Void, Never>

  /// Starts the heartbeat of the run.
  public init(of run: Int, in database: RunDatabase, now: @escaping @Sendable () -> Date) {
    task = Task.detached(priority: .utility) {
      while (try? await Task.sleep(for: .seconds(10))) != nil {
        // A beat that fails is missed; what the training stores next reports the fault.
        try? database.heartbeat(run: run, at: now())
      }
    }
  }

  deinit { task.cancel() }
}
