import ArgumentParser
import Foundation
import GRDBSQLite
import Reporting
import RunStore

/// `benchmarks serve`: logging over HTTP, beside what SQLite's own JSON does, and beside MLflow's server.
struct Serve: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Logging over HTTP, beside SQLite's own JSON and MLflow's server.")

  @OptionGroup var output: OutputOptions

  @Option(
    help: ArgumentHelp(
      "A Python that has mlflow, whose server is measured beside ours.", valueName: "python"))
  var mlflow: String?

  @Option(help: "Runs that the search finds, with 10 metrics and 10 params each.")
  var runs = 1_000

  @Option(help: "How long each measurement takes, in seconds.")
  var seconds = 5.0

  func run() async throws {
    output.print("Machine", machineTable())
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("serve-benchmark-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    // Best effort: what stays behind lies in the temporary folder.
    defer { try? FileManager.default.removeItem(at: folder) }
    var table = Table(columns: [
      "server", "single_metrics_per_second", "single_metrics_per_second_16_connections",
      "points_per_second", "json_each_points_per_second", "searched_runs", "search_seconds",
      "resident_megabytes",
    ])
    let stored = try JSONEachBenchmark(path: folder.appendingPathComponent("bare.db").path)
      .pointsPerSecond()
    let tracker = Bundle.main.bundleURL.appendingPathComponent("tracker").path
    table.rows.append(
      try ServedProcess.whileRunning(
        tracker, ["serve", "--port", "0", "--db", folder.appendingPathComponent("runs.db").path],
        folder: folder
      ) { server in try measure(server, "tracker serve", stored) })
    if let mlflow {
      let port = "5017"
      table.rows.append(
        try ServedProcess.whileRunning(
          mlflow,
          [
            "-m", "mlflow", "server", "--host", "127.0.0.1", "--port", port, "--backend-store-uri",
            "sqlite:///\(folder.path)/mlflow.db", "--artifacts-destination",
            folder.appendingPathComponent("artifacts").path,
          ], folder: folder, port: 5_017
        ) { server in try measure(server, "mlflow server", nil) })
    }
    output.print("Logging over HTTP", table)
  }

  private func measure(
    _ server: ServedProcess, _ name: String, _ stored: Double?
  ) throws -> [SQLValue] {
    let single = try metricsPerSecond(server, connections: 1)
    let many = try metricsPerSecond(server, connections: 16)
    let points = try pointsPerSecond(server)
    let search = try searchSeconds(server)
    return [
      .text(name), .real(single.rounded()), .real(many.rounded()), .real(points.rounded()),
      SQLValue(stored?.rounded()), SQLValue(runs), .real(search),
      SQLValue(server.residentMegabytes),
    ]
  }

  /// Calls of `log-metric` a second that all connections get answered.
  private func metricsPerSecond(_ server: ServedProcess, connections: Int) throws -> Double {
    let run = try server.makeRun()
    let end = Date().addingTimeInterval(seconds)
    let counts = try inThreads(connections) { thread in
      let client = try HTTPClient(port: server.port)
      var count = 0
      while Date() < end {
        try client.post(
          "runs/log-metric",
          #"{"run_id":"\#(run)","key":"m\#(thread)","value":\#(Double.random(in: 0..<1)),"timestamp":1700000000000,"step":\#(count)}"#
        )
        count += 1
      }
      return count
    }
    return Double(counts.reduce(0, +)) / seconds
  }

  /// Points a second by batches of 1,000, ten metrics in each, over one connection.
  private func pointsPerSecond(_ server: ServedProcess) throws -> Double {
    let run = try server.makeRun()
    let client = try HTTPClient(port: server.port)
    let bodies = (0..<200).map { BatchBody(run: run, number: $0).text }
    let end = Date().addingTimeInterval(seconds)
    let start = Date()
    var count = 0
    while count < bodies.count, Date() < end {
      try client.post("runs/log-batch", bodies[count])
      count += 1
    }
    return Double(count * 1_000) / Date().timeIntervalSince(start)
  }

  /// How long a search takes that finds all runs, whole; the median of five.
  private func searchSeconds(_ server: ServedProcess) throws -> Double {
    let client = try HTTPClient(port: server.port)
    let experiment = try client.post(
      "experiments/create", #"{"name":"search \#(UUID().uuidString)"}"#
    ).value(of: "experiment_id")
    for index in 0..<runs {
      let run = try server.makeRun(in: experiment, by: client)
      let metrics = (0..<10).map {
        #"{"key":"metric_\#($0)","value":\#(Double(index + $0) / 7),"timestamp":1700000000000,"step":1}"#
      }
      let params = (0..<10).map { #"{"key":"param_\#($0)","value":"\#(index * $0)"}"# }
      try client.post(
        "runs/log-batch",
        #"{"run_id":"\#(run)","metrics":[\#(metrics.joined(separator: ","))],"params":[\#(params.joined(separator: ","))]}"#
      )
    }
    return median(
      try (0..<5).map { _ in
        try benchmarks.seconds {
          _ = try client.post(
            "runs/search", #"{"experiment_ids":["\#(experiment)"],"max_results":1000}"#)
        }
      })
  }
}

/// Runs `body` in several threads.
private func inThreads(
  _ count: Int, _ body: @escaping @Sendable (Int) throws -> Int
) throws -> [Int] {
  let group = DispatchGroup()
  let results = Results()
  for thread in 0..<count {
    group.enter()
    Thread.detachNewThread {
      results.append(Result { try body(thread) })
      group.leave()
    }
  }
  group.wait()
  return try results.all.map { try $0.get() }
}

/// What threads have found. The lock guards the list.
private final class Results: @unchecked Sendable {
  private let lock = NSLock()
  private var list: [Result<Int, any Error>] = []
  func append(_ result: Result<Int, any Error>) { lock.withLock { list.append(result) } }
  var all: [Result<Int, any Error>] { lock.withLock { list } }
}

/// A batch of 1,000 points of ten metrics, as MLflow's client sends it.
struct BatchBody {
  let text: String

  init(run: String, number: Int) {
    let points = (0..<1_000).map { index in
      let step = number * 100 + index / 10
      return
        #"{"key": "metric_\#(index % 10)", "value": \#(Double.random(in: 0..<1)), "timestamp": \#(1_700_000_000_000 + step), "step": \#(step)}"#
    }
    text =
      #"{"run_id": "\#(run)", "metrics": [\#(points.joined(separator: ", "))], "params": [], "tags": []}"#
  }
}

/// How fast SQLite stores the same batches, when its own `json_each` reads them, into the same tables.
struct JSONEachBenchmark {
  let path: String

  func pointsPerSecond() throws -> Double {
    _ = try RunDatabase(writingTo: path)
    let file = try BareConnection(path: path)
    try file.execute("PRAGMA synchronous = FULL")
    try file.execute("INSERT INTO runs (name) VALUES ('bare')")
    for index in 0..<10 {
      try file.execute("INSERT INTO metric_series (run_id, name) VALUES (1, 'metric_\(index)')")
    }
    let bodies = (0..<100).map { BatchBody(run: "x", number: $0).text }
    let statement = try file.prepare(
      """
      INSERT INTO metric_points (series_id, step, value, recorded_at, repeat)
      SELECT series.id, json_extract(point.value, '$.step'), json_extract(point.value, '$.value'),
        json_extract(point.value, '$.timestamp'), 0
      FROM json_each(?1, '$.metrics') AS point
      JOIN metric_series AS series
        ON series.run_id = 1 AND series.name = json_extract(point.value, '$.key')
      """)
    defer { sqlite3_finalize(statement) }
    let time = try seconds {
      for body in bodies {
        try file.execute("BEGIN IMMEDIATE")
        try body.withCString { text in
          sqlite3_bind_text(statement, 1, text, -1, nil)
          guard sqlite3_step(statement) == SQLITE_DONE else { throw file.failure() }
          sqlite3_reset(statement)
        }
        try file.execute("COMMIT")
      }
    }
    return Double(bodies.count * 1_000) / time
  }
}
