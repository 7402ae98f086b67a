import Foundation

/// Where the runs of the LMS rule from several starts and at several rates led.
struct Descent {
  let stability: LMSStability
  /// The rates that did not lead away from the minimum, and those that did, each from the smallest.
  let settled: [Double]
  let diverged: [Double]
  private let paths: [LMSPath]

  /// - Parameter paths: At least one; all on the same rows.
  init(_ paths: [LMSPath]) {
    self.paths = paths
    stability = paths[0].bowl.stability
    let leadingAway = paths.filter { path in
      let (start, end) = (path.distances.first ?? 0, path.distances.last ?? .nan)
      return !(end <= start)
    }
    diverged = Set(leadingAway.map(\.rate)).sorted()
    settled = Set(paths.map(\.rate)).subtracting(diverged).sorted()
  }

  /// What the runs show, in sentences.
  var words: String {
    Prose.paragraph(meeting, circles, bounds, original)
  }

  /// How far apart the ends of the runs at a rate are, as a share of how far apart they started.
  private func spread(rate: Double) -> Double {
    let paths = paths.filter { $0.rate == rate }
    func width(_ points: [[Double]]) -> Double {
      points.flatMap { first in points.map { LMSPath.distance(first, $0) } }.max() ?? 0
    }
    return width(paths.compactMap(\.points.last)) / width(paths.compactMap(\.points.first))
  }

  private var meeting: String? {
    guard Set(paths.map(\.startName)).count > 1, !settled.isEmpty else { return nil }
    let apart = settled.filter { !(spread(rate: $0) < 0.01) }
    if apart.isEmpty {
      return "From every start the weights come to the same point: the bowl has no other."
    }
    let together = settled.filter { !apart.contains($0) }
    return
      (together.isEmpty
      ? "" : "At rate \(Prose.settings(together)) all starts come to the same point. ")
      + "At rate \(Prose.settings(apart)) they are still on their way when the epochs end."
  }

  /// The distance that is left at a rate, the largest over the starts.
  private func rest(rate: Double) -> Double {
    paths.filter { $0.rate == rate }.compactMap(\.distances.last).max() ?? .nan
  }

  private var circles: String? {
    let rests = settled.map(rest)
    guard rests.count > 1, zip(rests, rests.dropFirst()).allSatisfy({ $0 < $1 }) else { return nil }
    return
      "What is left at the end is not a second minimum but the step itself, because each row pulls"
      + " towards its own answer: the larger the rate, the wider the circle, from"
      + " \(Prose.number(rests[0])) to \(Prose.number(rests[rests.count - 1]))."
  }

  private var bounds: String {
    let (mean, row) = (stability.averagedRate, stability.rowRate)
    let textbook = "The textbook bound 2/λmax = \(Prose.number(mean))"
    let bound =
      row < 0.99 * mean
      ? "\(textbook) holds for steps along the mean gradient only; row by row the bound is"
        + " \(Prose.number(row)), because in each epoch some rows are longer than the mean."
      : "\(textbook) is that of steps along the mean gradient; on these rows it holds row by row, too."
    let seen = [
      settled.last.map { "the largest that settles is \(NumberText.rounded($0))" },
      diverged.first.map { "the smallest that diverges is \(NumberText.rounded($0))" },
    ].compactMap(\.self)
    let contradiction =
      settled.contains { $0 > row } || diverged.contains { $0 < row }
      ? " The bound is one for many epochs: a few may look otherwise." : ""
    return "\(bound) Of the rates tried, \(Prose.list(seen)).\(contradiction)"
  }

  private var original: String {
    let (factor, mean) = (stability.growth(rate: 1), stability.averagedRate)
    let outcome =
      switch (factor > 1, mean > 1) {
      case (true, true):
        "at its rate 1, which is below 2/λmax, each epoch multiplies the distance by \(Prose.number(factor))"
      case (true, false): "its rate 1 is above 2/λmax here, and the error explodes"
      case (false, _): "its rate 1 would settle on these rows"
      }
    return "The original calls any \"suitable\" rate sufficient and gives no bound; \(outcome)."
  }
}
