import Foundation
import RunStore
import TestSupport
import Testing

/// A file in which each point stands twice answers as the one without the second points does.
@Suite struct RepeatCommandTests {
  /// A file of four runs: two image runs with everything that runs record, two small ones.
  private static let recording = Task {
    let workplace = try Workplace()
    for words in [
      "run lenet --data shapes --limit 200 --validation-limit 50 --epochs 2 --seed 1 --quiet",
      "run lenet --data shapes --limit 200 --validation-limit 50 --epochs 2 --seed 2 --lr 0.02 --quiet",
      "run adaline --quiet", "run lms --quiet",
    ] {
      let outcome = try await workplace.tracker(words.split(separator: " ").map(String.init))
      try #require(outcome.status == .exited(0), "\(words): \(outcome.errors)")
    }
    try RunDatabase(readingFrom: workplace.path("tracker.db")).backUp(
      to: workplace.path("whole.db"))
    return try Data(contentsOf: workplace.file("whole.db"))
  }

  /// The same file as it is, and with each point twice.
  private func workplaces() async throws -> (once: Workplace, twice: Workplace) {
    let places = (once: try Workplace(), twice: try Workplace())
    for place in [places.once, places.twice] {
      try await Self.recording.value.write(to: place.file("tracker.db"))
    }
    try PlainConnection(path: places.twice.path("tracker.db")).execute(
      """
      INSERT INTO metric_points (series_id, step, epoch, value, recorded_at, repeat)
      SELECT series_id, step, epoch, value, recorded_at, 1 FROM metric_points;

      UPDATE metric_series
      SET
        count = 2 * count,
        nan_count = 2 * nan_count,
        infinite_count = 2 * infinite_count,
        last_repeat = 1;
      """)
    let doctor = try await places.twice.tracker(["doctor"])
    try #require(doctor.status == .exited(0), "\(doctor.output)")
    return places
  }

