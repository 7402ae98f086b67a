import RunStore

/// Every table and picture of the course's systems, as one page that needs nothing else.
public struct HTMLReport: Sendable {
  /// The questions, in order.
  public static let parts = ReportPart.neurons + ReportPart.convolution + [.lms] + ReportPart.images

  private let database: RunDatabase
  private let gnuplot: Gnuplot

  /// A report on the runs of a file.
  /// - Parameter gnuplot: Draws the pictures.
  public init(on database: RunDatabase, gnuplot: Gnuplot = Gnuplot()) {
    self.database = database
    self.gnuplot = gnuplot
  }

  /// The parts that no finished run answers yet.
  public func missingParts() throws -> [ReportPart] {
    try Self.parts.filter { try $0.runs(in: database).isEmpty }
  }

  /// The page.
  /// - Throws: `GnuplotError`, `RunStoreError`, `FigureError`.
  public func html() async throws -> String {
    var sections = ""
    var contents = ""
    var pictureCount = 0
    for (number, part) in Self.parts.enumerated() {
      let anchor = "part\(number + 1)"
      contents += "<li><a href=\"#\(anchor)\">\(HTMLText.escaping(part.title))</a></li>\n"
      sections += """
        <section id="\(anchor)">
        <h2>\(HTMLText.escaping(part.title))</h2>
        <p>\(HTMLText.escaping(part.introduction))</p>

        """
      let ids = try part.runs(in: database)
      if ids.isEmpty {
        sections += """
          <p class="missing">No run yet. Make one: <code>\(HTMLText.escaping(part.command))</code></p>

          """
      } else {
        sections += try origin(of: ids)
        let runs = try database.comparedRuns(ids, metrics: nil)
        for block in try part.blocks(runs, database) {
          sections += try await html(block, pictureCount: &pictureCount)
        }
      }
      sections += "</section>\n"
    }
    return Self.page(contents: contents, sections: sections)
  }

  /// Which runs these are, and the commands that made them.
  private func origin(of ids: [Int]) throws -> String {
    let records = try ids.map { try database.run($0) }
    let numbers =
      ids.count > 3
      ? "\(ids[0]) to \(ids[ids.count - 1])"
      : ids.map(String.init).joined(separator: ", ")
    let commands = Set(records.compactMap(\.command)).sorted()
      .map { "<code>\(HTMLText.escaping($0))</code>" }.joined(separator: "<br>")
    return "<p class=\"origin\">\(ids.count == 1 ? "Run" : "Runs") \(numbers)<br>\(commands)</p>\n"
  }

  private func html(_ block: ReportBlock, pictureCount: inout Int) async throws -> String {
    switch block {
    case .text(let text): return "<p>\(HTMLText.escaping(text))</p>\n"
    case .table(let caption, let table): return HTMLText.table(table, caption: caption)
    case .folded(let caption, let table):
      return """
        <details><summary>\(HTMLText.escaping(caption))</summary>
        \(HTMLText.table(table, caption: ""))</details>

        """
    case .figure(let figure):
      let isSingle = figure.panels.count == 1
      var drawings = ""
      for panel in figure.panels {
        pictureCount += 1
        let drawing = try await gnuplot.render(
          Figure(title: isSingle ? figure.title : "", panel), as: .svg,
          scale: isSingle ? 0.65 : 0.5)
        drawings += HTMLText.inline(
          svg: String(decoding: drawing, as: UTF8.self), number: pictureCount)
      }
      let title = HTMLText.escaping(figure.title)
      return isSingle
        ? "<figure role=\"img\" aria-label=\"\(title)\">\(drawings)</figure>\n"
        : "<figure><figcaption>\(title)</figcaption><div class=\"panels\">\(drawings)</div></figure>\n"
    }
  }

  private static func page(contents: String, sections: String) -> String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>From one neuron to a convolutional network</title>
    <style>
    \(ReportStyle.css)
    </style>
    </head>
    <body>
    <h1>From one neuron to a convolutional network</h1>
    <p>Every number here comes from a run in the tracker file; each part names its runs and the command
    that made them.</p>
    <nav><ol>
    \(contents)</ol></nav>
    <main>
    \(sections)</main>
    </body>
    </html>

    """
  }
}
