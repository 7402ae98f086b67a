import Foundation
import TestSupport
import Testing

@testable import NeuralNet

/// The files of the system, as containers see them.
@Suite struct UsableProcessorsTests {
  /// Files by their path, and the number of processors that they allow.
  @Test(
    arguments: [
      ([:], nil),
      (["proc/self/cgroup": "0::/\n"], nil),
      (["proc/self/cgroup": "0::/\n", "sys/fs/cgroup/cpu.max": "200000 100000\n"], 2),
      (["proc/self/cgroup": "0::/\n", "sys/fs/cgroup/cpu.max": "150000 100000\n"], 2),
      (["proc/self/cgroup": "0::/\n", "sys/fs/cgroup/cpu.max": "1000 100000\n"], 1),
      (["proc/self/cgroup": "0::/\n", "sys/fs/cgroup/cpu.max": "max 100000\n"], nil),
      (["proc/self/cgroup": "0::/\n", "sys/fs/cgroup/cpu.max": "words\n"], nil),
      (
        [
          "proc/self/cgroup": "0::/a/b\n", "sys/fs/cgroup/a/cpu.max": "300000 100000\n",
          "sys/fs/cgroup/a/b/cpu.max": "max 100000\n",
        ], 3
      ),
      (
        [
          "proc/self/cgroup": "0::/a/b\n", "sys/fs/cgroup/a/cpu.max": "300000 100000\n",
          "sys/fs/cgroup/a/b/cpu.max": "100000 100000\n",
        ], 1
      ),
      (
        [
          "proc/self/cgroup": "11:memory:/x\n4:cpu,cpuacct:/docker/1\n0::/\n",
          "sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us": "400000\n",
          "sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us": "100000\n",
        ], 4
      ),
      (
        [
          "proc/self/cgroup": "4:cpu:/\n", "sys/fs/cgroup/cpu/cpu.cfs_quota_us": "-1\n",
          "sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000\n",
        ], nil
      ),
    ] as [([String: String], Int?)])
  func groupsLimitTheProcessors(files: [String: String], expected: Int?) throws {
    let folder = try TemporaryFolder()
    for (path, content) in files {
      let file = folder.url.appendingPathComponent(path)
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try content.write(to: file, atomically: true, encoding: .utf8)
    }
    #expect(UsableProcessors.quota(in: folder.url.path) == expected)
  }

  @Test func thereIsOneAtLeast() {
    #expect(UsableProcessors.count >= 1)
    #expect(UsableProcessors.count <= ProcessInfo.processInfo.activeProcessorCount)
  }
}
