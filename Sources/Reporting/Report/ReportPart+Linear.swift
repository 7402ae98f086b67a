import RunStore

extension ReportPart {
  /// Convolution by hand, and the rule of its shapes.
  static let convolution: [ReportPart] = [
    ReportPart(
      title: "Convolution", arguments: ["run", "convolution"],
      introduction: "A 5x9 input and a 3x3 sharpening kernel, stride 1, one zero on each side.",
      condition: "recipe = 'convolution' AND \"param:input\" = 'report' AND kernel = 'report'"
        + " AND stride = 1 AND padding = 1",
      blocks: { runs, database in
        try matrices(
          runs, ["Input": "input.csv", "Kernel": "kernel.csv", "Output": "output.csv"],
          in: database)
      }),
    ReportPart(
      title: "Convolution: the rule of the shapes",
      arguments: ["run", "convolution", "--shape-rule"],
      introduction: """
        The output is floor((W - K + 2P) / S) + 1 wide. Where the stride exceeds 1, a larger input need \
        not give a larger output.
        """,
      condition: "recipe = 'convolution' AND \"param:stride\" LIKE '%,%'",
      blocks: { runs, database in
        try matrices(runs, ["Widths by the rule, and as printed": "shape_rule.csv"], in: database)
      }),
  ]

  /// The LMS rule beside least squares.
  static let lms = ReportPart(
    title: "LMS", arguments: ["run", "lms"],
    introduction: """
      Rows (1, x1, x2) with d = -1 + x1 - 2·x2 and a little noise; weights from 0, row by row, at several \
      rates; beside them the least-squares (Wiener) weights.
      """,
    condition: "recipe = 'lms'", extent: .group,
    blocks: { runs, database in
      let finite = runs.filter { $0.metrics["train/loss"]?.hasDiverged == false }
      var blocks = [ReportBlock.table("Final weights and mean squared error", .lms(runs))]
      blocks.append(.figure(try .rates(of: runs, in: database)))
      if finite.count < runs.count, !finite.isEmpty {
        var figure = try Figure.rates(of: finite, in: database)
        figure.title += ", rates that converge"
        blocks.append(.figure(figure))
      }
      if let best = finite.min(by: { $0.lastLoss < $1.lastLoss }) {
        blocks.append(.figure(try .planes(of: [best], in: database)))
      }
      blocks.append(.folded("Mean squared error by epoch", try .errors(runs, in: database)))
      return blocks
    })

  /// The matrices that the first run keeps under these names, each under its caption.
  private static func matrices(
    _ runs: [ComparedRun], _ names: KeyValuePairs<String, String>, in database: RunDatabase
  ) throws -> [ReportBlock] {
    guard let run = runs.first else { return [] }
    return try names.compactMap { caption, name in
      try database.artifacts(ofRun: run.id, name: name).first
        .map { .table(caption, .matrix(csv: $0.data)) }
    }
  }
}

extension ComparedRun {
  fileprivate var lastLoss: Double { metrics["train/loss"]?.lastValue ?? .nan }
}

extension Table {
  /// Plain comma-separated numbers, with or without a line of names.
  fileprivate static func matrix(csv data: some Collection<UInt8>) -> Table {
    var lines = String(decoding: data, as: UTF8.self).split(separator: "\n")
      .map { $0.split(separator: ",").map(String.init) }
    let hasNames = lines.first?.contains { Double($0) == nil } ?? false
    let names = hasNames ? lines.removeFirst() : []
    let width = lines.map(\.count).max() ?? 0
    return Table(
      columns: (0..<width).map { Column(hasNames && $0 < names.count ? names[$0] : "") },
      rows: lines.filter { $0.count == width }.map { line in
        line.map { word in Double(word).map { .real($0) } ?? .text(word) }
      })
  }

  /// Where each rate led, under the least-squares solution.
  fileprivate static func lms(_ runs: [ComparedRun]) -> Table {
    func row(_ run: ComparedRun, _ id: SQLValue, _ rate: SQLValue, _ loss: String, _ prefix: String)
      -> [SQLValue]
    {
      [id, rate, SQLValue(final: run.metrics[loss])]
        + (0..<3).map { SQLValue(final: run.metrics["\(prefix)/w\($0)"]) }
    }
    return Table(
      columns: ["run", Column("lr", alignment: .right), "mse", "w0", "w1", "w2"],
      rows: runs.prefix(1).map { row($0, .null, "Wiener", "wiener/loss", "wiener") }
        + runs.map {
          row(
            $0, .integer(Int64($0.id)), .text(PlainStyle.text(of: $0.parameters["lr"] ?? .null)),
            "train/loss", "weight")
        })
  }

  /// The error after each epoch, a column a rate.
  fileprivate static func errors(_ runs: [ComparedRun], in database: RunDatabase) throws -> Table {
    let series = try runs.map {
      try database.metrics(ofRun: $0.id, name: "train/loss").latestOfEachStep
    }
    let epochs = Set(series.joined().compactMap(\.epoch)).sorted()
    let values = series.map { points in
      Dictionary(points.map { ($0.epoch, $0.value) }, uniquingKeysWith: { $1 })
    }
    return Table(
      columns: ["epoch"]
        + runs.map { Column("lr " + PlainStyle.text(of: $0.parameters["lr"] ?? .null)) },
      rows: epochs.map { epoch in
        [.integer(Int64(epoch))] + values.map { $0[epoch].map { .real($0) } ?? .null }
      })
  }
}
