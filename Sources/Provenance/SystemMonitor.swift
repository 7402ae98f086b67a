import Foundation
import RunStore

/// Measures every few seconds what the machine does and what a program uses of it, under the names that
/// MLflow gives to system metrics; steps count the measurements.
public final class SystemMonitor: Sendable {
  /// From one measurement to the next, in seconds, where nothing else is said.
  public static let usualSeconds = 10.0

  private let task: Task<Void, Never>?
  /// Where measurements go.
  private let store: RevocableAction<[MetricPoint]>

  /// Starts to measure, until `end`, or until this object goes away.
  /// - Parameters:
  ///   - seconds: From one measurement to the next; 0 to measure nothing.
  ///   - process: The program, whose children count to it.
  ///   - firstStep: The step of the first measurement.
  ///   - onFailure: Is told why a measurement is not stored; none follows it, unless what is wrong may pass.
  ///   - store: Stores a measurement.
  public init(
    every seconds: Double, ofProcess process: Int, firstStep: Int = 0,
    onFailure: @escaping @Sendable (any Error) -> Void = { _ in },
    store: @escaping @Sendable ([MetricPoint]) throws -> Void
  ) {
    // What is revoked holds all that leads to the file, so that it can be closed.
    let target = RevocableAction { (points: [MetricPoint]) in
      do {
        try store(points)
      } catch {
        onFailure(error)
        throw error
      }
    }
    self.store = target
    guard seconds > 0 else {
      task = nil
      return
    }
    task = Task.detached(priority: .utility) {
      var machine = MachineLoad(process: process)
      let cards = GraphicsCards.find()
      var step = firstStep
      while (try? await Task.sleep(for: .seconds(seconds))) != nil {
        var values = machine.measure()
        if let cards { values += await cards.measure() }
        let points = values.map { name, value in
          MetricPoint(name: MetricPoint.systemPrefix + name, step: step, value: value, time: Date())
        }
        do {
          try target.perform(points)
        } catch {
          guard let error = error as? RunStoreError, error.mayPass else { return }
        }
        step += 1
      }
    }
  }

  /// Ends at once: waits for a measurement that is being stored.
  public func end() {
    store.revoke()
    task?.cancel()
  }

  deinit { end() }
}
