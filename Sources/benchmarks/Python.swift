import ArgumentParser
import Foundation
import Reporting
import RunStore
import Subprocess

/// `benchmarks python`: what logging from Python costs, beside other loggers.
struct Python: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "python",
    abstract: "Logging from Python: here, W&B offline, MLflow, Trackio and TensorBoard's writer.",
    discussion: """
      Each measurement is a process of its own in a new folder, one after the other. What an interpreter \
      lacks is skipped with a word; pip install torch tensorboard wandb mlflow trackio has all of them.
      """)

  @OptionGroup var output: OutputOptions

  @Option(help: "The interpreter.")
  var python = ProcessInfo.processInfo.environment["TRACKER_PYTHON"] ?? "python3"

  @Option(help: "The folder with the module trackerdb.")
  var module = "Sources/Python"

  private static let loggers = ["trackerdb", "W&B offline", "MLflow", "Trackio", "SummaryWriter"]

  private static let measures: KeyValuePairs = [
    "call": "A call of log beside a training, microseconds",
    "points": "Points of one metric, until all are on the disk",
    "epoch": "An epoch of weights and histograms of ResNet-18, seconds",
    "share": "The share of a training of LeNet-5 that passes in log",
  ]

  func run() async throws {
    output.print("Machine", machineTable())
    for (measure, title) in Self.measures {
      var rows: [(logger: String, values: [String: SQLValue])] = []
      for logger in Self.loggers {
        rows.append((logger, try await measured(measure, logger)))
      }
      let columns = Set(rows.flatMap(\.values.keys)).sorted()
      output.print(
        title,
        Table(
          columns: ["logger"] + columns.map { Table.Column($0) },
          rows: rows.map { row in [.text(row.logger)] + columns.map { row.values[$0] ?? .null } }))
    }
  }

  /// What a process has measured of a logger, by name; why there is nothing, as `skipped`.
  private func measured(_ measure: String, _ logger: String) async throws -> [String: SQLValue] {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let script = String(decoding: PackageResources.python_logging_py, as: UTF8.self)
    let result = try await Subprocess.run(
      python.contains("/") ? .path(.init(python)) : .name(python),
      arguments: ["-c", script, measure, logger],
      environment: .inherit.updating([
        "PYTHONPATH": URL(fileURLWithPath: module).path, "TRACKER_DB": nil,
        // Where the others put their files.
        "HOME": folder.url.path, "TRACKIO_DIR": folder.url.path, "WANDB_DIR": folder.url.path,
      ]),
      workingDirectory: .init(folder.url.path), output: .string(limit: 1 << 16),
      error: .string(limit: 1 << 20))
    guard result.terminationStatus.isSuccess else {
      throw ValidationError("\(logger), \(measure): \(result.standardError)")
    }
    let values = try JSONDecoder().decode(
      [String: Value].self, from: Data(result.standardOutput.utf8))
    return values.mapValues(\.value)
  }

  /// A number or a text.
  private struct Value: Decodable {
    let value: SQLValue

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let number = try? container.decode(Double.self) {
        value = .real(number)
      } else {
        value = .text(try container.decode(String.self))
      }
    }
  }
}
