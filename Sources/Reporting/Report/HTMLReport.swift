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
    var page = HTMLPage(
      title: "From one neuron to a convolutional network",
      introduction: """
        Every number here comes from a run in the tracker file; each part names its runs and the command
        that made them.
        """, gnuplot: gnuplot)
    for part in Self.parts {
      let ids = try part.runs(in: database)
      let introduction = "<p>\(HTMLText.escaping(part.introduction))</p>\n"
      if ids.isEmpty {
        let command = "<code>\(HTMLText.escaping(part.command))</code>"
        try await page.add(
          part.title,
          lead: introduction + "<p class=\"missing\">No run yet. Make one: \(command)</p>\n", [])
      } else {
        let runs = try database.comparedRuns(ids, metrics: nil)
        try await page.add(
          part.title, lead: introduction + origin(of: ids), part.blocks(runs, database))
      }
    }
    return page.html
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
}
