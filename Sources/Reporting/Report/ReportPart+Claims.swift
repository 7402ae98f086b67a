import RunStore

extension ReportPart {
  /// The claims of the course's first chapter, each put to the test.
  static let claims: [ReportPart] = [convexity, depth, initialisation, saturation]

  private static let convexity = ReportPart(
    title: "1.1 Gradient descent on a convex function",
    question: """
      The mean squared error of a linear neuron is a bowl with one lowest point. Does gradient descent find \
      it from everywhere, and how large may its steps be?
      """,
    formulas: [
      "E(w) = mean of (d − w·x)², with its minimum at the least-squares (Wiener) weights w*",
      "one step, row by row: w ← w + rate · (d − w·x) · x",
      "mean step: w − w* shrinks by (I − rate·R), R the mean of x·xᵀ: stable for rate < 2/λmax(R)",
    ],
    sources: [
      ReportSource(
        "run lms --start 0,0,0 --start 4,4,2 --start -6,-3,-5 --lr 0.005,0.05,0.5,0.65,0.7"
          + " --epochs 30",
        where: "recipe = 'lms' AND \"param:start\" IS NOT NULL", extent: .group)
    ],
    blocks: { runs, database in
      let paths = try runs.map { try LMSPath($0, in: database) }
      guard let slowest = paths.map(\.rate).min(), let first = paths.first else { return [] }
      let descent = Descent(paths)
      let stability = descent.stability
      let slow = paths.filter { $0.rate == slowest }
      let fromFirst = paths.filter { $0.startName == first.startName }
      let bounds: [[SQLValue]] = [
        ["largest eigenvalue of R", .real(stability.largestEigenvalue)],
        ["2/λmax: steps along the mean gradient are stable below", .real(stability.averagedRate)],
        ["row by row, an epoch shrinks every distance below", .real(stability.rowRate)],
        ["largest rate here that settles", descent.settled.last.map { .real($0) } ?? .null],
        ["smallest rate here that diverges", descent.diverged.first.map { .real($0) } ?? .null],
      ]
      return [
        .figure(.paths(slow)),
        .figure(
          .distances(
            slow, title: "Distance from the minimum at rate \(slow[0].rateName), by start"
          ) { "from \($0.startName)" }),
        .figure(
          .distances(
            fromFirst, title: "Distance from the minimum, started at \(first.startName), by rate"
          ) { "rate \($0.rateName)" }),
        .table(
          "How large a step may be on these rows", Table(columns: ["", "value"], rows: bounds)),
        .table(
          "One epoch multiplies the distance by",
          Table(
            columns: [Table.Column("rate", alignment: .right), "factor"],
            rows: Set(paths.map(\.rate)).sorted().map {
              [.text(NumberText.rounded($0)), .real(stability.growth(rate: $0))]
            })),
        .conclusion(descent.words),
      ]
    })

  private static let depth = ReportPart(
    title: "1.2 Deeper is not always better",
    question: """
      Does a network of more hidden layers, all of the same width, tell images apart better, and if not, \
      does it fit the training images too well or too badly?
      """,
    formulas: ["x ← max(0, W·x + b) for each hidden layer, and ten outputs"],
    sources: [
      ReportSource(
        "run mlp --depths 1,2,4,8 --width 64 --seeds 5 --epochs 5 --limit 10000",
        where: "recipe = 'mlp' AND depth >= 1 AND activation = 'relu' AND group_name IS NOT NULL",
        extent: .group)
    ],
    takesUnfinished: true,
    blocks: { runs, database in
      let names = [
        (MetricName.validationAccuracy, "new images"),
        (MetricName.trainingAccuracy, "training images"),
      ]
      let statistics = try names.map {
        try GroupStatistics(runs, by: ["depth"], over: "seed", metric: $0.0, choice: .final)
      }
      var blocks: [ReportBlock] = [
        .figure(
          .means(
            zip(names, statistics).map { ($0.1, $1) }, over: Axis("hidden layers", isWhole: true),
            vertical: "fraction of right answers",
            title: "Right answers by depth, with 95 % intervals over the seeds"))
      ]
      for (name, groups) in zip(names, statistics) {
        blocks.append(.table("Right answers on \(name.1)", .readable(groups)))
      }
      blocks += try ReportBlock.tests(statistics[0], baseline: "1", goal: .maximum)
      let (new, training) = (statistics[0].meansBySetting, statistics[1].meansBySetting)
      return blocks + [.conclusion(depthWords(new: new, training: training))]
    })

