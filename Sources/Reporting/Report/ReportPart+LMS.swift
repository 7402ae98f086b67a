import RunStore

extension ReportPart {
  /// The LMS rule beside least squares.
  static let lms = ReportPart(
    title: "5. LMS beside the Wiener solution",
    question: """
      How near does the LMS rule come to the least-squares (Wiener) solution at different rates, and from \
      which rate on does it blow up?
      """,
    formulas: [
      "w ← w + rate · (d − w·x) · x, row by row, from w = 0",
      "Wiener: w* = (Σ x·xᵀ)⁻¹ Σ d·x",
    ],
    sources: [
      ReportSource(
        "run lms", where: "recipe = 'lms' AND \"param:start\" IS NULL", orWhere: "recipe = 'lms'",
        extent: .group)
    ],
    blocks: { runs, database in
      let rows = try runs.first.map { try database.predictions(ofRun: $0.id) } ?? []
      let errors = try Table.errors(runs, in: database)
      let ends = LMSEnd.all(runs, rows: rows, errors: errors)
      let settled = ends.filter { $0.kind != .diverged }
      var blocks = [
        ReportBlock.text(dataWords(runs, rows)),
        .table("Final weights and mean squared error", .lms(runs)),
      ]
      if !settled.isEmpty {
        let runs = settled.map(\.run)
        blocks.append(.figure(try .rates(of: runs, in: database).withFloor(of: runs)))
      }
      if settled.count < ends.count {
        blocks.append(
          .text("Diverged and left out of the pictures: \(LMSEnd.rates(ends, .diverged))."))
      }
      if let best = settled.min(by: { $0.last < $1.last }) {
        var figure = try Figure.planes(of: [best.run], in: database)
        figure.title = "The data, the Wiener plane and that of LMS at rate \(best.rate)"
        blocks.append(.figure(figure))
      }
      return blocks + [
        .folded("Mean squared error by epoch", errors), .conclusion(errorWords(ends)),
      ]
    })

  /// Which rows the LMS rule learned.
  private static func dataWords(_ runs: [ComparedRun], _ rows: [PredictionRecord]) -> String {
    let words = "\(Prose.count(rows.count, "row")) of (1, x1, x2) and d"
    guard let run = runs.first, !run.hasGeneratedData else {
      let seed = runs.first?.seed.map { " from seed \($0)" } ?? ""
      return "The data: \(words) = −1 + x1 − 2·x2 with a little noise, generated\(seed)."
    }
    return "The data: \(words), from \(run.parameters["data"]?.text ?? "a file")."
  }

  /// How near each rate comes to the least error, and which of them never settle.
  private static func errorWords(_ ends: [LMSEnd]) -> String {
    let above = ends.filter { $0.kind == .above }
    let factors = above.compactMap(\.ratio).map(Prose.number)
    let (near, falling, diverged) = (
      LMSEnd.rates(ends, .near), LMSEnd.rates(ends, .falling), LMSEnd.rates(ends, .diverged)
    )
    let isInfinite = ends.contains { $0.kind == .diverged && !$0.last.isFinite }
    return Prose.paragraph(
      near.isEmpty
        ? "No rate here comes within 1 % of the Wiener error, which no weights can beat."
        : "With \(near) the error comes within 1 % of the Wiener error, which no weights can beat.",
      above.isEmpty
        ? nil
        : "With \(LMSEnd.rates(ends, .above)) it stays above that"
          + (factors.count == above.count ? ", by a factor of \(Prose.list(factors))" : "")
          + ", as each row pulls the weights towards itself.",
      falling.isEmpty ? nil : "With \(falling) it is still falling when the epochs end.",
      diverged.isEmpty
        ? "None of these rates is so large that the error grows."
        : "With \(diverged) it grows by powers of ten\(isInfinite ? ", until it is infinite" : "").",
      "The original's data are not printed, so that its digits differ"
        + (ends.first?.run.hasGeneratedData == true
          ? "; its final weights are of the same kind." : "."))
  }
}

extension Figure {
  /// The curves with the error of the least-squares solution below them.
  fileprivate func withFloor(of runs: [ComparedRun]) -> Figure {
    guard case .lines(var plot) = panels[0],
      let floor = runs.first?.metrics["wiener/loss"]?.lastValue,
      let last = plot.series.flatMap({ $0.points.map(\.x) }).max()
    else { return self }
    plot.series.append(
      LinePlot.Series(
        "least squares (Wiener)", points: [LinePlot.Point(0, floor), LinePlot.Point(last, floor)],
        family: 7, stroke: .dashed, hasMarkers: false))
    var figure = self
    figure.panels[0] = .lines(plot)
    return figure
  }
}

