import Foundation
import Randomness
import RunStore
import TestSupport

@testable import Reporting

/// Everything that the commands do with a file, without the commands and without gnuplot.
///
/// Each part is tried by itself, so that an error in one does not hide the others.
final class ReadEverything {
  /// Errors of kinds that no command can put into words.
  private(set) var strangers: [any Error] = []
  /// How many parts came to a result.
  private(set) var successes = 0

  private let path: String
  private let copies: TemporaryFolder
  private let machine = EveryTableFixture.machine
  private let date = EveryTableFixture.date

  init(_ path: String) throws {
    self.path = path
    copies = try TemporaryFolder()
    do {
      let database = try RunDatabase(readingFrom: path)
      readRuns(in: database)
      compareRuns(in: database)
      draw(in: database)
      ask(in: database)
      report(on: database)
      care(for: database)
    } catch is RunStoreError {
      return
    }
    attempt { try change(RunDatabase(writingTo: path)) }
  }

  private func attempt(_ body: () throws -> Void) {
    do {
      try body()
      successes += 1
    } catch is RunStoreError {
    } catch is FigureError {
    } catch is ComparisonError {
    } catch is RunSearchError {
    } catch {
      strangers.append(error)
    }
  }

  /// Writes a table for people and for programs.
  private func write(_ table: Table) {
    for format in [TableFormat.text, .json] { _ = table.formatted(as: format) }
  }

  /// Writes the script of a figure, for a terminal and for an image.
  private func write(_ figure: Figure) {
    _ = GnuplotScript(figure, as: .terminal(columns: 80, rows: 24))
    _ = GnuplotScript(figure, as: .png)
  }

  private func readRuns(in database: RunDatabase) {
    attempt {
      let runs = try database.runs(seenFrom: machine, at: Date())
      write(.runs(runs))
      write(.runsAtAGlance(runs))
    }
    for selector in ["latest", "lms", "best:val/loss", "1@1"] {
      attempt { _ = try database.runID(RunSelector(selector)) }
    }
    for run in 1...3 {
      attempt {
        let sheet = try RunSheet(of: run, in: database, seenFrom: machine, at: Date())
        _ = try sheet.tables.formatted(as: .text)
      }
      attempt { write(.layers(try database.layers(ofRun: run))) }
      for rows in [RunRows.parameters, .metrics, .wideMetrics, .histograms, .predictions] {
        attempt {
          var writer = TableWriter(.csv, to: "")
          try rows.write(ofRun: run, in: database, to: &writer)
        }
      }
      attempt { write(.predictions(try database.predictions(ofRun: run))) }
      attempt { write(.artifacts(try database.artifactSummaries(ofRun: run))) }
      attempt { _ = try database.snapshot(ofRun: run) }
      attempt { _ = try database.tensorSummaries(ofRun: run) }
      attempt { _ = try database.checkpoint(ofRun: run) }
      attempt { _ = try database.lastStep(ofRun: run) }
      attempt { _ = try database.digest(ofRun: run) }
    }
  }

  private func compareRuns(in database: RunDatabase) {
    attempt {
      let sheet = try RunComparison(
        of: [1, 2], in: database, showsAllParameters: true, seenFrom: machine, at: Date()
      ).tables
      _ = try sheet.formatted(as: .text)
    }
    attempt {
      let metrics = try database.metricNames()
      var search = RunSearch(order: .best(metric: "val/loss"))
      search.condition = "lr > 0"
      let ids = try StatementReader(readingFrom: path).runs(search)
      let names = try database.differingParameters(amongRuns: ids)
      let runs = try database.comparedRuns(ids, metrics: metrics)
      write(.leaderboard(runs, parameters: names, metrics: metrics))
    }
    attempt {
      var generator = SeededGenerator(seed: 1)
      let statistics = try GroupStatistics(
        database.comparedRuns([1, 2], metrics: nil), by: ["lr"], over: "seed", metric: "val/loss",
        choice: .best)
      write(.groups(statistics))
      write(try GroupTests(statistics, using: &generator).table)
      write(try .metric("val/loss", of: statistics, in: database))
    }
  }

  private func draw(in database: RunDatabase) {
    attempt {
      let runs = try database.comparedRuns([1, 2], metrics: nil)
      write(try .losses(of: runs, in: database))
      write(try .losses(of: runs, in: database, scale: .logarithmic))
      write(try .metric("val/loss", of: runs, in: database))
      write(try .parallel(runs, parameters: ["lr"], metric: "val/loss", choice: .final))
    }
    attempt { write(try .planes(of: database.comparedRuns([1, 2], metrics: []), in: database)) }
    attempt { write(try .rates(of: database.comparedRuns([1, 2], metrics: []), in: database)) }
    for run in 1...2 {
      attempt { write(try .histograms(ofRun: run, quantity: .weight, in: database)) }
      attempt { write(try .histogramsOverTime(ofRun: run, quantity: .gradient, in: database)) }
      attempt { write(try .kernels(ofRun: run, in: database)) }
    }
  }

  private func ask(in database: RunDatabase) {
    attempt {
      let reader = try StatementReader(readingFrom: path)
      for query in try SavedQuery.all() {
        attempt {
          let values: [String: SQLValue] = [
            "run": 1, "first": 1, "second": 2, "parameter": "lr", "layer": "conv1",
          ]
          let names = query.parameters.map(\.name)
          let arguments = try query.arguments(values.filter { names.contains($0.key) })
          var writer = TableWriter(.text, to: "")
          try reader.select(
            query.sql, parameters: arguments,
            onColumns: { writer.begin($0.map { Table.Column($0) }) }, onRow: { writer.row($0) })
          writer.end()
        }
      }
    }
  }

  private func report(on database: RunDatabase) {
    for part in CourseReport.parts {
      attempt {
        let runs = try database.comparedRuns(part.runs(in: database).flatMap(\.self), metrics: nil)
        guard !runs.isEmpty else { return }
        for block in try part.blocks(runs, database) {
          switch block {
          case .text(let text), .conclusion(let text): _ = HTMLText.escaping(text)
          case .formulas(let lines): _ = lines.map(HTMLText.escaping)
          case .table(let caption, let table), .folded(let caption, let table):
            _ = HTMLText.table(table, caption: caption)
          case .figure(let figure): write(figure)
          }
        }
      }
    }
  }

  private func care(for database: RunDatabase) {
    let everything = Pruning(deletedBefore: date.addingTimeInterval(60))
    attempt { _ = try database.examine(seenFrom: machine, at: date) }
    attempt { _ = try database.storageUse() }
    attempt { _ = try database.pruningItems(everything) }
    attempt { try database.backUp(to: copies.path("backup.db")) }
    attempt {
      let target = try RunDatabase(writingTo: copies.path("merged.db"))
      for _ in 1...2 { _ = try target.merge(from: path, seenFrom: machine, at: date) }
    }
  }

  private func change(_ database: RunDatabase) throws {
    let everything = Pruning(deletedBefore: date.addingTimeInterval(60))
    attempt {
      try database.record(
        RunBatch(time: date, metrics: [MetricPoint(name: "val/loss", step: 99, value: .nan)]),
        run: 2)
    }
    attempt { try database.deleteRun(1, seenFrom: machine, at: date) }
    attempt { try database.restoreRun(1) }
    attempt { _ = try database.repair(seenFrom: machine, at: date) }
    attempt { _ = try database.prune(everything, seenFrom: machine, at: date) }
  }
}
