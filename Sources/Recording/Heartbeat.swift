import Dispatch
public import Foundation
public import RunStore

/// Shows every ten seconds that a run is alive, from its start until this object goes away.
///
/// A run without a heartbeat for a minute counts as crashed, however long its epochs take.
public final class Heartbeat: Sendable {
  private let timer: any DispatchSourceTimer & Sendable

  /// Starts the heartbeat of the run.
  public init(of run: Int, in database: RunDatabase, now: @escaping @Sendable () -> Date) {
    let timer = DispatchSource.makeTimerSource(queue: .global(qos: .utility))
    timer.schedule(deadline: .now() + 10, repeating: 10)
    timer.setEventHandler {
      // A beat that fails is missed; what the training stores next reports the fault.
      try? database.heartbeat(run, at: now())
    }
    timer.activate()
    self.timer = timer
  }

  deinit { timer.cancel() }
}
