import RunStore

extension ReportPart {
  static let saturation = ReportPart(
    title: "1.4 Sigmoids saturate, and a larger rate is no cure",
    question: """
      What happens to the gradient on its way down through four layers of sigmoids, beside tanh and ReLU, and \
      does a larger learning rate make up for it?
      """,
    formulas: [
      "σ(s) = 1/(1 + e⁻ˢ), σ' = σ(1 − σ) ≤ ¼: each layer passes on a quarter at most",
      "a unit is saturated where its output, scaled to 0 … 1, is below 0.01 or above 0.99",
      "a ReLU is dead where it puts out 0 for every one of 1,000 images",
    ],
    sources: [
      source("sigmoid", rate: "0.05"), source("sigmoid", rate: "0.5"), source("sigmoid", rate: "5"),
      source("tanh", rate: "0.05"), source("relu", rate: "0.05"), source("relu", rate: "0.5"),
    ],
    blocks: { runs, database in
      let slowest = runs.compactMap { $0.parameters["lr"]?.real }.min()
      let slow = runs.filter { $0.parameters["lr"]?.real == slowest }
      let layers = try runs.first.map { try database.layers(ofRun: $0.id) } ?? []
      let weighted = layers.filter { $0.weightCount > 0 }.map(\.name)
      func norms(_ title: String, _ value: (MetricSummary) -> Double?) -> ReportBlock {
        .figure(
          Figure(
            title: title,
            .lines(
              LinePlot(
                horizontal: Axis("layer, from the images on", isWhole: true),
                vertical: Axis("norm of the gradient", scale: .logarithmic),
                series: slow.map { run in
                  LinePlot.Series(
                    run.parameters["activation"]?.text ?? run.name,
                    points: weighted.enumerated().compactMap { index, layer in
                      run.metrics["layer/\(layer)/gradient_norm"].flatMap(value)
                        .map { LinePlot.Point(Double(index + 1), $0) }
                    })
                }))))
      }
      let saturated = try runs.filter { $0.parameters["activation"] != "relu" }.map {
        try LayerMean($0, "saturated_fraction", in: database)
      }
      let dead = try runs.filter { $0.parameters["activation"] == "relu" }.map {
        try LayerMean($0, "dead_fraction", in: database)
      }
      return [
        norms("The mean gradient of 1,000 images by layer, before training", \.firstValue),
        norms("The same after training", \.lastValue),
        .figure(
          .byEpoch(
            saturated, "saturated outputs (fraction)",
            title: "Saturated outputs, mean of the layers")),
        .figure(
          .byEpoch(dead, "dead units (fraction)", title: "Dead ReLU units, mean of the layers")),
        .table(
          "After the last epoch",
          Table(
            columns: [
              "run", "activation", Table.Column("rate", alignment: .right), "right on new images",
              "saturated outputs", "dead units", "gradient of layer 1",
            ],
            rows: runs.map { run in
              [
                .integer(Int64(run.id)), run.parameters["activation"] ?? .null,
                .text(PlainStyle.text(of: run.parameters["lr"] ?? .null)),
                SQLValue(final: run.metrics[MetricName.validationAccuracy]),
                SQLValue(saturated.first { $0.run.id == run.id }?.points.last?.y),
                SQLValue(dead.first { $0.run.id == run.id }?.points.last?.y),
                SQLValue(final: run.metrics["layer/\(weighted.first ?? "")/gradient_norm"]),
              ]
            })),
        .conclusion(saturationWords(runs, slow: slow, saturated, dead, layers: weighted)),
      ]
    })

