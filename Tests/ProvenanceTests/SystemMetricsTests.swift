import Foundation
import RunStore
import Synchronization
import TestSupport
import Testing

@testable import Provenance

/// What the machine does, and what Python has.
@Suite struct SystemMetricsTests {
  @Test func theMachineIsMeasuredUnderMLflowsNames() {
    var load = MachineLoad(process: Int(getpid()))
    var sum = 0.0
    for number in 0..<3_000_000 { sum += Double(number).squareRoot() }
    let values = Dictionary(load.measure().map { ($0.name, $0.value) }) { first, _ in first }
    #expect(sum > 0)
    for name in [
      "cpu_utilization_percentage", "system_memory_usage_percentage", "disk_usage_percentage",
    ] {
      #expect((0...100).contains(values[name] ?? .nan), "\(name)")
    }
    for name in [
      "system_memory_usage_megabytes", "disk_usage_megabytes", "disk_available_megabytes",
      "network_receive_megabytes", "network_transmit_megabytes",
      "process_cpu_utilization_percentage", "process_memory_usage_megabytes",
    ] {
      #expect(values[name] ?? -1 >= 0, "\(name)")
    }
    #expect(values["process_memory_usage_megabytes"] ?? 0 > 1)
  }

  @Test func cardsThatDoNotTellEverythingAreRead() {
    let text = """
      0, 35, 2048, 8192, 70.5, 250.0
      1, [N/A], 10, 100, [Not Supported], [Not Supported]
      No devices were found
      """
    let values = GraphicsCards.read(text).map { "\($0.name) \($0.value)" }
    #expect(
      values == [
        "gpu_0_utilization_percentage 35.0", "gpu_0_memory_usage_megabytes 2048.0",
        "gpu_0_power_usage_watts 70.5", "gpu_0_memory_usage_percentage 25.0",
        "gpu_0_power_usage_percentage 28.2", "gpu_1_memory_usage_megabytes 10.0",
        "gpu_1_memory_usage_percentage 10.0",
      ])
  }

  @Test func measurementsAreCountedAndEnd() async throws {
    let steps = Mutex<[Int]>([])
    let monitor = SystemMonitor(every: 0.1, ofProcess: Int(getpid()), firstStep: 7) { points in
      steps.withLock { $0.append(points[0].step) }
    }
    try await wait { steps.withLock { $0.count >= 2 } }
    monitor.end()
    #expect(steps.withLock { $0.prefix(2) } == [7, 8])
  }

  /// Who holds the tracker file keeps it from being closed.
  @Test func whatEndsLetsGoOfWhatItStoredTo() {
    final class File: Sendable {}
    weak var kept: File?
    let monitor: SystemMonitor
    do {
      let file = File()
      kept = file
      monitor = SystemMonitor(every: 1_000, ofProcess: 1) { _ in
        _ = file
      } store: { _ in
        _ = file
      }
    }
    #expect(kept != nil)
    monitor.end()
    #expect(kept == nil)
  }

  @Test func packagesOfPythonAreFoundWithoutRunningIt() throws {
    let folder = try TemporaryFolder()
    let packages = folder.path("env/lib/python3.11/site-packages")
    for name in ["numpy-2.1.0.dist-info", "Zope-1.0-py3.11.egg-info", "numpy"] {
      try FileManager.default.createDirectory(
        atPath: "\(packages)/\(name)", withIntermediateDirectories: true)
    }
    try FileManager.default.createDirectory(
      atPath: folder.path("env/bin"), withIntermediateDirectories: true)
    let python = folder.path("env/bin/python3")
    let script = folder.path("train.py")
    for (path, text) in [(python, "no program"), (script, "#!/usr/bin/env python3\nprint(1)\n")] {
      try Data(text.utf8).write(to: URL(fileURLWithPath: path))
      chmod(path, 0o755)
    }
    for program in [python, script] {
      let found = PythonInstallation(of: program, path: folder.path("env/bin"))
      #expect(found?.version == "3.11")
      #expect(found?.requirements == ["numpy==2.1.0", "Zope==1.0"])
    }
    #expect(PythonInstallation(of: "/bin/sh", path: "/bin") == nil)
    try Data("home = /usr/bin\nversion = 3.11.2\n".utf8)
      .write(to: folder.url.appendingPathComponent("env/pyvenv.cfg"))
    #expect(PythonInstallation(of: python, path: "")?.version == "3.11.2")
  }
}