/// How the LMS rule ended at one rate.
private struct LMSEnd {
  enum Kind {
    /// Within a hundredth of the least error.
    case near
    /// Settled above it.
    case above
    /// On its way down.
    case falling
    /// Larger than at the start.
    case diverged
  }

  let run: ComparedRun
  /// The mean squared error at the end.
  let last: Double
  /// How many times as large as the least error; nil where that is 0, but for rounding.
  let ratio: Double?
  let kind: Kind

  var rate: String { PlainStyle.text(of: run.parameters["lr"] ?? .null) }

  /// - Parameters:
  ///   - rows: What all runs learned.
  ///   - errors: The error by epoch, in the order of the runs behind the column of the epochs.
  static func all(_ runs: [ComparedRun], rows: [PredictionRecord], errors: Table) -> [LMSEnd] {
    // With all weights 0.
    let start = Statistics.mean(rows.map { ($0.target ?? .nan) * ($0.target ?? .nan) })
    return runs.enumerated().map { index, run in
      LMSEnd(run, errors: errors.rows.compactMap { $0[index + 1].real }, start: start)
    }
  }

  private init(_ run: ComparedRun, errors: [Double], start: Double) {
    self.run = run
    let least = run.metrics["wiener/loss"]?.lastValue ?? .nan
    let rounding = 1e-12 * start
    last = run.metrics[MetricName.trainingLoss]?.lastValue ?? .nan
    ratio = least > rounding ? last / least : nil
    kind =
      if !(last <= start) {
        .diverged
      } else if last <= 1.01 * least + rounding {
        .near
      } else if last < 0.99 * (errors.dropLast().last ?? start) {
        .falling
      } else {
        .above
      }
  }

  /// The rates that ended in a way: `rate 1`, `rates 0.5 and 1`; empty if there is none.
  static func rates(_ ends: [LMSEnd], _ kind: Kind) -> String {
    let rates = ends.filter { $0.kind == kind }.map(\.rate)
    return rates.isEmpty ? "" : "rate\(rates.count == 1 ? "" : "s") \(Prose.list(rates))"
  }
}

extension ComparedRun {
  /// Whether an LMS run learned the rows that are made for it.
  fileprivate var hasGeneratedData: Bool {
    parameters["data"]?.text ?? "generated" == "generated"
  }
}

extension Table {
  /// Where each rate led, under the least-squares solution.
  fileprivate static func lms(_ runs: [ComparedRun]) -> Table {
    func row(_ run: ComparedRun, _ id: SQLValue, _ rate: SQLValue, _ loss: String, _ prefix: String)
      -> [SQLValue]
    {
      [id, rate, SQLValue(final: run.metrics[loss])]
        + (0..<3).map { SQLValue(final: run.metrics["\(prefix)/w\($0)"]) }
    }
    return Table(
      columns: ["run", Column("rate", alignment: .right), "mean squared error", "w0", "w1", "w2"],
      rows: runs.prefix(1).map { row($0, .null, "Wiener", "wiener/loss", "wiener") }
        + runs.map {
          row(
            $0, .integer(Int64($0.id)), .text(PlainStyle.text(of: $0.parameters["lr"] ?? .null)),
            MetricName.trainingLoss, "weight")
        })
  }

  /// The error after each epoch, a column a rate.
  fileprivate static func errors(_ runs: [ComparedRun], in database: RunDatabase) throws -> Table {
    let series = try runs.map {
      try database.metrics(ofRun: $0.id, name: MetricName.trainingLoss).latestOfEachStep
    }
    let epochs = Set(series.joined().compactMap(\.epoch)).sorted()
    let values = series.map { points in
      Dictionary(points.map { ($0.epoch, $0.value) }, uniquingKeysWith: { $1 })
    }
    return Table(
      columns: ["epoch"]
        + runs.map { Column("rate " + PlainStyle.text(of: $0.parameters["lr"] ?? .null)) },
      rows: epochs.map { epoch in
        [.integer(Int64(epoch))] + values.map { $0[epoch].map { .real($0) } ?? .null }
      })
  }
}
