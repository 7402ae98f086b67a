import ArgumentParser
import Foundation
import GRDBSQLite
import Reporting
import RunStore
import Synchronization

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
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let tracker = Bundle.main.bundleURL.appendingPathComponent("tracker").path
    var measured = [
      try ServedProcess.whileRunning(
        tracker, ["serve", "--port", "0", "--db", folder.file("runs.db")],
        folder: folder.url
      ) { server in
        try measure(
          server, "tracker serve", beside: JSONEachBenchmark(in: folder.url))
      }
    ]
    if let mlflow {
      let port = try ServedProcess.freePort()
      measured.append(
        try ServedProcess.whileRunning(
          mlflow,
          [
            "-m", "mlflow", "server", "--host", "127.0.0.1", "--port", String(port),
            "--backend-store-uri", "sqlite:///\(folder.file("mlflow.db"))",
            "--artifacts-destination",
            folder.file("artifacts"),
          ], folder: folder.url, port: port
        ) { server in try measure(server, "mlflow server", beside: nil) })
    }
    output.print("Logging over HTTP", ServerSpeed.table(measured))
  }

  private func measure(
    _ server: ServedProcess, _ name: String, beside stored: JSONEachBenchmark?
  ) throws -> ServerSpeed {
    var speed = ServerSpeed(server: name)
    speed.singleMetrics = try metricsPerSecond(server, connections: 1)
    speed.singleMetricsOf16 = try metricsPerSecond(server, connections: 16)
    // In turn, so that both meet the same load of the machine.
    var points: [Double] = []
    var storedPoints: [Double] = []
    let start = server.processorSeconds
    var count = 0
    for _ in 0..<Self.turns {
      let turn = try logBatches(server, for: seconds / Double(Self.turns))
      points.append(turn.perSecond)
      count += turn.count
      if let stored {
        storedPoints.append(try stored.pointsPerSecond(for: seconds / Double(Self.turns)))
      }
    }
    speed.points = median(points)
    speed.storedPoints = storedPoints.isEmpty ? nil : median(storedPoints)
    speed.processorMicroseconds = (server.processorSeconds - start) / Double(count) * 1e6
    (speed.searchedRuns, speed.searchSeconds) = try search(server)
    speed.megabytes = server.residentMegabytes
    return speed
  }

  /// How often batches and what SQLite stores alone take turns.
  private static let turns = 5

  /// Calls of `log-metric` a second that all connections get answered.
  private func metricsPerSecond(_ server: ServedProcess, connections: Int) throws -> Double {
    let run = try server.makeRun()
    let start = Date()
    let end = start.addingTimeInterval(seconds)
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
    return Double(counts.reduce(0, +)) / Date().timeIntervalSince(start)
  }

  /// Logs batches of 1,000 points, ten metrics in each, over one connection.
  private func logBatches(
    _ server: ServedProcess, for seconds: Double
  ) throws -> (count: Int, perSecond: Double) {
    let run = try server.makeRun()
    let client = try HTTPClient(port: server.port)
    return try BatchBody.store(of: run, for: seconds) { body in
      try client.post("runs/log-batch", body)
    }
  }

  /// Makes runs, as many as a minute allows, and finds them whole.
  /// - Returns: How many runs were found, and in how many seconds; the median of five searches.
  private func search(_ server: ServedProcess) throws -> (runs: Int, seconds: Double) {
    let experiment = try HTTPClient(port: server.port).post(
      "experiments/create", #"{"name":"search \#(UUID().uuidString)"}"#
    ).value(of: "experiment_id")
    let end = Date().addingTimeInterval(60)
    let threads = 4
    let counts = try inThreads(threads) { [runs] thread in
      let client = try HTTPClient(port: server.port)
      var count = 0
      for index in stride(from: thread, to: runs, by: threads) where Date() < end {
        let run = try server.makeRun(in: experiment, by: client)
        let metrics = (0..<10).map {
          #"{"key":"metric_\#($0)","value":\#(Double(index + $0) / 7),"timestamp":1700000000000,"step":1}"#
        }
        let params = (0..<10).map { #"{"key":"param_\#($0)","value":"\#(index * $0)"}"# }
        try client.post(
          "runs/log-batch",
          #"{"run_id":"\#(run)","metrics":[\#(metrics.joined(separator: ","))],"params":[\#(params.joined(separator: ","))]}"#
        )
        count += 1
      }
      return count
    }
    // A new connection: servers end those that nothing comes over for long.
    let client = try HTTPClient(port: server.port)
    let times = try (0..<5).map { _ in
      try benchmarks.seconds {
        _ = try client.post(
          "runs/search", #"{"experiment_ids":["\#(experiment)"],"max_results":\#(runs)}"#)
      }
    }
    return (counts.reduce(0, +), median(times))
  }
}

/// What was measured of a server.
private struct ServerSpeed {
  let server: String
  var singleMetrics = 0.0
  var singleMetricsOf16 = 0.0
  var points = 0.0
  /// What SQLite's `json_each` stores meanwhile, in points a second.
  var storedPoints: Double?
  /// What the server's processes need for a point of a batch.
  var processorMicroseconds = 0.0
  var searchedRuns = 0
  var searchSeconds = 0.0
  var megabytes = 0

  init(server: String) { self.server = server }

  /// A row for each server.
  static func table(_ servers: [ServerSpeed]) -> Table {
    var table = Table(columns: [
      "server", "log_metric_per_second", "log_metric_per_second_16_connections",
      "log_batch_points_per_second", "json_each_points_per_second",
      "processor_microseconds_per_point", "searched_runs", "search_seconds", "resident_megabytes",
    ])
    for server in servers {
      table.rows.append([
        .text(server.server), .real(server.singleMetrics.rounded()),
        .real(server.singleMetricsOf16.rounded()), .real(server.points.rounded()),
        SQLValue(server.storedPoints?.rounded()), .real(server.processorMicroseconds),
        SQLValue(server.searchedRuns), .real(server.searchSeconds), SQLValue(server.megabytes),
      ])
    }
    return table
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
      let result = Result { try body(thread) }
      results.list.withLock { $0.append(result) }
      group.leave()
    }
  }
  group.wait()
  return try results.list.withLock { try $0.map { try $0.get() } }
}

