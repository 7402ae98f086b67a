import RunStore

extension ReportPart {
  /// The logic gates of one and several neurons.
  static let neurons: [ReportPart] = [
    adaline(
      "Adaline: AND", gate: "and", weights: "-1.5,1,1",
      "The weighted sum s = w0 + w1·x1 + w2·x2 with w = (-1.5, 1, 1); y = +1 if s ≥ 0, else -1."),
    adaline(
      "Adaline: NOR", gate: "nor", weights: "-3,-3,-1",
      "The same with w = (-3, -3, -1)."),
    adaline(
      "Adaline: majority of three, as printed", gate: "majority", weights: "1,3,2,1",
      "The printed sums belong to w = (1, 3, 2, 1), which is wrong in the row (+1, -1, -1)."),
    adaline(
      "Adaline: majority of three, right", gate: "majority", weights: "0,1,1,1",
      "With w = (0, 1, 1, 1) every row is right."),
    ReportPart(
      title: "Adaline: XOR", arguments: ["run", "adaline", "--gate", "xor"],
      introduction: "One Adaline cannot learn XOR, however long the Widrow-Hoff rule trains it.",
      condition: "recipe = 'adaline' AND gate = 'xor' AND weights IS NULL",
      blocks: { runs, database in
        try truthTable(runs, database) + [
          .figure(try .metric("train/loss", of: runs, in: database))
        ]
      }),
    ReportPart(
      title: "Madaline: XOR",
      arguments: ["run", "madaline", "--gate", "xor", "--output", "1,1,1"],
      introduction:
        "Two hidden Adalines, (x1 and not x2) and (x2 and not x1), and one that joins them.",
      condition: "recipe = 'madaline' AND gate = 'xor' AND output = '1,1,1'", blocks: truthTable),
    ReportPart(
      title: "Madaline: XOR from many initialisations",
      arguments: ["run", "madaline", "--gate", "xor", "--seeds", "20"],
      introduction: "Madaline Rule II; what it learns depends on where it starts.",
      condition: "recipe = 'madaline' AND gate = 'xor' AND output IS NULL", extent: .group,
      blocks: { runs, _ in
        let learned = runs.count { $0.metrics["train/errors"]?.lastValue == 0 }
        return [
          .text("Learned XOR from \(learned) of \(runs.count) initialisations."),
          .table("Final weights by seed", .madalines(runs)),
        ]
      }),
    ReportPart(
      title: "Back-propagation: the gradient", arguments: ["run", "backprop", "--check"],
      introduction: """
        The relative error against finite differences of the gradient, and of the printed form of \
        dL/dW1, which leaves out x3 ⊙ (1 - x3).
        """,
      condition: "recipe = 'backprop' AND \"param:check\" = 1",
      blocks: { runs, _ in [.table("Gradient check", .lastValues(runs, of: "gradient_check/"))] }),
    ReportPart(
      title: "Back-propagation: XOR", arguments: ["run", "backprop"],
      introduction: "Two layers of logistic neurons, trained on XOR.",
      condition: "recipe = 'backprop' AND \"param:check\" = 0 AND data = 'xor'",
      blocks: { runs, database in
        try truthTable(runs, database) + [
          .figure(try .metric("train/loss", of: runs, in: database, scale: .logarithmic))
        ]
      }),
  ]

  private static func adaline(
    _ title: String, gate: String, weights: String, _ introduction: String
  ) -> ReportPart {
    ReportPart(
      title: title, arguments: ["run", "adaline", "--gate", gate, "--weights", weights],
      introduction: introduction,
      condition: "recipe = 'adaline' AND gate = '\(gate)' AND weights = '\(weights)'",
      blocks: truthTable)
  }

  /// The answers of the first run, and what was noticed about them.
  private static let truthTable: @Sendable ([ComparedRun], RunDatabase) throws -> [ReportBlock] = {
    runs, database in
    try runs.prefix(1).flatMap { run in
      let table = try Table.readable { .predictions(try database.predictions(ofRun: run.id)) }
      return [ReportBlock.table("Truth table", table)]
        + (try database.alerts(ofRun: run.id).map { .text($0.message) })
    }
  }
}

extension Table {
  /// The wrong rows and the weights of Madalines.
  fileprivate static func madalines(_ runs: [ComparedRun]) -> Table {
    let names = Set(runs.flatMap(\.metrics.keys)).filter { $0.hasPrefix("weight/") }.sorted()
    return Table(
      columns: ["run", "seed", "epochs", "wrong rows"]
        + names.map { Column(String($0.dropFirst("weight/".count))) },
      rows: runs.map { run in
        [
          .integer(Int64(run.id)), SQLValue(run.seed),
          SQLValue(run.metrics["train/errors"]?.lastEpoch),
          SQLValue(final: run.metrics["train/errors"]),
        ] + names.map { SQLValue(final: run.metrics[$0]) }
      })
  }

  /// The last values of the metrics that start with `prefix`.
  fileprivate static func lastValues(_ runs: [ComparedRun], of prefix: String) -> Table {
    Table(
      columns: ["run", "metric", "value"],
      rows: runs.flatMap { run in
        run.metrics.keys.filter { $0.hasPrefix(prefix) }.sorted().map { name in
          [.integer(Int64(run.id)), .text(name), SQLValue(final: run.metrics[name])]
        }
      })
  }
}
