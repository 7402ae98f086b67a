import RunStore

extension ReportPart {
  /// Back-propagation: its derivatives, and what it learns.
  static let backprop: [ReportPart] = [
    ReportPart(
      title: "3. Back-propagation",
      question: "Are the Jacobians of a layer and the gradients of two layers right?",
      formulas: [
        "3.1 one layer: y = W·x + b, x' = σ(y), σ(s) = 1/(1 + e⁻ˢ)",
        "dx'/dy = diag(x' ⊙ (1 − x'))    dy/dx = W    dyᵢ/dWᵢⱼ = xⱼ    dy/db = I",
        "3.2 two layers: x2 = σ(W1·x1 + b1), x3 = σ(W2·x2 + b2), L = ½‖t − x3‖²",
        "δ3 = (x3 − t) ⊙ x3 ⊙ (1 − x3)    dL/dW2 = δ3·x2ᵀ    dL/db2 = δ3",
        "δ2 = (W2ᵀ·δ3) ⊙ x2 ⊙ (1 − x2)    dL/dW1 = δ2·x1ᵀ    dL/db1 = δ2",
      ],
      sources: [
        ReportSource(
          "run backprop --check", where: "recipe = 'backprop' AND \"param:check\" = 1")
      ],
      blocks: { runs, _ in
        [
          .figure(.derivatives(runs)),
          .table(
            "Each derivative beside central differences (f(x + h) − f(x − h)) / 2h, h = 10⁻⁵",
            .derivatives(runs)),
          .conclusion(runs.map(derivativeWords).joined(separator: " ")),
        ]
      }),
    ReportPart(
      title: "3.3 Back-propagation learns XOR",
      question: "Does gradient descent with these gradients learn XOR?",
      formulas: ["W ← W − rate · dL/dW, with the mean gradient of the four rows"],
      sources: [
        ReportSource(
          "run backprop",
          where: "recipe = 'backprop' AND \"param:check\" = 0 AND data = 'xor'")
      ],
      blocks: { runs, database in
        try truthTables(runs, database) + [
          .figure(
            try titled(
              "Mean of ½‖t − x3‖² over the rows, by epoch",
              .metric(MetricName.trainingLoss, of: runs, in: database, scale: .logarithmic))),
          .conclusion(
            try runs.map { learningWords(try database.predictions(ofRun: $0.id)) }
              .joined(separator: " ")),
        ]
      }),
  ]

  /// Whether the derivatives of a run are right, and by how much the original's is not.
  private static func derivativeWords(_ run: ComparedRun) -> String {
    let names = run.metrics.keys.filter {
      $0.hasPrefix("gradient_check/") && !$0.hasSuffix("report_relative_error")
    }
    let errors = names.map { run.metrics[$0]?.lastValue ?? .nan }
    let largest = errors.contains(where: \.isNaN) ? .nan : errors.max() ?? .nan
    let original = run.metrics["gradient_check/report_relative_error"]?.lastValue ?? .nan
    return Prose.paragraph(
      "By the chain rule each layer multiplies what comes from above by its own Jacobian; the second layer's"
        + " derivative x3 ⊙ (1 − x3) is part of that.",
      largest <= 1e-6
        ? "All derivatives agree with differences of the loss to rounding: the largest relative error is"
          + " \(Prose.number(largest))."
        : "Not all derivatives agree with differences of the loss: the largest relative error is"
          + " \(Prose.number(largest)).",
      "The original leaves x3 ⊙ (1 − x3) out of dL/dW1: its form is off by \(Prose.percent(original)) of the"
        + " gradient.")
  }

  /// How near the answers of back-propagation are to their targets.
  private static func learningWords(_ rows: [PredictionRecord]) -> String {
    let distances = rows.map { row in
      zip([row.output], [row.target]).map { abs(($0 ?? .nan) - ($1 ?? .nan)) }[0]
    }
    // NaN is wrong.
    let wrong = distances.count { !($0 < 0.5) }
    let farthest = distances.contains(where: \.isNaN) ? .nan : distances.max() ?? .nan
    return Prose.paragraph(
      wrong == 0
        ? "All \(rows.count) answers end near their targets of 0 and 1, within \(Prose.number(farthest))."
        : "\(wrong) of \(rows.count) answers end on the wrong side of ½: from this start, at this rate, these"
          + " epochs do not suffice.",
      wrong > 0
        ? nil
        : "They never reach them: a logistic neuron only tends to 0 and 1, and as it does its slope, and with it"
          + " the gradient, tends to 0.")
  }
}

/// The derivatives that `backprop --check` measures: as a reader writes them, and as the metric is called.
private let derivativeNames = [
  ("dx'/dy", "dx_dy"), ("dy/dx", "dy_dx"), ("dy/dW", "dy_dW"), ("dy/db", "dy_db"),
  ("dL/dW2", "dL_dW2"), ("dL/db2", "dL_db2"), ("dL/dW1", "dL_dW1"), ("dL/db1", "dL_db1"),
]

extension ComparedRun {
  /// The relative error of a derivative; nil if it was not measured.
  fileprivate func derivativeError(_ name: String) -> Double? {
    metrics["gradient_check/\(name)"]?.lastValue
  }
}

extension Figure {
  /// The relative error of each derivative on a logarithmic axis, beside that of the original's form.
  fileprivate static func derivatives(_ runs: [ComparedRun]) -> Figure {
    let names = derivativeNames.map(\.1) + ["report_relative_error"]
    let words = derivativeNames.map(\.0) + ["dL/dW1"]
    let places = runs.flatMap { run in
      names.enumerated().compactMap { index, name in
        run.derivativeError(name).map { (index: index, LinePlot.Point(Double(index + 1), $0)) }
      }
    }
    func series(_ label: String, family: Int, _ isShown: (Int) -> Bool) -> LinePlot.Series {
      let shown = places.filter { isShown($0.index) }
      return LinePlot.Series(
        label, points: shown.map(\.1), family: family, stroke: .unconnected,
        remarks: shown.map { LinePlot.Remark($0.1, words[$0.index]) })
    }
    let last = Double(names.count)
    return Figure(
      title: "How far each derivative is from differences, as a part of itself",
      .lines(
        LinePlot(
          horizontal: Axis(
            "derivative, in the order of the table", range: 0.5...last + 1, isWhole: true),
          vertical: Axis("relative error", scale: .logarithmic),
          series: [
            series("by the chain rule", family: 0) { $0 < derivativeNames.count },
            series("as the original has it", family: 4) { $0 == derivativeNames.count },
            LinePlot.Series(
              "right is at most", points: [0.5, last + 1].map { LinePlot.Point($0, 1e-6) },
              family: 2,
              stroke: .dashed, hasMarkers: false),
          ])))
  }
}

extension Table {
  /// The relative error of each derivative that a run has checked.
  fileprivate static func derivatives(_ runs: [ComparedRun]) -> Table {
    let names =
      derivativeNames + [
        ("all gradients, the largest", "relative_error"),
        ("dL/dW1 as the original has it", "report_relative_error"),
      ]
    return Table(
      columns: [
        "derivative", Column("relative error", alignment: .right), "right (at most 1e-06)",
      ],
      rows: runs.flatMap { run in
        names.compactMap { name, metric in
          run.derivativeError(metric).map {
            [.text(name), .text(PlainStyle.text(of: .real($0))), $0 <= 1e-6 ? "yes" : "no"]
          }
        }
      })
  }
}
