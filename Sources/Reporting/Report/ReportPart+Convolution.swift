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
      return [
        .figure(.outputWidths(table)), .folded("All widths", table.withWords),
        .conclusion(widthWords(table)),
      ]
    })

  /// Where the output grows with the input, and how often the original's ceiling is wrong.
  private static func widthWords(_ table: Table) -> String {
    func column(_ name: String) -> [Double] {
      let index = table.columns.firstIndex { $0.name == name } ?? 0
      return table.rows.map { $0[index].real ?? .nan }
    }
    let rows = zip(zip(column("input"), column("stride")), column("output")).map {
      (input: $0.0, stride: $0.1, output: $1)
    }
    let strides = Set(rows.map(\.stride)).sorted()
    let growing = strides.filter { stride in
      let outputs = rows.filter { $0.stride == stride }.sorted { $0.input < $1.input }
      return zip(outputs, outputs.dropFirst()).allSatisfy {
        $0.input == $1.input || $0.output < $1.output
      }
    }
    let others = strides.filter { !growing.contains($0) }
    let wrong = zip(column("output"), column("report_output")).count { $0 != $1 }
    return Prose.paragraph(
      growing.isEmpty
        ? nil
        : "With stride \(Prose.settings(growing)) the output grows with the input.",
      others.isEmpty
        ? nil
        : "With stride \(Prose.settings(others)) several inputs give the same output, because the last"
          + " step no longer fits.",
      "The original writes a ceiling instead of the floor, which is wrong in \(wrong) of"
        + " \(table.rows.count) widths, and says that a larger input always gives a larger output, which is"
        + " wrong \(others.isEmpty ? "for larger strides" : "for these strides").")
  }

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
      ] + zip(names, tables).map { .table($0, $1) } + [
        .conclusion(
          """
          The kernel doubles a value and takes away the mean of its four neighbours; its entries sum to 1, so \
          that flat parts stay as they are: the inside of the shape remains 1. At an edge the bright side gets \
          brighter, up to 1.75, and the dark side darker, down to −0.5: the difference across the edge grows, \
          which the eye sees as sharpness (4.2). Every number is that of the original.
          """)
      ]
    })

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
}
