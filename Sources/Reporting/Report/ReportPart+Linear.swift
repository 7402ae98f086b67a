import RunStore

extension ReportPart {
  static let shapes = ReportPart(
    title: "1.5 How large the output of a convolution is",
    question: "Does a larger input always give a larger output?",
    formulas: [
      "width of the output = floor((W − K + 2P)/S) + 1: input W, kernel K, zeros P, stride S"
    ],
    sources: [
      ReportSource(
        "run convolution --shape-rule",
        where: "recipe = 'convolution' AND \"param:stride\" LIKE '%,%'")
    ],
    blocks: { runs, database in
      guard let table = try matrices(runs, ["shape_rule.csv"], in: database).first else {
        return []
      }
      return [.figure(.outputWidths(table)), .folded("All widths", table.withWords)]
    },
    conclusion: """
      For a stride of 1 the output grows with the input; for larger strides several inputs give the same \
      output, because the last step no longer fits. The original writes a ceiling instead of the floor, and \
      says that a larger input always gives a larger output; both are wrong where the stride exceeds 1.
      """)

  static let convolution = ReportPart(
    title: "4. Convolution",
    question: "What does the 3x3 kernel do to the 5x9 input, and why is it called sharpening?",
    formulas: [
      "y[r, c] = Σ x[r + u − 1, c + v − 1] · k[u, v], with x = 0 outside of the input"
    ],
    sources: [
      ReportSource(
        "run convolution",
        where: "recipe = 'convolution' AND \"param:input\" = 'report' AND kernel = 'report'"
          + " AND stride = 1 AND padding = 1")
    ],
    blocks: { runs, database in
      let names = ["Input", "Kernel", "Output"]
      let tables = try matrices(runs, ["input.csv", "kernel.csv", "output.csv"], in: database)
      let tiles = zip(names, tables).map { name, table in
        TilePlot.Tile(name, values: table.rows.map { $0.map { $0.real ?? .nan } })
      }
      return [
        .figure(
          Figure(
            title: "Input, kernel and output on one scale",
            .tiles(TilePlot(tiles: tiles, columns: 2, shade: Axis("value")))))
      ] + zip(names, tables).map { .table($0, $1) }
    },
    conclusion: """
      The kernel doubles a value and takes away the mean of its four neighbours; its entries sum to 1, so \
      that flat parts stay as they are: the inside of the shape remains 1. At an edge the bright side gets \
      brighter, up to 1.75, and the dark side darker, down to −0.5: the difference across the edge grows, \
      which the eye sees as sharpness (4.2). Every number is that of the original.
      """)

  /// The LMS rule beside least squares.
  static let lms = ReportPart(
    title: "5. LMS beside the Wiener solution",
    question: """
      How near does the LMS rule come to the least-squares (Wiener) solution at different rates, and from \
      which rate on does it blow up?
      """,
    formulas: [
      "rows (1, x1, x2) with d = −1 + x1 − 2·x2 and a little noise; w from 0",
      "w ← w + rate · (d − w·x) · x, row by row; Wiener: w* = (Σ x·xᵀ)⁻¹ Σ d·x",
    ],
    sources: [
      ReportSource(
        "run lms", where: "recipe = 'lms' AND \"param:start\" IS NULL", orWhere: "recipe = 'lms'",
        extent: .group)
    ],
    blocks: { runs, database in
      let finite = runs.filter { $0.metrics[MetricName.trainingLoss]?.hasDiverged == false }
      let diverged = runs.filter { $0.metrics[MetricName.trainingLoss]?.hasDiverged != false }
      var blocks = [ReportBlock.table("Final weights and mean squared error", .lms(runs))]
      if !finite.isEmpty {
        blocks.append(.figure(try .rates(of: finite, in: database).withFloor(of: finite)))
      }
      if !diverged.isEmpty {
        let rates = diverged.map { PlainStyle.text(of: $0.parameters["lr"] ?? .null) }
        blocks.append(
          .text(
            "Diverged and left out of the pictures: rate \(rates.joined(separator: ", "))."))
      }
      if let best = finite.min(by: { $0.lastLoss < $1.lastLoss }) {
        var figure = try Figure.planes(of: [best], in: database)
        let rate = PlainStyle.text(of: best.parameters["lr"] ?? .null)
        figure.title = "The data, the Wiener plane and that of LMS at rate \(rate)"
        blocks.append(.figure(figure))
      }
      blocks.append(.folded("Mean squared error by epoch", try .errors(runs, in: database)))
      return blocks
    },
    conclusion: """
      Small rates come within rounding of the Wiener error, which no weights can beat; larger ones stay above \
      it, as each row pulls the weights towards itself. At rate 1 the error grows by many powers of ten an \
      epoch until it is infinite. The original's final weights and its run at rate 1 are of the same kind; its \
      data are not printed, so that the digits differ.
      """)

  /// The matrices that the first run keeps under these names.
  private static func matrices(
    _ runs: [ComparedRun], _ names: [String], in database: RunDatabase
  ) throws -> [Table] {
    guard let run = runs.first else { return [] }
    return try names.compactMap { name in
      try database.artifacts(ofRun: run.id, name: name).first.map { .matrix(csv: $0.data) }
    }
  }
}

extension Figure {
  /// The width of the output over that of the input, a curve a stride.
  fileprivate static func outputWidths(_ table: Table) -> Figure {
    func column(_ name: String) -> Int { table.columns.firstIndex { $0.name == name } ?? 0 }
    let (input, stride, output) = (column("input"), column("stride"), column("output"))
    let strides = Set(table.rows.compactMap { $0[stride].real }).sorted()
    return Figure(
      title: "Width of the output of a convolution by that of its input",
      .lines(
        LinePlot(
          horizontal: Axis("width of the input", isWhole: true),
          vertical: Axis("width of the output", isWhole: true),
          series: strides.map { value in
            LinePlot.Series(
              "stride \(NumberText.rounded(value))",
              points: table.rows.filter { $0[stride].real == value }.compactMap { row in
                guard let x = row[input].real, let y = row[output].real else { return nil }
                return LinePlot.Point(x, y)
              })
          })))
  }

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

extension ComparedRun {
  fileprivate var lastLoss: Double { metrics[MetricName.trainingLoss]?.lastValue ?? .nan }
}

extension Table {
  /// The table of widths with headings for a reader.
  fileprivate var withWords: Table {
    let words = [
      "padding": "zeros", "output": "output (floor)", "report_output": "original (ceiling)",
    ]
    var table = self
    for index in columns.indices {
      table.columns[index].name = words[columns[index].name] ?? columns[index].name
    }
    return table
  }

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
