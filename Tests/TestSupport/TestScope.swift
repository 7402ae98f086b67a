import Foundation
import Testing

/// How much is tested.
public enum TestScope {
  /// Whether everything is, also what takes minutes: `TRACKER_TESTS=all swift test`.
  public static let isFull = ProcessInfo.processInfo.environment["TRACKER_TESTS"] == "all"

  /// Of many cases of one kind every fourth, the first among them; all with `TRACKER_TESTS=all`.
  public static func some<Case>(_ cases: [Case]) -> [Case] {
    cases.enumerated().filter { isFull || $0.offset.isMultiple(of: 4) }.map(\.element)
  }

  /// The interpreter for the tests of the Python module; nil if none is named.
  public static let python = ProcessInfo.processInfo.environment["TRACKER_PYTHON"]

  /// The interpreter that has MLflow, for the tests with its client; nil if none is named.
  public static let mlflow = ProcessInfo.processInfo.environment["TRACKER_MLFLOW"]
}

extension Trait where Self == ConditionTrait {
  /// Runs with `TRACKER_TESTS=all swift test` only: it kills processes, fills disks, takes many megabytes or
  /// writers, sweeps thousands of cases or builds packages.
  public static var slow: Self {
    .enabled(if: TestScope.isFull, "slow, runs with: TRACKER_TESTS=all swift test")
  }
}