  /// - Parameters:
  ///   - new: The mean fraction of right answers on new images by depth, the smallest depth first.
  ///   - training: The same on the training images.
  private static func depthWords(
    new: [(setting: Double, mean: Double)], training: [(setting: Double, mean: Double)]
  ) -> String {
    guard let best = new.max(by: { $0.mean < $1.mean }), let deepest = new.last, new.count > 1
    else { return "Too few depths came to an end to compare them." }
    let layers = "\(NumberText.rounded(best.setting)) hidden layer\(best.setting == 1 ? "" : "s")"
    func fit(_ depth: Double) -> Double? { training.first { $0.setting == depth }?.mean }
    var words: [String]
    if best.setting == deepest.setting {
      words = [
        "Up to \(layers) more of them helped: the deepest networks are the best on new images,"
          + " with \(Prose.percent(best.mean)) right answers."
      ]
    } else {
      words = [
        "The best on new images have \(layers), with"
          + " \(Prose.percent(best.mean)) right answers; the deepest, with"
          + " \(NumberText.rounded(deepest.setting)), have \(Prose.percent(deepest.mean))."
      ]
      if let bestFit = fit(best.setting), let deepestFit = fit(deepest.setting) {
        let numbers = "\(Prose.percent(deepestFit)) against \(Prose.percent(bestFit))"
        words.append(
          deepestFit < bestFit
            ? "On the training images the deepest are worse as well (\(numbers)): they do not fit too well,"
              + " they are harder to train. With the same number of steps they have not learned as much."
            : "On the training images the deepest are not worse (\(numbers)): they fit these too well."
        )
      }
    }
    words.append(
      "The original shows one run of each; whether a difference is more than the luck of the start only"
        + " several seeds can say.")
    return words.joined(separator: " ")
  }

  private static let initialisation = ReportPart(
    title: "1.3 A Madaline's weights depend on where it starts",
    question:
      "Does a Madaline learn XOR from every initialisation, and does it end with the same weights?",
    formulas: [
      "h1, h2 = sgn(w0 + w1·x1 + w2·x2), y = sgn(v0 + v1·h1 + v2·h2)",
      "Madaline Rule II: where y is wrong, turn over the hidden neuron whose sum is nearest to 0",
    ],
    sources: [
      ReportSource(
        "run madaline --gate xor --seeds 20",
        where: "recipe = 'madaline' AND gate = 'xor' AND output IS NULL", extent: .group)
    ],
    blocks: { runs, database in
      let madalines = runs.map(MadalineEnd.init)
      let learned = madalines.filter { $0.wrongRows == 0 }
      let failed = madalines.filter { $0.wrongRows != 0 }
      let share = WilsonInterval(learned.count, of: madalines.count)
      let deaf = failed.count { !$0.hearsBoth }
      let sets = Prose.count(Set(learned.map(\.weights)).count, "different set")
      let drawn = [learned.first, failed.first].compactMap(\.self)
      return [
        .figure(
          Figure(
            title: "Where the sums of the hidden neurons are 0",
            panels: try drawn.map { end in
              let seed = end.run.seed.map { "seed \($0)" } ?? end.run.name
              let outcome = end.wrongRows == 0 ? "learned" : "failed"
              return .lines(try end.plane(in: database, remark: "\(seed), \(outcome)"))
            })),
        .text(
          "Learned XOR from \(learned.count) of \(madalines.count) initialisations; 95 % interval of"
            + " that share: \(share.percent). They end with \(sets) of weights."),
        .text(
          failed.isEmpty
            ? "None failed."
            : "With \(deaf) of the \(failed.count) that failed the output listens to one hidden neuron"
              + " only, or to none."),
        .table("By seed", .madalines(madalines)),
        .folded("Final weights by seed", .weights(madalines)),
        .conclusion(
          Prose.paragraph(
            learned.isEmpty || failed.isEmpty
              ? "Of these initialisations \(failed.isEmpty ? "all" : "none") lead to XOR."
              : "Where it starts decides whether it learns.",
            learned.count > 1
              ? "What it learns depends on it, too: \(sets) of weights do the same."
              : nil,
            deaf == 0
              ? nil
              : (deaf == failed.count
                ? "All that fail have one thing in common: the output's answer depends"
                : "Of \(failed.count) that fail, \(deaf) have an output whose answer depends")
                + " on one hidden neuron at most. To turn that neuron over always mends the answer, so that"
                + " the output itself never learns, and one neuron alone cannot do XOR.",
            "The original states the dependence and shows one success.")),
      ]
    })
}

extension GroupStatistics {
  /// The mean of each group that has values, by its one numeric setting, the smallest first.
  fileprivate var meansBySetting: [(setting: Double, mean: Double)] {
    groups.filter { !$0.values.isEmpty }.compactMap { group in
      group.settings.first?.value?.real.map { ($0, Statistics.mean(group.values)) }
    }.sorted { $0.0 < $1.0 }
  }
}
