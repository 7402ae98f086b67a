import RunStore

extension ReportPart {
  /// The networks on images.
  static let images: [ReportPart] = [
    ReportPart(
      title: "LeNet-5", arguments: ["run", "lenet"],
      introduction:
        "Five layers with weights: shapes, parameters and multiply-accumulates of one image.",
      condition: "recipe = 'lenet' AND init = 'default'",
      blocks: { runs, database in
        try runs.flatMap { run in
          [
            .table("Layers", try .readable { .layers(try database.layers(ofRun: run.id)) }),
            .figure(try .losses(of: [run], in: database)),
            .figure(try .metric("val/accuracy", of: [run], in: database)),
            .table("Losses by epoch", .epochs(try losses(run, in: database))),
          ] as [ReportBlock]
        }
      }),
    ReportPart(
      title: "LeNet-5: weights and gradients before training", arguments: ["run", "lenet"],
      introduction:
        "Histograms of the initial weights, and of their gradients after one backward pass.",
      condition: "recipe = 'lenet' AND init = 'default'", blocks: firstHistograms),
    ReportPart(
      title: "LeNet-5: all weights zero",
      arguments: ["run", "lenet", "--init", "zero-weights", "--epochs", "1"],
      introduction: """
        With all weights 0 and the biases as usual, only the last layer's weights have a gradient that is \
        not 0.
        """,
      condition: "recipe = 'lenet' AND init = 'zero-weights'", blocks: firstHistograms),
    ReportPart(
      title: "Multi-layer perceptrons",
      arguments: ["run", "mlp", "--hidden", "120,84", "--activation", "sigmoid", "--epochs", "3"],
      introduction: """
        More layers do not always help, and sigmoid units saturate: the fraction of units whose output is \
        below 0.01 or above 0.99.
        """,
      condition: "recipe = 'mlp'", extent: .all,
      blocks: { runs, database in
        let saturations = Set(runs.flatMap(\.metrics.keys)).filter { $0.contains("saturation") }
        return [
          .table(
            "Runs",
            .leaderboard(
              runs, parameters: ["hidden", "activation", "lr", "epochs", "seed"],
              metrics: ["val/accuracy"] + saturations.sorted()))
        ]
      }),
  ]

  private static let firstHistograms:
    @Sendable ([ComparedRun], RunDatabase) throws -> [ReportBlock] = { runs, database in
      try runs.flatMap { run in
        [
          .figure(try .histograms(ofRun: run.id, quantity: .weight, epoch: 0, in: database)),
          .figure(try .histograms(ofRun: run.id, quantity: .gradient, epoch: 0, in: database)),
          .table(
            "Gradients of the weights after one backward pass",
            try .readable {
              .extremes(try database.histograms(ofRun: run.id, quantity: .gradient, epoch: 0))
            }),
        ] as [ReportBlock]
      }
    }

  private static func losses(_ run: ComparedRun, in database: RunDatabase) throws -> [MetricPoint] {
    try ["train/loss", "val/loss", "train/accuracy", "val/accuracy"].flatMap {
      try database.metrics(ofRun: run.id, name: $0)
    }
  }
}

extension Table {
  /// One row an epoch, one column a metric.
  fileprivate static func epochs(_ points: [MetricPoint]) -> Table {
    var table = Table.wideMetrics(points)
    guard let step = table.columns.firstIndex(where: { $0.name == "step" }) else { return table }
    table.columns.remove(at: step)
    table.rows = table.rows.map { row in
      var row = row
      row.remove(at: step)
      return row
    }
    return table
  }

  /// The range of each histogram.
  fileprivate static func extremes(_ histograms: [HistogramRecord]) -> Table {
    Table(
      columns: ["layer", "values", "smallest", "largest", "mean", "std"],
      rows: histograms.map {
        [
          .text($0.layer), .integer(Int64($0.count)), .init($0.minimum), .init($0.maximum),
          .init($0.mean), .init($0.standardDeviation),
        ]
      })
  }
}
