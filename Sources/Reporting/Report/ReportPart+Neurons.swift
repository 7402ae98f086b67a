import RunStore

extension ReportPart {
  /// The logic gates of one and several neurons.
  static let neurons: [ReportPart] = [
    ReportPart(
      title: "2.1 One Adaline: AND and NOR",
      question: "Which gates can a single threshold neuron be, with weights chosen by hand?",
      formulas: ["s = w0 + w1·x1 + w2·x2, y = +1 if s ≥ 0, else −1; inputs and outputs are ±1"],
      sources: [adaline("and", "-1.5,1,1"), adaline("nor", "-3,-3,-1")],
      blocks: { runs, database in
        let planes = try runs.map { run in
          LinePlot.inputPlane(
            try database.predictions(ofRun: run.id), lines: [("\(run.gate): s = 0", run.weights)])
        }
        return try [
          .figure(
            Figure(
              title:
                "The line on which the sum is 0: on one side the answer is +1, on the other −1",
              panels: planes.map { .lines($0) }))
        ] + truthTables(runs, database) + [
          .conclusion(
            """
            Both gates come out right in every row: one line parts +1 from −1. The original prints the sums of \
            AND without its weights; w = (−1.5, 1, 1) gives exactly these sums. Its sums of NOR belong to \
            w = (−3, −3, −1).
            """)
        ]
      }),
    ReportPart(
      title: "2.2 One Adaline: the majority of three",
      question: "Can one neuron say what most of three inputs say?",
      formulas: ["s = w0 + w1·x1 + w2·x2 + w3·x3"],
      sources: [adaline("majority", "1,3,2,1"), adaline("majority", "0,1,1,1")],
      blocks: { runs, database in
        let sums = try runs.map { run in
          LinePlot.sums(
            try database.predictions(ofRun: run.id), called: "w = (\(run.weightWords ?? ""))")
        }
        return try [
          .figure(
            Figure(
              title: "The sum of each row, by the number of its inputs that are +1",
              panels: sums.map { .lines($0) }))
        ] + truthTables(runs, database) + [
          .conclusion(
            """
            Yes, with equal weights: the sum then counts the inputs. The sums in the original belong to \
            w = (1, 3, 2, 1), and its answer to (+1, −1, −1) is wrong: one input of three is no majority.
            """)
        ]
      }),
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
          ),
          .conclusion(runs.map(xorWords).joined(separator: " ")),
        ]
      }),
    ReportPart(
      title: "2.4 A Madaline does XOR",
      question: "Do two hidden Adalines and one that joins them do what one cannot?",
      formulas: ["h1 = x1 and not x2, h2 = x2 and not x1, y = h1 or h2"],
      sources: [
        ReportSource(
          "run madaline --gate xor --output 1,1,1",
          where: "recipe = 'madaline' AND gate = 'xor' AND output = '1,1,1'"
            + " AND hidden = '-1,1,-1;-1,-1,1'")
      ],
      blocks: { runs, database in
        try [
          .figure(
            Figure(
              title: "The lines on which the sums of the hidden neurons are 0",
              panels: runs.map { .lines(try MadalineEnd($0).plane(in: database)) }))
        ] + truthTables(runs, database) + [
          .conclusion(
            """
            Yes. Each hidden neuron draws one line, and the output joins what lies beyond either. The second \
            layer's sums are those of the original.
            """)
        ]
      }),
  ]

  /// How a single neuron that learned XOR ended.
  private static func xorWords(_ run: ComparedRun) -> String {
    let line =
      "No straight line has (−1, −1) and (+1, +1) on one side and the other two on the other."
    let error = run.metrics[MetricName.trainingLoss]?.lastValue ?? .nan
    let end =
      if !error.isFinite || error > 10 {
        "At rate \(PlainStyle.text(of: run.parameters["lr"] ?? .null)) the error does not even fall: the"
          + " steps are too large. The least there is, with w = 0, is 1."
      } else if error < 1.05 {
        "The error settles at \(NumberText.rounded(error, digits: 5)): the least there is, with w = 0, is 1."
      } else {
        "The error ends at \(Prose.number(error)); the least there is, with w = 0, is 1."
      }
    return "\(line) \(end)"
  }

  private static func adaline(_ gate: String, _ weights: String) -> ReportSource {
    ReportSource(
      "run adaline --gate \(gate) --weights \(weights)",
      where: "recipe = 'adaline' AND gate = '\(gate)' AND weights = '\(weights)'")
  }

  /// The answers of each run, and what was noticed about them.
  static let truthTables: @Sendable ([ComparedRun], RunDatabase) throws -> [ReportBlock] = {
    runs, database in
    try runs.flatMap { run in
      let table = try Table.readable {
        Table.predictions(try database.predictions(ofRun: run.id)).withWordsOfTruthTable
      }
      let gate = run.parameters["gate"].map { _ in run.gate }
      let words = [gate, run.weightWords.map { "w = (\($0))" }].compactMap(\.self)
        .joined(separator: ", ")
      return [ReportBlock.table(words.isEmpty ? "Truth table" : "Truth table: \(words)", table)]
        + (try database.alerts(ofRun: run.id).map { .text($0.message) })
    }
  }

  /// A figure under another title, its vertical axis called the same.
  static func titled(_ title: String, _ figure: Figure) -> Figure {
    var figure = figure
    figure.title = title
    if case .lines(var plot) = figure.panels[0] {
      plot.vertical.label = "error"
      figure.panels[0] = .lines(plot)
    }
    return figure
  }
}

extension ComparedRun {
  /// The gate in the letters of textbooks.
  fileprivate var gate: String { parameters["gate"]?.text?.uppercased() ?? name }

  /// The weights that were given.
  fileprivate var weights: [Double] {
    parameters["weights"]?.text?.split(separator: ",").compactMap { Double($0) } ?? []
  }

  fileprivate var weightWords: String? {
    parameters["weights"]?.text?.replacing(",", with: ", ")
  }
}

extension Table {
  /// A truth table with headings for a reader who sees the formulas beside it.
  fileprivate var withWordsOfTruthTable: Table {
    var table = self
    for index in columns.indices {
      let name = columns[index].name
      table.columns[index].name =
        switch name {
        case "s": "sum s"
        case "y": "answer y"
        case _ where name.hasPrefix("input"): "x\(name.dropFirst("input".count))"
        default: name
        }
    }
    return table
  }
}
