import Foundation
import RunStore

/// Everything worth knowing about one run, in a few tables.
public struct RunSheet: Sendable {
  /// The tables, in order.
  public let tables: TableSheet

  /// Reads a run.
  /// - Parameter machine: This one, which knows whether the process of a running run still lives.
  public init(of run: Int, in database: RunDatabase, seenFrom machine: Machine) throws {
    tables = TableSheet([
      .init(title: "Run", table: .run(try database.run(run))),
      .init(
        title: "Parameters", table: .nameValues(try database.parameters(ofRun: run), name: "name")),
      .init(title: "Metrics", table: .summaries(try database.metricSummaries(ofRun: run))),
      .init(
        title: "Environment", table: .nameValues(try database.environment(ofRun: run), name: "name")
      ),
      .init(title: "Layers", table: .layers(try database.layers(ofRun: run))),
    ])
  }

  /// The sheet as text, as `TableSheet` writes it.
  public func formatted(as format: TableFormat) -> String {
    tables.formatted(as: format)
  }
}

extension Table {
  /// The row of a run, a line a column; what is not known is left out.
  fileprivate static func run(_ run: RunRecord) -> Table {
    func time(_ date: Date?) -> SQLValue { .init(date?.formatted(.iso8601)) }
    let facts: [(String, SQLValue)] = [
      ("id", .integer(Int64(run.id))), ("uuid", .text(run.uuid)), ("name", .text(run.name)),
      ("experiment", .text(run.experiment)), ("recipe", .init(run.recipe)),
      ("group", .init(run.group)), ("status", .text(run.status.rawValue)),
      ("error", .init(run.error)), ("seed", run.seed.map { .integer(Int64($0)) } ?? .null),
      ("started", time(run.startedAt)), ("ended", time(run.endedAt)),
      ("command", .init(run.command)), ("version", .init(run.version)),
      ("git_commit", .init(run.gitCommit)),
      ("git_dirty", .init(run.gitDirty.map { $0 ? "yes" : "no" })), ("host", .init(run.host)),
      ("note", .init(run.note)),
    ]
    return Table(
      columns: ["name", "value"],
      rows: facts.filter { $0.1 != .null }.map { [.text($0.0), $0.1] })
  }

  /// What each metric amounts to.
  fileprivate static func summaries(_ metrics: [MetricSummary]) -> Table {
    Table(
      columns: ["name", "count", "nan", "first", "last", "min", "min_step", "max", "max_step"],
      rows: metrics.map { metric in
        [
          .text(metric.name), .integer(Int64(metric.count)), .integer(Int64(metric.nanCount)),
          .init(metric.firstValue), .init(metric.lastValue), .init(metric.minimum),
          metric.minimumStep.map { .integer(Int64($0)) } ?? .null, .init(metric.maximum),
          metric.maximumStep.map { .integer(Int64($0)) } ?? .null,
        ]
      })
  }
}