  /// What a command says, and the files it makes, without counts of points, sizes, and times of now.
  private func answer(_ words: String, in workplace: Workplace) async throws -> [String] {
    let before = try workplace.files
    let outcome = try await workplace.shell("exec tracker \(words)")
    #expect(outcome.status == .exited(0), "\(words): \(outcome.errors)")
    var texts = [outcome.output, outcome.errors]
    if words.hasPrefix("show") {
      // The second column of metrics counts points.
      texts = texts.map { text in
        text.split(separator: "\n").map { line in
          line.replacing(#/^(\S+\s+)\d+(\s+\d+\s)/#) { "\($0.1)\($0.2)" }
            .replacing(#/"count": \d+/#, with: "")
        }.joined(separator: "\n")
      }
    }
    if words.hasPrefix("du") {
      // Sizes, by which the runs are ordered.
      texts = texts.map { text in
        text.split(separator: "\n").map { $0.replacing(#/[\d.]+|-{2,}| +/#, with: " ") }
          .sorted().joined(separator: "\n")
      }
    }
    for file in try workplace.files.subtracting(before).sorted() where !file.hasSuffix(".db") {
      texts.append(try String(contentsOf: workplace.file(file), encoding: .isoLatin1))
    }
    if words.hasPrefix("report") {
      texts = texts.map { text in
        text.replacing(#/Made on [-:\dTZ]+/#, with: "")
          .replacing(
            #/(<tr><td(?: class="long")?>(?:[^<]|<wbr>)*<\/td><td class="number">)\d+(<\/td><td class="number">\d+<)/#
          ) {
            "\($0.1)\($0.2)"
          }
      }
    }
    return texts
  }

  private static let commands =
    [
      "list", "list --format csv", "list --format json", "show 1", "show 4",
      "show latest --format json",
      "compare", "compare --metric train/loss", "compare --sort final:val/loss --all-params",
      "compare --where 'seed = 1'", "compare 1 2", "compare 1 2 --all-params --format json",
      "compare 1 2 --group-by lr --value best",
      "compare 1 2 --group-by lr --metric val/accuracy --format csv",
      "export metrics 1 --wide", "export metrics 1@1 --wide --format csv",
      "export metrics 4 --wide",
      "export layers 1", "export params 1", "export histograms 1", "export predictions 3",
      "export weights 1 -o weights.safetensors", "plot loss 1", "plot loss 1 2 --log",
      "plot loss --group-by lr --where \"recipe = 'lenet'\"", "plot metric val/accuracy 1 2",
      "plot metric learning_rate 1", "plot metric train/loss 4", "plot loss 1 -o loss.svg",
      "plot metric val/loss 1 2 -o metric.svg", "plot lms --rates", "plot lms", "plot parallel",
      "plot histogram 1", "plot histogram 1 --over-time", "plot kernels 1", "report", "report 1 2",
      "report course", "doctor",
      "prune --dry-run", "du", "query", "goal val/loss", "query best_runs",
      "query compare_runs --first 1 --second 2",
      "query epoch_losses --run 1",
      "query histogram_drift --run 1", "query parameter_effect --parameter lr", "query run_list",
      "query slowest_epochs", "query weight_norms --run 1",
    ]

  /// Some of them always; all with `TRACKER_TESTS=all`, which takes most of a minute.
  private static let chosen =
    TestScope.isFull
    ? commands : ["list", "show 1", "plot metric val/accuracy 1 2", "export metrics 1 --wide"]

  @Test(arguments: chosen)
  func everyCommandAnswersAsIfEachPointStoodOnce(words: String) async throws {
    let (once, twice) = try await workplaces()
    let expected = try await answer(words, in: once)
    let found = try await answer(words, in: twice)
    #expect(!expected[0].isEmpty || expected.count > 2, "\(words)")
    if found != expected {
      let differences = zip(found, expected).flatMap { found, expected in
        zip(found.split(separator: "\n"), expected.split(separator: "\n"))
          .filter { $0 != $1 }.prefix(3).map { "found \($0)\nnot   \($1)" }
      }
      Issue.record("\(words):\n\(differences.joined(separator: "\n"))")
    }
  }

  @Test func theRowsOfExportMetricsStandTwice() async throws {
    let (once, twice) = try await workplaces()
    let single = try await once.tracker(["export", "metrics", "1", "--format", "csv"]).lines
    let double = try await twice.tracker(["export", "metrics", "1", "--format", "csv"]).lines
    #expect(double == single.prefix(1) + single.dropFirst().flatMap { [$0, $0.dropLast() + "1"] })
  }

  @Test func aRunGoesOnFromTheSameState() async throws {
    let (once, twice) = try await workplaces()
    for place in [once, twice] {
      let outcome = try await place.tracker(["resume", "1@1", "--epochs", "3", "--quiet"])
      #expect(outcome.status == .exited(0), "\(outcome.errors)")
    }
    func state(_ place: Workplace) throws -> [[SQLValue]] {
      var rows: [[SQLValue]] = []
      try StatementReader(readingFrom: place.path("tracker.db")).select(
        """
        SELECT snapshot.kind, snapshot.step, tensor.name, tensor.blob_hash
        FROM snapshots AS snapshot
        JOIN tensors AS tensor ON tensor.snapshot_id = snapshot.id
        WHERE snapshot.run_id = 1
        UNION ALL
        SELECT name, step, epoch, value
        FROM metrics
        WHERE run_id = 1 AND repeat = 0 AND name NOT LIKE '%second%'
        ORDER BY 1, 2, 3
        """, onColumns: { _ in }, onRow: { rows.append($0) })
      return rows
    }
    #expect(try state(once) == state(twice))
    // Of what came after the first epoch, nothing is left twice.
    var counts: [[SQLValue]] = []
    try StatementReader(readingFrom: twice.path("tracker.db")).select(
      """
      SELECT epoch, MAX(repeat)
      FROM metrics
      WHERE run_id = 1 AND name = 'val/loss' AND epoch > 0
      GROUP BY epoch
      ORDER BY epoch
      """, onColumns: { _ in }, onRow: { counts.append($0) })
    #expect(counts == [[1, 1], [2, 0], [3, 0]])
    #expect(try await twice.tracker(["doctor"]).status == .exited(0))
  }
}
