import Foundation
import Subprocess
import TestSupport
import Testing

/// MLflow's own Python client drives the server: the programs stand in `Python`, beside this file.
@Suite(
  .enabled(
    "TRACKER_MLFLOW names no Python interpreter that has mlflow and scikit-learn",
    { TestScope.mlflow != nil }))
struct MLflowClientTests {
  @Test(arguments: ["tier1.py", "tier2.py"]) func clientsFindWhatTheyNeed(program: String)
    async throws
  {
    try await Self.run(program, [])
  }

  /// What is known to differ, and is left out, stands in the program.
  @Test(.slow, arguments: [1, 2, 3])
  func randomCallsGetTheAnswersOfMLflowsServer(seed: Int) async throws {
    try await Self.run("compare.py", ["\(seed)", "1000"])
  }

  private static func run(_ program: String, _ words: [String]) async throws {
    try await ServedFolder.whileServing { served in
      let python = try #require(TestScope.mlflow)
      let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("Python").appendingPathComponent(program).path
      let result = try await Subprocess.run(
        .path(.init(python)), arguments: Arguments([path, served.address] + words),
        environment: .inherit.updating([
          "PYTHONDONTWRITEBYTECODE": "1", "MLFLOW_TRACKING_URI": nil,
          "MLFLOW_DISABLE_TELEMETRY": "true",
        ]),
        workingDirectory: .init(served.folder.url.path), output: .string(limit: 1 << 20),
        error: .string(limit: 1 << 22))
      #expect(
        result.terminationStatus.isSuccess,
        "\(result.standardOutput)\n\(result.standardError.suffix(6_000))")
    }
  }
}
