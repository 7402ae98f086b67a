/// A page in sections that needs nothing else: no address, no script.
struct HTMLPage {
  private let title: String
  private let introduction: String
  private let gnuplot: Gnuplot
  private var contents = ""
  private var sections = ""
  private var sectionCount = 0
  private var pictureCount = 0

  /// A page without sections.
  init(title: String, introduction: String, gnuplot: Gnuplot) {
    self.title = title
    self.introduction = introduction
    self.gnuplot = gnuplot
  }

  /// Adds a section, which the contents name.
  /// - Parameter lead: What stands before the blocks, as HTML.
  mutating func add(_ title: String, lead: String = "", _ blocks: [ReportBlock]) async throws {
    sectionCount += 1
    let anchor = "part\(sectionCount)"
    let heading = HTMLText.escaping(title)
    contents += "<li><a href=\"#\(anchor)\">\(heading)</a></li>\n"
    sections += "<section id=\"\(anchor)\">\n<h2>\(heading)</h2>\n\(lead)"
    for block in blocks { sections += try await html(block) }
    sections += "</section>\n"
  }

  private mutating func html(_ block: ReportBlock) async throws -> String {
    switch block {
    case .text(let text): return "<p>\(HTMLText.escaping(text))</p>\n"
    case .conclusion(let text):
      return
        "<p class=\"conclusion\"><strong>What this shows.</strong> \(HTMLText.escaping(text))</p>\n"
    case .formulas(let lines):
      return "<p class=\"formulas\">"
        + lines.map { "<span>\(HTMLText.escaping($0))</span>" }.joined(separator: "\n")
        + "</p>\n"
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
          scale: isSingle ? 0.8 : 0.5)
        drawings += HTMLText.inline(
          svg: String(decoding: drawing, as: UTF8.self), number: pictureCount)
      }
      let title = HTMLText.escaping(figure.title)
      return isSingle
        ? "<figure role=\"img\" aria-label=\"\(title)\">\(drawings)</figure>\n"
        : "<figure><figcaption>\(title)</figcaption><div class=\"panels\">\(drawings)</div></figure>\n"
    }
  }

  /// The whole page.
  var html: String {
    let title = HTMLText.escaping(title)
    return """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <title>\(title)</title>
      <style>
      \(ReportStyle.css)
      </style>
      </head>
      <body>
      <h1>\(title)</h1>
      <p>\(introduction)</p>
      <nav><ol>
      \(contents)</ol></nav>
      <main>
      \(sections)</main>
      </body>
      </html>

      """
  }
}
