import Foundation
import RunStore

extension Figure {
  /// The paths of LMS runs over the weights w1 and w2, on contour lines of the mean squared error at the w0
  /// of the least-squares solution.
  static func paths(_ runs: [LMSPath]) -> Figure {
    guard let first = runs.first else {
      return Figure(
        title: "The weights",
        .lines(
          LinePlot(horizontal: Axis("w1"), vertical: Axis("w2"), series: [])))
    }
    let bowl = first.bowl
    let largest = runs.compactMap(\.points.first).map(bowl.height).max() ?? 1
    let contours = (0..<7).map { index in
      LinePlot.Series(
        index == 0 ? "equal error, a quarter from line to line" : "",
        points: bowl.contour(height: largest / pow(4, Double(index))), family: 3,
        hasMarkers: false)
    }
    let paths = runs.enumerated().map { index, run in
      LinePlot.Series(
        "from \(run.startName), rate \(run.rateName)",
        points: run.points.map { LinePlot.Point($0[1], $0[2]) }, family: index)
    }
    let minimum = LinePlot.Series(
      "least squares", points: [LinePlot.Point(bowl.minimum[1], bowl.minimum[2])], family: 4)
    return Figure(
      title: "The weights after each epoch, on the error's contour lines",
      .lines(
        LinePlot(
          horizontal: Axis("w1"), vertical: Axis("w2"), series: contours + paths + [minimum])))
  }

  /// The distance from the least-squares weights by epoch, a curve a run, on a logarithmic axis.
  static func distances(_ runs: [LMSPath], title: String, label: (LMSPath) -> String) -> Figure {
    Figure(
      title: title,
      .lines(
        LinePlot(
          horizontal: Axis("epoch", isWhole: true),
          vertical: Axis("distance from w*", scale: .logarithmic, range: range(of: runs)),
          series: runs.map { run in
            LinePlot.Series(
              label(run),
              points: run.distances.enumerated().map { LinePlot.Point(Double($0), $1) })
          })))
  }
}

/// What the distances have a place on: a run that diverges must not press all others together.
private func range(of runs: [LMSPath]) -> ClosedRange<Double>? {
  let starts = runs.compactMap(\.distances.first)
  let settled = runs.map(\.distances).filter { ($0.last ?? .nan) <= ($0.first ?? 0) }
  guard settled.count < runs.count, let highest = starts.max(),
    let lowest = settled.joined().filter({ $0 > 0 }).min()
  else { return nil }
  return lowest / 2...highest * 1_000
}

/// The weights of an LMS run with three weights, before training and after each epoch.
struct LMSPath {
  /// `w0`, `w1` and `w2` at each moment.
  let points: [[Double]]
  /// The error around its minimum.
  let bowl: ErrorBowl
  let rate: Double
  private let start: [Double]

  var startName: String { "(" + start.map(NumberText.rounded).joined(separator: ", ") + ")" }
  var rateName: String { NumberText.rounded(rate) }

  /// The distance of each moment's weights from the minimum.
  var distances: [Double] { points.map { Self.distance($0, bowl.minimum) } }

  static func distance(_ first: [Double], _ second: [Double]) -> Double {
    zip(first, second).reduce(0) { $0 + pow($1.0 - $1.1, 2) }.squareRoot()
  }

  /// - Throws: `FigureError.noPlane` for a run without such weights.
  init(_ run: ComparedRun, in database: RunDatabase) throws {
    let series = try (0..<3).map { index in
      try database.metrics(ofRun: run.id, name: "weight/w\(index)").latestOfEachStep.map(\.value)
    }
    let minimum = (0..<3).compactMap { run.metrics["wiener/w\($0)"]?.lastValue }
    let rows = try database.predictions(ofRun: run.id).map(\.inputs)
    guard minimum.count == 3, let rate = run.parameters["lr"]?.real, !rows.isEmpty,
      rows.allSatisfy({ $0.count == 3 }), Set(series.map(\.count)).count == 1
    else { throw FigureError.noPlane(run: run.id) }
    let typed = run.parameters["start"]?.text?.split(separator: ",").compactMap { Double($0) }
    start = typed ?? [0, 0, 0]
    self.rate = rate
    points = [start] + series[0].indices.map { epoch in series.map { $0[epoch] } }
    bowl = ErrorBowl(minimum: minimum, stability: LMSStability(rows: rows))
  }
}

/// The mean squared error over w1 and w2, at the w0 of the minimum: `E - Emin = vᵀ·R·v`, v the distance from the
/// minimum.
struct ErrorBowl {
  /// `w0`, `w1` and `w2` of the least-squares solution.
  let minimum: [Double]
  /// When the rule converges.
  let stability: LMSStability
  /// The correlations of x1 with itself, of x1 with x2, and of x2 with itself.
  private let a: Double
  private let b: Double
  private let c: Double

  init(minimum: [Double], stability: LMSStability) {
    self.minimum = minimum
    self.stability = stability
    let matrix = stability.correlation
    (a, b, c) = (matrix[4], matrix[5], matrix[8])
  }

  /// How far the error of these weights, but with the w0 of the minimum, is above the least.
  func height(_ weights: [Double]) -> Double {
    let (x, y) = (weights[1] - minimum[1], weights[2] - minimum[2])
    return a * x * x + 2 * b * x * y + c * y * y
  }

  /// The closed line on which the error is `height` above the least.
  func contour(height: Double) -> [LinePlot.Point] {
    (0...120).map { index in
      let angle = 2 * Double.pi * Double(index) / 120
      let (x, y) = (cos(angle), sin(angle))
      let radius = (height / (a * x * x + 2 * b * x * y + c * y * y)).squareRoot()
      return LinePlot.Point(minimum[1] + radius * x, minimum[2] + radius * y)
    }
  }
}
