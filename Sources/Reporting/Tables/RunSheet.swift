import Foundation
import RunStore

/// Everything worth knowing about one run, in a few tables.
public struct RunSheet: Sendable {
  /// The tables, in order.
  public let tables: TableSheet

  /// The tables of a run, which are read when they are written.
  /// - Parameters:
  ///   - limit: The most parameters, tags, alerts, metrics and facts of the surroundings that are shown; nil
  ///     for all. One more is read, which tells whether there are more.
  ///   - format: What the tables will be written in.
  ///   - machine: This one, which knows whether the process of a running run still lives.
  public init(
    of run: Int, in database: RunDatabase, limit: Int? = nil, format: TableFormat = .text,
    seenFrom machine: Machine, at time: Date
  ) throws {
    let most = limit.map { $0 + 1 }
    let record = try database.run(run)
    func values(_ title: String, _ values: NamedValues) -> TableSheet.Section {
      .init(title: title, columns: ["name", "value"]) { body in
        try database.forEachValue(values, ofRun: run, limit: most) { try body([.text($0), $1]) }
      }
    }
    tables = TableSheet([
      .init(title: "Run", table: .run(record, status: record.status(seenFrom: machine, at: time))),
      .init(title: "Parameters", columns: Table.settingColumns) { body in
        try database.forEachValue(.parameters, ofRun: run, limit: most) {
          try body([.text($0), Setting.cell($1, in: format)])
        }
      },
      values("Tags", .tags),
      .init(title: "Alerts", columns: ["epoch", "level", "kind", "message"]) { body in
        try database.forEachAlert(ofRun: run, limit: most) { alert in
          try body([
            SQLValue(alert.epoch), .text(alert.level.rawValue), .text(alert.kind),
            .text(alert.message),
          ])
        }
      },
      .init(title: "Metrics", columns: Table.summaryColumns) { body in
        try database.forEachMetricSummary(ofRun: run, limit: most) { try body(Table.row(of: $0)) }
      },
      values("Environment", .environment),
      .init(title: "Artifacts", table: .artifacts(try database.artifactSummaries(ofRun: run))),
      .init(title: "Layers", table: try .readable { .layers(try database.layers(ofRun: run)) }),
    ])
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

  /// The files that a run keeps.
  public static func artifacts(_ artifacts: [ArtifactSummary]) -> Table {
    Table(
      columns: ["name", "media_type", "bytes"],
      rows: artifacts.map {
        [.text($0.name), .text($0.mediaType), SQLValue($0.byteCount)]
      })
  }

  /// What each metric amounts to.
  fileprivate static let summaryColumns: [Column] = [
    Column("name", importance: Column.mostImportant), "count", "nan", "first",
    Column("last", importance: 2), "min", "min_step", "max", "max_step",
  ]

  fileprivate static func row(of metric: MetricSummary) -> [SQLValue] {
    [
      .text(metric.name), .integer(Int64(metric.count)), .integer(Int64(metric.nanCount)),
      .real(metric.firstValue ?? .nan), .real(metric.lastValue ?? .nan), .init(metric.minimum),
      SQLValue(metric.minimumStep), .init(metric.maximum), SQLValue(metric.maximumStep),
    ]
  }
}