/// What threads have found.
private final class Results: Sendable {
  let list = Mutex<[Result<Int, any Error>]>([])
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

  /// Hands over batches, one after the other, for some seconds; what it takes to make them does not count.
  /// - Returns: The number of points, and how many were taken a second.
  static func store(
    of run: String, for seconds: Double, by take: (String) throws -> Void
  ) throws -> (count: Int, perSecond: Double) {
    var count = 0
    var time = 0.0
    while time < seconds {
      let body = BatchBody(run: run, number: count / 1_000).text
      time += try benchmarks.seconds { try take(body) }
      count += 1_000
    }
    return (count, Double(count) / time)
  }
}

/// How fast SQLite stores the same batches, when its own `json_each` reads them, into the same tables.
private final class JSONEachBenchmark {
  private let file: BareConnection
  private let statement: OpaquePointer
  private var runs = 0

  init(in folder: URL) throws {
    let path = folder.appendingPathComponent("bare.db").path
    _ = try RunDatabase(writingTo: path)
    file = try BareConnection(path: path)
    try file.execute("PRAGMA synchronous = FULL")
    statement = try file.prepare(
      """
      INSERT INTO metric_points (series_id, step, value, recorded_at, repeat)
      SELECT series.id, json_extract(point.value, '$.step'), json_extract(point.value, '$.value'),
        json_extract(point.value, '$.timestamp'), 0
      FROM json_each(?1, '$.metrics') AS point
      JOIN metric_series AS series
        ON series.run_id = (SELECT MAX(id) FROM runs)
        AND series.name = json_extract(point.value, '$.key')
      """)
  }

  deinit { sqlite3_finalize(statement) }

  /// Points a second, into a run of their own.
  func pointsPerSecond(for seconds: Double) throws -> Double {
    try file.execute("INSERT INTO runs (name) VALUES ('bare')")
    for index in 0..<10 {
      try file.execute(
        "INSERT INTO metric_series (run_id, name) SELECT MAX(id), 'metric_\(index)' FROM runs")
    }
    return try BatchBody.store(of: "x", for: seconds) { body in
      try file.execute("BEGIN IMMEDIATE")
      try body.withCString { text in
        sqlite3_bind_text(statement, 1, text, -1, nil)
        guard sqlite3_step(statement) == SQLITE_DONE else { throw file.failure() }
        sqlite3_reset(statement)
      }
      try file.execute("COMMIT")
    }.perSecond
  }
}
