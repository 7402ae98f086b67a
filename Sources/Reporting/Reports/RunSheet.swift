import Foundation
import RunStore

/// Everything worth knowing about one run, in a few tables.
public struct RunSheet: Sendable {
  /// The tables, in order.
  public let tables: TableSheet
  /// The titles of the tables that have more rows than were asked for.
  public let cut: [String]

  /// Reads a run.
  /// - Parameters:
  ///   - limit: The most parameters, tags, alerts, metrics and facts of the surroundings; nil for all.
  ///   - machine: This one, which knows whether the process of a running run still lives.
  public init(
    of run: Int, in database: RunDatabase, limit: Int? = nil, seenFrom machine: Machine,
    at time: Date
  ) throws {
    // One more tells whether there are more.
    let most = limit.map { $0 + 1 }
    let record = try database.run(run)
    let sections: [TableSheet.Section] = [
      .init(title: "Run", table: .run(record, status: record.status(seenFrom: machine, at: time))),
      .init(
        title: "Parameters",
        table: .nameValues(try database.parameters(ofRun: run, limit: most), name: "name")),
      .init(
        title: "Tags",
        table: .nameValues(
          try database.tags(ofRun: run, limit: most).mapValues { .text($0) }, name: "name")),
      .init(title: "Alerts", table: .alerts(try database.alerts(ofRun: run, limit: most))),
      .init(
        title: "Metrics", table: .summaries(try database.metricSummaries(ofRun: run, limit: most))),
      .init(
        title: "Environment",
        table: .nameValues(try database.environment(ofRun: run, limit: most), name: "name")
      ),
      .init(title: "Artifacts", table: .artifacts(try database.artifactSummaries(ofRun: run))),
      .init(title: "Layers", table: try .readable { .layers(try database.layers(ofRun: run)) }),
    ]
    let limited: Set = ["Parameters", "Tags", "Alerts", "Metrics", "Environment"]
    let long = sections.filter { section in
      limited.contains(section.title) && limit.map { section.table.rows.count > $0 } ?? false
    }
    cut = long.map(\.title)
    tables = TableSheet(
      sections.map { [cut] section in
        guard let limit, cut.contains(section.title) else { return section }
        let rows = Array(section.table.rows.prefix(limit))
        return .init(
          title: section.title, table: Table(columns: section.table.columns, rows: rows))
      })
  }

  /// The sheet as text, as `TableSheet` writes it.
  public func formatted(as format: TableFormat) -> String {
    tables.formatted(as: format)
  }
}

extension Table {
  /// The row of a run, a line a column; what is not known is left out.
  fileprivate static func run(_ run: RunRecord, status: RunStatus) -> Table {
    func time(_ date: Date?) -> SQLValue { .init(date?.formatted(.iso8601)) }
    let facts: [(String, SQLValue)] = [
      ("id", .integer(Int64(run.id))), ("uuid", .text(run.uuid)), ("name", .text(run.name)),
      ("experiment", .text(run.experiment)), ("recipe", .init(run.recipe)),
      ("group", .init(run.group)), ("status", .text(status.rawValue)),
      ("error", .init(run.error)), ("seed", SQLValue(run.seed)),
      ("started", time(run.startedAt)), ("ended", time(run.endedAt)),
      ("exit_code", SQLValue(run.exitCode)),
      ("command", .init(run.command ?? run.arguments?.joined(separator: " "))),
      ("directory", .init(run.directory)), ("version", .init(run.version)),
      ("git_commit", .init(run.gitCommit)),
      ("git_dirty", .init(run.gitDirty.map { $0 ? "yes" : "no" })), ("host", .init(run.host)),
      ("user", .init(run.userName)), ("source", .init(run.source)),
      ("note", .init(run.note)),
    ]
    return Table(
      columns: ["name", "value"],
      rows: facts.filter { $0.1 != .null }.map { [.text($0.0), $0.1] })
  }

  /// What a person should have looked at.
  fileprivate static func alerts(_ alerts: [AlertRecord]) -> Table {
    Table(
      columns: ["epoch", "level", "kind", "message"],
      rows: alerts.map {
        [
          SQLValue($0.epoch), .text($0.level.rawValue),
          .text($0.kind), .text($0.message),
        ]
      })
  }

  /// The files that a run keeps.
  public static func artifacts(_ artifacts: [ArtifactSummary]) -> Table {
    Table(
      columns: ["name", "media_type", "bytes"],
      rows: artifacts.map {
        [.text($0.name), .text($0.mediaType), SQLValue($0.byteCount)]
      })
  }

  /// What each metric amounts to.
  fileprivate static func summaries(_ metrics: [MetricSummary]) -> Table {
    Table(
      columns: ["name", "count", "nan", "first", "last", "min", "min_step", "max", "max_step"],
      rows: metrics.map { metric in
        [
          .text(metric.name), .integer(Int64(metric.count)), .integer(Int64(metric.nanCount)),
          .real(metric.firstValue ?? .nan), .real(metric.lastValue ?? .nan),
          .init(metric.minimum),
          SQLValue(metric.minimumStep), .init(metric.maximum),
          SQLValue(metric.maximumStep),
        ]
      })
  }
}