  /// - Parameters:
  ///   - slow: The runs at the smallest rate, which all activations have.
  ///   - layers: The layers with weights, from the images on.
  private static func saturationWords(
    _ runs: [ComparedRun], slow: [ComparedRun], _ saturated: [LayerMean], _ dead: [LayerMean],
    layers: [String]
  ) -> String {
    func activation(_ run: ComparedRun) -> String {
      let name = run.parameters["activation"]?.text ?? run.name
      return name == "relu" ? "ReLU" : name
    }
    func rate(_ run: ComparedRun) -> String { PlainStyle.text(of: run.parameters["lr"] ?? .null) }
    func right(_ run: ComparedRun) -> Double {
      run.metrics[MetricName.validationAccuracy]?.lastValue ?? .nan
    }
    let shrinking = slow.compactMap { run -> String? in
      let norms = layers.compactMap { run.metrics["layer/\($0)/gradient_norm"]?.firstValue }
      guard let last = norms.last, let least = norms.min(), least > 0 else { return nil }
      return "\(Prose.number(last / least)) with \(activation(run))"
    }
    let sigmoids = runs.filter { activation($0) == "sigmoid" }
    let others = runs.filter { activation($0) != "sigmoid" }
    let sigmoidWords = sigmoids.map { run in
      let flat = saturated.first { $0.run.id == run.id }?.points.last?.y
      // Ten classes: one answer in ten is right by guessing.
      let remarks = [
        right(run) < 0.15 ? "as by guessing" : nil,
        flat.map { "\(Prose.percent($0)) of the outputs saturated" },
      ].compactMap(\.self).joined(separator: "; ")
      let words = "\(Prose.percent(right(run))) at rate \(rate(run))"
      return remarks.isEmpty ? words : "\(words) (\(remarks))"
    }
    let deadWords = dead.compactMap { mean in
      mean.points.last.map { "\(Prose.percent($0.y)) of them at rate \(rate(mean.run))" }
    }
    let best = (sigmoids.map(right).max() ?? .nan, others.map(right).max() ?? .nan)
    return Prose.paragraph(
      shrinking.isEmpty
        ? nil
        : "Before training the gradient of the last layer is larger than the smallest one below it by a factor"
          + " of \(Prose.list(shrinking)).",
      sigmoids.isEmpty
        ? nil : "Right answers on new images with sigmoids: \(Prose.list(sigmoidWords)).",
      best.0 < best.1
        ? "A larger rate is no cure: the best of the others reaches \(Prose.percent(best.1))."
        : best.0 >= best.1 ? "Here a larger rate is a cure: the others do no better." : nil,
      deadWords.isEmpty
        ? nil
        : "ReLUs have no flat end above, but units that are pushed below 0 for every image stay dead:"
          + " \(Prose.list(deadWords)).",
      "The original says that sigmoids saturate; it does not measure it.")
  }

  private static func source(_ activation: String, rate: String) -> ReportSource {
    ReportSource(
      "run mlp --hidden 64,64,64,64 --activation \(activation) --lr \(rate) --epochs 5 --limit 10000",
      where: "recipe = 'mlp' AND hidden = '64,64,64,64' AND activation = '\(activation)'"
        + " AND lr = \(rate) AND group_name IS NULL")
  }
}

/// A number of every layer of a run, the mean over the layers by epoch.
struct LayerMean {
  let run: ComparedRun
  let points: [LinePlot.Point]

  /// - Parameter name: What stands behind the layer's name in that of the metric.
  init(_ run: ComparedRun, _ name: String, in database: RunDatabase) throws {
    self.run = run
    let series = try run.metrics.keys.filter { $0.hasPrefix("layer/") && $0.hasSuffix("/\(name)") }
      .map { try database.metrics(ofRun: run.id, name: $0).latestOfEachStep }
    let byEpoch = Dictionary(grouping: series.joined()) { $0.epoch ?? 0 }
    points = byEpoch.keys.sorted().map { epoch in
      LinePlot.Point(Double(epoch), Statistics.mean((byEpoch[epoch] ?? []).map(\.value)))
    }
  }
}

extension Figure {
  /// A curve a run over the epochs.
  static func byEpoch(_ means: [LayerMean], _ label: String, title: String) -> Figure {
    Figure(
      title: title,
      .lines(
        LinePlot(
          horizontal: Axis("epoch", isWhole: true), vertical: Axis(label),
          series: means.map { mean in
            let settings = ["activation", "lr"].map {
              PlainStyle.text(of: mean.run.parameters[$0] ?? .null)
            }
            return LinePlot.Series(settings.joined(separator: ", rate "), points: mean.points)
          })))
  }

  /// The means of groups that have one numeric setting, with the 95 % t-interval as a band.
  static func means(
    _ series: [(label: String, statistics: GroupStatistics)], over horizontal: Axis,
    vertical: String, title: String
  ) -> Figure {
    Figure(
      title: title,
      .lines(
        LinePlot(
          horizontal: horizontal, vertical: Axis(vertical),
          series: series.map { label, statistics in
            let groups = statistics.groups.compactMap { group in
              group.settings.first?.value?.real.map { ($0, SampleSummary(group.values)) }
            }.filter { $0.1.count > 0 }.sorted { $0.0 < $1.0 }
            return LinePlot.Series(
              label, points: groups.map { LinePlot.Point($0, $1.mean) },
              band: groups.compactMap { place, summary in
                summary.interval.map {
                  LinePlot.Spread(place, lower: $0.lowerBound, upper: $0.upperBound)
                }
              })
          })))
  }
}
