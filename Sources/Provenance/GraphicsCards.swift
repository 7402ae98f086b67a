import Foundation
import Subprocess

/// NVIDIA's graphics cards, as its program `nvidia-smi` tells of them.
struct GraphicsCards {
  /// The path of the program.
  let program: String

  private static let columns = [
    "index", "utilization.gpu", "memory.used", "memory.total", "power.draw", "power.limit",
  ]
  /// How long it may take.
  private static let limit = Duration.seconds(5)

  /// Finds the program in `PATH`; nil if it is not there.
  static func find() -> GraphicsCards? {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    let places = path.split(separator: ":").filter { $0.hasPrefix("/") }.map { "\($0)/nvidia-smi" }
    return places.first(where: isProgram).map(GraphicsCards.init)
  }

  /// What each card does, by the names of MLflow without `system/`; nothing if the program fails.
  func measure() async -> [(name: String, value: Double)] {
    // A measurement that fails is missed.
    let text = try? await withDeadline(Self.limit) { [program] processes in
      var options = PlatformOptions()
      options.processGroupID = 0
      let result = try await run(
        .path(.init(program)),
        arguments: [
          "--query-gpu=\(Self.columns.joined(separator: ","))", "--format=csv,noheader,nounits",
        ], platformOptions: options, input: .none, output: .string(limit: 1 << 20),
        error: .discarded
      ) { execution in
        processes.add(execution.processIdentifier.value)
      }
      processes.removeAll()
      return result.terminationStatus.isSuccess ? result.standardOutput : ""
    }
    return Self.read(text ?? "")
  }

  /// Reads a line a card; a number that a card does not tell is left out.
  static func read(_ text: String) -> [(name: String, value: Double)] {
    text.split(separator: "\n").flatMap { line -> [(name: String, value: Double)] in
      let cells = line.split(separator: ",").map { Double($0.trimmingCharacters(in: .whitespaces)) }
      guard cells.count == columns.count, let index = cells[0] else { return [] }
      var values: [(String, Double?)] = [
        ("utilization_percentage", cells[1]), ("memory_usage_megabytes", cells[2]),
        ("power_usage_watts", cells[4]),
      ]
      if let used = cells[2], let all = cells[3], all > 0 {
        values.append(("memory_usage_percentage", 100 * used / all))
      }
      if let power = cells[4], let most = cells[5], most > 0 {
        values.append(("power_usage_percentage", 100 * power / most))
      }
      return values.compactMap { name, value in value.map { ("gpu_\(Int(index))_\(name)", $0) } }
    }
  }
}
