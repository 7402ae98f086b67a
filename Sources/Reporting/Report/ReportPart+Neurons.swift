import RunStore

extension ReportPart {
  /// The logic gates of one and several neurons.
  static let neurons: [ReportPart] = [
    ReportPart(
      title: "2.1 One Adaline: AND and NOR",
      question: "Which gates can a single threshold neuron be, with weights chosen by hand?",
      formulas: ["s = w0 + w1·x1 + w2·x2, y = +1 if s ≥ 0, else −1; inputs and outputs are ±1"],
      sources: [adaline("and", "-1.5,1,1"), adaline("nor", "-3,-3,-1")], blocks: truthTables,
      conclusion: """
        Both gates come out right in every row. The original prints the sums of AND without its weights; \
        w = (−1.5, 1, 1) gives exactly these sums. Its sums of NOR belong to w = (−3, −3, −1).
        """),
    ReportPart(
      title: "2.2 One Adaline: the majority of three",
      question: "Can one neuron say what most of three inputs say?",
      formulas: ["s = w0 + w1·x1 + w2·x2 + w3·x3"],
      sources: [adaline("majority", "1,3,2,1"), adaline("majority", "0,1,1,1")],
      blocks: truthTables,
      conclusion: """
        Yes, with equal weights. The sums in the original belong to w = (1, 3, 2, 1), and its answer to \
        (+1, −1, −1) is wrong: one input of three is no majority.
        """),
    ReportPart(
      title: "2.3 One Adaline cannot do XOR", question: "Can training find weights for XOR?",
      formulas: ["the rule of Widrow and Hoff, row by row: w ← w + rate · (t − s) · x"],
      sources: [
        ReportSource(
          "run adaline --gate xor", where: "recipe = 'adaline' AND gate = 'xor' AND weights IS NULL"
        )
      ],
      blocks: { runs, database in
        try truthTables(runs, database) + [
          .figure(
            try titled(
              "Mean of (t − s)² by epoch", .metric(MetricName.trainingLoss, of: runs, in: database))
          )
        ]
      },
      conclusion: """
        No straight line has (−1, −1) and (+1, +1) on one side and the other two on the other. The error \
        settles near 1, which is that of w = 0 and the least there is.
        """),
    ReportPart(
      title: "2.4 A Madaline does XOR",
      question: "Do two hidden Adalines and one that joins them do what one cannot?",
      formulas: ["h1 = x1 and not x2, h2 = x2 and not x1, y = h1 or h2"],
      sources: [
        ReportSource(
          "run madaline --gate xor --output 1,1,1",
          where: "recipe = 'madaline' AND gate = 'xor' AND output = '1,1,1'")
      ],
      blocks: truthTables,
      conclusion: """
        Each hidden neuron draws one line, and the output joins what lies beyond either. The second layer's \
        sums are those of the original.
        """),
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
          .table(
            "Each derivative beside central differences (f(x + h) − f(x − h)) / 2h, h = 10⁻⁵",
            .derivatives(runs))
        ]
      },
      conclusion: """
        By the chain rule each layer multiplies what comes from above by its own Jacobian; the second \
        layer's derivative x3 ⊙ (1 − x3) is part of that. All derivatives agree with differences of the loss \
        to rounding. The original leaves x3 ⊙ (1 − x3) out of dL/dW1: its form is off by most of the gradient.
        """),
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
              .metric(MetricName.trainingLoss, of: runs, in: database, scale: .logarithmic)))
        ]
      },
      conclusion: """
        All four answers end near their targets of 0 and 1. They never reach them: a logistic neuron only \
        tends to 0 and 1, and the error falls ever more slowly.
        """),
  ]

  private static func adaline(_ gate: String, _ weights: String) -> ReportSource {
    ReportSource(
      "run adaline --gate \(gate) --weights \(weights)",
      where: "recipe = 'adaline' AND gate = '\(gate)' AND weights = '\(weights)'")
  }

  /// The answers of each run, and what was noticed about them.
  private static let truthTables: @Sendable ([ComparedRun], RunDatabase) throws -> [ReportBlock] = {
    runs, database in
    try runs.flatMap { run in
      let table = try Table.readable { .predictions(try database.predictions(ofRun: run.id)) }
      let gate = run.parameters["gate"]?.text.map { "\($0)" }
      let weights = run.parameters["weights"]?.text.map { "w = (\($0.replacing(",", with: ", ")))" }
      let words = [gate, weights].compactMap(\.self).joined(separator: ", ")
      return [ReportBlock.table(words.isEmpty ? "Truth table" : "Truth table: \(words)", table)]
        + (try database.alerts(ofRun: run.id).map { .text($0.message) })
    }
  }

  /// A figure under another title, its vertical axis called the same.
  private static func titled(_ title: String, _ figure: Figure) -> Figure {
    var figure = figure
    figure.title = title
    if case .lines(var plot) = figure.panels[0] {
      plot.vertical.label = "error"
      figure.panels[0] = .lines(plot)
    }
    return figure
  }
}

extension Table {
  /// The relative error of each derivative that a run has checked.
  fileprivate static func derivatives(_ runs: [ComparedRun]) -> Table {
    let names = [
      ("dx'/dy", "dx_dy"), ("dy/dx", "dy_dx"), ("dy/dW", "dy_dW"), ("dy/db", "dy_db"),
      ("dL/dW2", "dL_dW2"), ("dL/db2", "dL_db2"), ("dL/dW1", "dL_dW1"), ("dL/db1", "dL_db1"),
      ("all gradients, the largest", "relative_error"),
      ("dL/dW1 as the original has it", "report_relative_error"),
    ]
    return Table(
      columns: ["derivative", "relative error", "right (at most 1e-06)"],
      rows: runs.flatMap { run in
        names.compactMap { name, metric in
          (run.metrics["gradient_check/\(metric)"]?.lastValue).map {
            [.text(name), .text(PlainStyle.text(of: .real($0))), $0 <= 1e-6 ? "yes" : "no"]
          }
        }
      })
  }
}
