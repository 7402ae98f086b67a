import ArgumentParser
import Foundation
import Reporting
import RunStore
import Subprocess

/// `benchmarks compare`: questions to a file of many runs, each as a whole process.
struct Compare: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Ask files of 1,000 and 10,000 runs, 5 parameters and 4 x 100 points each.")

  @OptionGroup var output: OutputOptions

  @Option(help: "How many runs the files hold.")
  var runs = [1_000, 10_000]

  @Option(help: "How often each question is asked; the median counts.")
  var repetitions = 11

  private static let questions = [
    ["compare", "--limit", "10"],
    ["compare", "--limit", "10", "--where", "lr < 0.1 AND \"val/loss\" < 0.4"],
    ["compare", "--group-by", "schedule", "--metric", "val/accuracy"],
    ["list", "--limit", "10"],
    ["list"],
    ["query", "best_runs"],
  ]

  func run() async throws {
    output.print("Machine", machineTable())
    // `swift run` builds one product only; the other is the release build's.
    let tracker = Bundle.main.bundleURL.appending(path: "tracker")
    guard FileManager.default.isExecutableFile(atPath: tracker.path) else {
      throw ValidationError(
        "There is no \(tracker.path); build it: swift build -c release --product tracker")
    }
    for count in runs {
      let folder = try TemporaryFolder()
      defer { folder.remove() }
      let file = folder.file("runs.db")
      let writing = try seconds { try ComparisonFile(runs: count).write(to: file) }
      var table = Table(columns: ["question", "milliseconds", "fastest"])
      for question in Self.questions {
        let times = try await times(tracker.path, question + ["--db", file])
        table.rows.append([
          .text(question.joined(separator: " ")), .real(1000 * times[times.count / 2]),
          .real(1000 * times[0]),
        ])
      }
      let title = "\(count) runs, \(400 * count) points, written in \(Int(writing.rounded())) s"
      output.print(title, table)
    }
  }

  /// The times of the processes from start to end, in seconds, the shortest first.
  private func times(_ program: String, _ arguments: [String]) async throws -> [Double] {
    var times: [Double] = []
    let clock = ContinuousClock()
    for _ in 0..<repetitions {
      let start = clock.now
      let result = try await Subprocess.run(
        .path(.init(program)), arguments: Arguments(arguments), output: .discarded,
        error: .string(limit: 4096))
      times.append((clock.now - start) / .seconds(1))
      guard result.terminationStatus.isSuccess else {
        throw ValidationError(result.standardError)
      }
    }
    return times.sorted()
  }
}
