import Foundation
import RunStore

/// Every question of the course with its formulas, pictures and numbers, as one page that needs nothing else.
public struct CourseReport: Sendable {
  /// The questions, in order.
  public static let parts =
    ReportPart.claims + [.shapes] + ReportPart.neurons + ReportPart.backprop
    + [.convolution, .lms] + ReportPart.images

  private let database: RunDatabase
  private let gnuplot: Gnuplot

  /// A report on the runs of a file.
  /// - Parameter gnuplot: Draws the pictures.
  public init(on database: RunDatabase, gnuplot: Gnuplot = Gnuplot()) {
    self.database = database
    self.gnuplot = gnuplot
  }

  /// The commands whose runs are missing, in the order of the parts.
  public func missingSources() throws -> [ReportSource] {
    try Self.parts.flatMap(\.sources).filter { try $0.runs(in: database).isEmpty }
  }

  /// The page.
  /// - Parameter progress: Is told of each part before it is made: its number from 1, and how many there are.
  /// - Throws: `GnuplotError`, `RunStoreError`, `FigureError`.
  public func html(progress: (Int, Int) -> Void = { _, _ in }) async throws -> String {
    var page = HTMLPage(
      title: "From one neuron to a convolutional network",
      introduction: """
        Every number here comes from a run in the tracker file. Each part has the question, the formulas, \
        the command that makes its runs, pictures and numbers, and what they show.
        """, gnuplot: gnuplot)
    for (index, part) in Self.parts.enumerated() {
      progress(index + 1, Self.parts.count)
      let ids = try part.runs(in: database)
      var lead = "<p class=\"question\">\(HTMLText.escaping(part.question))</p>\n"
      var known: String?
      for (source, ids) in zip(part.sources, ids) {
        lead += try origin(of: ids, from: source, known: &known)
      }
      var blocks: [ReportBlock] = part.formulas.isEmpty ? [] : [.formulas(part.formulas)]
      if ids.contains(where: { !$0.isEmpty }) {
        let runs = try database.comparedRuns(ids.flatMap(\.self), metrics: nil)
          .filter { part.takesUnfinished || $0.cameToItsEnd }
        // What is to be seen of all commands cannot be said of some.
        let isWhole = !ids.contains { $0.isEmpty }
        blocks += try answer(to: part, by: runs).filter { isWhole || !$0.isConclusion }
      }
      try await page.add(part.title, lead: lead, blocks)
    }
    return page.html
  }

  /// What a part shows of its runs, or what these lack, so that the other parts are still to be had.
  private func answer(to part: ReportPart, by runs: [ComparedRun]) throws -> [ReportBlock] {
    do {
      return try part.blocks(runs, database)
    } catch let error where Self.isLack(error) {
      let commands = part.sources.map(\.command).joined(separator: "; ")
      return [.text("\(error.localizedDescription) Runs that have it are made by: \(commands)")]
    }
  }

  private static func isLack(_ error: any Error) -> Bool {
    if case RunStoreError.noSnapshot = error { return true }
    return error is FigureError || error is ComparisonError
  }

  /// The command of some runs as a person types it; which runs it made, when, where, of what data, and with
  /// which state of the code.
  /// - Parameter known: What was said of the command before this one, which is not said twice.
  private func origin(
    of ids: [Int], from source: ReportSource, known: inout String?
  ) throws -> String {
    guard let first = ids.first, let last = ids.last else {
      let command = "<code>\(HTMLText.escaping(source.command))</code>"
      return "<p class=\"missing\">No run yet. Make one: \(command)</p>\n"
    }
    let run = try database.run(first)
    let environment = try database.environment(ofRun: first)
    let command = run.command.map(Self.typed) ?? source.command
    let leftOut = Dictionary(
      grouping: try database.comparedRuns(ids, metrics: []).filter { !$0.cameToItsEnd },
      by: \.status.rawValue
    ).sorted { $0.key < $1.key }.map { "\($0.value.count) \($0.key)" }
    let numbers =
      (ids.count == 1 ? "run \(first)" : "runs \(first) to \(last)")
      + (leftOut.isEmpty ? "" : "; left out: \(leftOut.joined(separator: ", "))")
    var facts: [String] = []
    if let start = run.startedAt {
      facts.append(
        "made on \(start.formatted(.iso8601.year().month().day()))"
          + (run.host.map { " on \($0)" } ?? ""))
    }
    if let processor = environment["cpu"]?.text {
      let cores = environment["cores"]?.integer.map { ", \($0) cores" } ?? ""
      facts.append("\(processor)\(cores)")
    }
    if let data = environment["data.name"]?.text {
      let count = environment["data.train.count"]?.integer.map { ", \($0) training images" } ?? ""
      facts.append("data: \(data)\(count)")
    }
    if let commit = run.gitCommit { facts.append("commit \(commit.prefix(10))") }
    let words = facts.joined(separator: "; ")
    let rest = words == known ? "" : "<br>\(HTMLText.escaping(words))"
    known = words
    return
      "<p class=\"origin\"><code>\(HTMLText.escaping(command))</code> (\(numbers))\(rest)</p>\n"
  }

  /// A recorded command without what only a program adds: the path of this one, the file, and silence.
  static func typed(_ command: String) -> String {
    var words = command.replacing(#/^\S*tracker(?=\s|$)/#, with: "tracker")
    words = words.replacing(#/ --quiet(?=\s|$)/#, with: "")
    return words.replacing(#/ --db (?:'[^']*'|\S+)/#, with: "")
  }
}
