import Foundation

/// What the machine does, and what a process with its children uses of it, as Linux tells in `/proc`. What it
/// does not tell is left out.
struct MachineLoad {
  private let process: Int
  private var processorTime: (busy: Double, all: Double)?
  private var treeTime: (ticks: Double, at: ContinuousClock.Instant)?
  private let network: (received: Double, sent: Double)?

  /// Begins to measure; rates and sums count from here.
  init(process: Int) {
    self.process = process
    processorTime = Self.processorTime()
    treeTime = (Self.tree(of: process).ticks, .now)
    network = Self.networkBytes()
  }

  /// The values since the last time, by the names of MLflow without `system/`.
  mutating func measure() -> [(name: String, value: Double)] {
    processors() + memory() + disk() + traffic() + tree()
  }

  private mutating func processors() -> [(name: String, value: Double)] {
    guard let now = Self.processorTime() else { return [] }
    defer { processorTime = now }
    guard let then = processorTime, now.all > then.all else { return [] }
    return [("cpu_utilization_percentage", 100 * (now.busy - then.busy) / (now.all - then.all))]
  }

  private func memory() -> [(name: String, value: Double)] {
    let lines = Self.lines(of: "/proc/meminfo")
    func bytes(_ name: String) -> Double? {
      lines.first { $0.hasPrefix(name + ":") }?.split(separator: " ").dropFirst().first
        .flatMap { Double($0) }.map { $0 * 1_024 }
    }
    guard let all = bytes("MemTotal"), let free = bytes("MemAvailable"), all > 0 else { return [] }
    return [
      ("system_memory_usage_megabytes", (all - free) / 1e6),
      ("system_memory_usage_percentage", 100 * (all - free) / all),
    ]
  }

  private func disk() -> [(name: String, value: Double)] {
    var status = statvfs()
    guard statvfs("/", &status) == 0, status.f_blocks > 0 else { return [] }
    let block = Double(status.f_frsize)
    let used = Double(status.f_blocks - status.f_bfree) * block
    let free = Double(status.f_bavail) * block
    return [
      ("disk_usage_percentage", 100 * used / (used + free)),
      ("disk_usage_megabytes", used / 1e6), ("disk_available_megabytes", free / 1e6),
    ]
  }

  private func traffic() -> [(name: String, value: Double)] {
    guard let network, let now = Self.networkBytes() else { return [] }
    return [
      ("network_receive_megabytes", (now.received - network.received) / 1e6),
      ("network_transmit_megabytes", (now.sent - network.sent) / 1e6),
    ]
  }

  /// The program and its children; 100 % is one core.
  private mutating func tree() -> [(name: String, value: Double)] {
    let tree = Self.tree(of: process)
    let now = ContinuousClock.now
    guard tree.count > 0, let then = treeTime else { return [] }
    treeTime = (tree.ticks, now)
    let seconds = (now - then.at) / .seconds(1)
    let ticks = Double(sysconf(Int32(_SC_CLK_TCK)))
    guard seconds > 0, ticks > 0 else { return [] }
    return [
      (
        "process_cpu_utilization_percentage",
        100 * max(0, tree.ticks - then.ticks) / ticks / seconds
      ),
      (
        "process_memory_usage_megabytes",
        tree.pages * Double(sysconf(Int32(_SC_PAGESIZE))) / 1e6
      ),
    ]
  }

  private static func processorTime() -> (busy: Double, all: Double)? {
    let numbers = lines(of: "/proc/stat").first?.split(separator: " ").dropFirst().prefix(8)
      .compactMap { Double($0) }
    guard let numbers, numbers.count >= 5 else { return nil }
    let all = numbers.reduce(0, +)
    // Idle, and waiting for a disk.
    return (all - numbers[3] - numbers[4], all)
  }

  private static func networkBytes() -> (received: Double, sent: Double)? {
    let lines = lines(of: "/proc/net/dev").dropFirst(2)
    guard !lines.isEmpty else { return nil }
    var bytes = (received: 0.0, sent: 0.0)
    for line in lines {
      let parts = line.split(separator: ":", maxSplits: 1)
      guard parts.count == 2, parts[0].trimmingCharacters(in: .whitespaces) != "lo" else {
        continue
      }
      let numbers = parts[1].split(separator: " ").compactMap { Double($0) }
      guard numbers.count >= 9 else { continue }
      bytes.received += numbers[0]
      bytes.sent += numbers[8]
    }
    return bytes
  }

  /// How many processes a program is, the ticks that they and their ended children used, and their pages.
  private static func tree(of root: Int) -> (count: Int, ticks: Double, pages: Double) {
    var children: [Int: [Int]] = [:]
    var uses: [Int: (ticks: Double, pages: Double)] = [:]
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    for id in names.compactMap({ Int($0) }) {
      // Behind the name of the program, which may hold anything, stand numbers.
      guard let line = lines(of: "/proc/\(id)/stat").first,
        let end = line.lastIndex(of: ")")
      else { continue }
      let fields = line[end...].split(separator: " ").dropFirst().map { Double($0) ?? 0 }
      guard fields.count > 21 else { continue }
      children[Int(fields[1]), default: []].append(id)
      uses[id] = (fields[11...14].reduce(0, +), fields[21])
    }
    var sum = (count: 0, ticks: 0.0, pages: 0.0)
    var waiting = [root]
    while let id = waiting.popLast() {
      guard let use = uses.removeValue(forKey: id) else { continue }
      sum = (sum.count + 1, sum.ticks + use.ticks, sum.pages + use.pages)
      waiting += children[id] ?? []
    }
    return sum
  }

  private static func lines(of path: String) -> [Substring] {
    // What is gone or may not be read tells nothing.
    ((try? String(contentsOfFile: path, encoding: .utf8)) ?? "").split(separator: "\n")
  }
}
