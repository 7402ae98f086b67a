import Foundation
import Subprocess
import TestSupport
import Testing

/// The Python module's own tests, which stand in `Tests/PythonTests`.
///
/// They use the libraries that the interpreter has, such as PyTorch, and say which they miss.
@Suite(
  .enabled(
    "TRACKER_PYTHON names no interpreter for the tests of the Python module",
    { TestScope.python != nil && TestScope.isFull }))
struct PythonModuleTests {
  private static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("PythonTests")

  static let modules =
    ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? [])
    .filter { $0.hasPrefix("test_") && $0.hasSuffix(".py") }.sorted()

  @Test func thereAreTests() { #expect(!Self.modules.isEmpty) }

  @Test(arguments: modules) func itsTestsPass(module: String) async throws {
    let python = try #require(TestScope.python)
    let program = Bundle.main.bundleURL.appendingPathComponent("tracker").path
    let result = try await Subprocess.run(
      python.contains("/") ? .path(.init(python)) : .name(python),
      arguments: ["-m", "unittest", "--verbose", module],
      environment: .inherit.updating([
        "TRACKER_PROGRAM": program, "TRACKER_DB": nil,
      ]),
      workingDirectory: .init(Self.folder.path), output: .discarded,
      error: .string(limit: 1 << 24))
    let lines = result.standardError.split(separator: "\n")
    for line in lines where line.contains("... skipped") { print("\(module): \(line)") }
    #expect(result.terminationStatus.isSuccess, "\(result.standardError.suffix(4_000))")
  }
}
