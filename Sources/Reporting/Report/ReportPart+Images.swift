import RunStore

extension ReportPart {
  /// LeNet-5 on images.
  static let images: [ReportPart] = [
    ReportPart(
      title: "6. LeNet-5",
      question: """
        How many parameters and multiplications has LeNet-5, how well does it learn, and how are its weights \
        and gradients spread before training?
        """,
      formulas: [
        "(convolution 5x5 → ReLU → maximum of 2x2) twice → 120 → 84 → 10 outputs z",
        "loss = mean of log Σ exp(z) − z[right class]",
      ],
      sources: [
        ReportSource("run lenet", where: "recipe = 'lenet' AND init = 'default'")
      ],
      blocks: { runs, database in
        try runs.flatMap { run in
          [
            .table(
              "Layers, for one image",
              try .readable { .layers(try database.layers(ofRun: run.id)) }),
            .figure(try .losses(of: [run], in: database).titled("Loss by epoch")),
            .figure(
              try .metric(MetricName.validationAccuracy, of: [run], in: database)
                .titled("Right answers on new images", vertical: "fraction")),
            .folded("Losses by epoch", .epochs(try losses(run, in: database))),
          ] as [ReportBlock] + (try firstHistograms(run, database)) + [
            .conclusion(try lenetWords(run, in: database))
          ]
        }
      }),
    ReportPart(
      title: "6.3 LeNet-5 with all weights zero",
      question: "What do the layers learn if all weights start at 0, and the biases as usual?",
      formulas: [
        "gradient of the input of a layer = Wᵀ · gradient of its output: 0 where W = 0",
        "gradient of the weights = gradient of the output · inputᵀ",
      ],
      sources: [
        ReportSource(
          "run lenet --init zero-weights --epochs 1",
          where: "recipe = 'lenet' AND init = 'zero-weights'")
      ],
      blocks: { runs, database in
        try runs.flatMap { run in
          try firstHistograms(run, database) + [
            .table(
              "How far the weights are from 0 at the end", try .norms(of: run.id, in: database)),
            .conclusion(try zeroWords(run, in: database)),
          ]
        }
      }),
  ]

  /// How LeNet-5 learned, and how its weights and gradients lay before.
  private static func lenetWords(_ run: ComparedRun, in database: RunDatabase) throws -> String {
    let layers = try database.layers(ofRun: run.id)
    let counts = (layers.map(\.weightCount).clampedSum, layers.map(\.macs).clampedSum)
    let gradients = try database.histograms(ofRun: run.id, quantity: .gradient, epoch: 0)
    let weights = try database.histograms(ofRun: run.id, quantity: .weight, epoch: 0)
    let isCentred = gradients.allSatisfy {
      ($0.mean ?? .nan).magnitude < $0.standardDeviation ?? .nan
    }
    let isNarrow = zip(gradients, weights).allSatisfy {
      ($0.standardDeviation ?? .nan) < ($1.standardDeviation ?? .nan)
    }
    let accuracy = run.metrics[MetricName.validationAccuracy]
    let loss = run.metrics[MetricName.validationLoss]
    return Prose.paragraph(
      counts == (61_770, 651_720)
        ? "\(counts.0) parameters and \(counts.1) multiplications are those of the original, which counts"
          + " weights without biases."
        : "The original's network, which has other sizes, counts weights without biases: 61770 parameters and"
          + " 651720 multiplications.",
      accuracy?.lastValue.map { last in
        "After \(Prose.count(accuracy?.lastEpoch ?? 0, "epoch")) it has \(Prose.percent(last)) of the new images right"
          + (accuracy?.best.map { $0 > last ? ", at its best \(Prose.percent($0))" : "" } ?? "")
          + "."
      },
      loss?.minimumEpoch.flatMap { best in
        best < loss?.lastEpoch ?? best
          ? "The loss on new images is least after epoch \(best); later only that on the training images gains."
          : nil
      },
      "The initial weights are spread evenly, the wider the fewer inputs a unit has;"
        + (isCentred && isNarrow
          ? " their gradients after one backward pass are narrower, and centred at 0, in every layer."
          : " their gradients after one backward pass are in the table."))
  }

  /// Which layers get a gradient where all weights are 0, and whether the network learns at all.
  private static func zeroWords(_ run: ComparedRun, in database: RunDatabase) throws -> String {
    let gradients = try database.histograms(ofRun: run.id, quantity: .gradient, epoch: 0)
    let silent = gradients.filter { $0.minimum == 0 && $0.maximum == 0 }.map(\.layer)
    let others = gradients.map(\.layer).filter { !silent.contains($0) }
    let accuracy = run.metrics[MetricName.validationAccuracy]?.lastValue ?? .nan
    return Prose.paragraph(
      "Nothing passes a layer whose weights are 0, so that before the first step every weight gradient of"
        + " \(Prose.list(silent)) is exactly 0; that of \(Prose.list(others)) is not, because its inputs are"
        + " the biases of the layer below. After that step the last weights are no longer 0 and something"
        + " passes.",
      // Ten classes: one answer in ten is right by guessing.
      accuracy < 0.15
        ? "But the network gives every image the same answer, and has \(Prose.percent(accuracy)) of them right,"
          + " as by guessing: what it sees of them is multiplied by 0, the gradients of the classes nearly"
          + " cancel, and no layer learns to tell images apart."
        : "With time the layers below follow, and it has \(Prose.percent(accuracy)) of the new images right.",
      "That the lower weights are \"never updated\", as the original says, is true of the first step only,"
        + " and afterwards to rounding or nearly so for the lowest: the table has how far they have come."
    )
  }

  private static func firstHistograms(
    _ run: ComparedRun, _ database: RunDatabase
  ) throws -> [ReportBlock] {
    [
      .figure(
        try .histograms(ofRun: run.id, quantity: .weight, epoch: 0, in: database)
          .titled("Weights before training, by layer")),
      .figure(
        try .histograms(ofRun: run.id, quantity: .gradient, epoch: 0, in: database)
          .titled("Gradients of the weights before the first step, by layer")),
      .table(
        "Gradients of the weights before the first step",
        try .readable {
          .extremes(try database.histograms(ofRun: run.id, quantity: .gradient, epoch: 0))
        }),
    ]
  }

  private static func losses(_ run: ComparedRun, in database: RunDatabase) throws -> [MetricPoint] {
    try [
      MetricName.trainingLoss, MetricName.validationLoss, MetricName.trainingAccuracy,
      MetricName.validationAccuracy,
    ].flatMap {
      try database.metrics(ofRun: run.id, name: $0)
    }
  }
}

extension Figure {
  /// The figure under another title.
  /// - Parameter vertical: What its first panel shows; nil to leave that.
  fileprivate func titled(_ title: String, vertical: String? = nil) -> Figure {
    var figure = self
    figure.title = title
    if let vertical, case .lines(var plot) = panels[0] {
      plot.vertical.label = vertical
      figure.panels[0] = .lines(plot)
    }
    return figure
  }
}

extension Table {
  /// The length of each weight tensor of a run's last snapshot, and its largest weight.
  fileprivate static func norms(of run: Int, in database: RunDatabase) throws -> Table {
    let weights = try database.snapshot(ofRun: run).tensors.filter { $0.name.hasSuffix(".weight") }
    return Table(
      columns: ["layer", "length of all weights", "largest weight"],
      rows: weights.map { tensor in
        let squares = tensor.values.reduce(0.0) { $0 + Double($1) * Double($1) }
        return [
          .text(String(tensor.name.dropLast(".weight".count))), .real(squares.squareRoot()),
          .real(tensor.values.map { Double($0.magnitude) }.max() ?? 0),
        ]
      })
  }

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
      columns: ["layer", "values", "smallest", "largest", "mean", "deviation"],
      rows: histograms.map {
        [
          .text($0.layer), .integer(Int64($0.count)), .init($0.minimum), .init($0.maximum),
          .init($0.mean), .init($0.standardDeviation),
        ]
      })
  }
}
