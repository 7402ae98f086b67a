/// Why there is nothing to draw.
public enum FigureError: Error, Sendable, Hashable {
  /// The run has no points of the metric.
  case noMetric(String, run: Int)
  /// The run has no histograms of this kind.
  case noHistograms(quantity: String, run: Int, epoch: Int?)
  /// The run is not an LMS run with two inputs.
  case noPlane(run: Int)
  /// The run keeps no weights of a convolution.
  case noKernels(run: Int, recipe: String?)
  /// There are no runs to draw.
  case noRuns

  /// What is missing.
  public var message: String {
    switch self {
    case .noMetric(let name, let run): "Run \(run) has no points of the metric '\(name)'."
    case .noHistograms(let quantity, let run, let epoch):
      "Run \(run) has no \(quantity) histograms" + (epoch.map { " of epoch \($0)" } ?? "") + "."
    case .noPlane(let run): "Run \(run) has no rows (1, x1, x2, d) and weights over them."
    case .noKernels(let run, _):
      "Run \(run) keeps no weights of a convolution, or none that can be drawn."
    case .noRuns: "There are no such runs."
    }
  }

  /// What to do about it.
  public var hint: String {
    switch self {
    case .noMetric(_, let run), .noHistograms(_, let run, _): "tracker show \(run)"
    case .noPlane: "tracker run lms, and then: tracker plot lms latest"
    case .noKernels(let run, recipe: "convolution"?):
      "tracker export artifact \(run) kernel.csv, or as a picture: tracker report course"
    case .noKernels: "a run of lenet with snapshots: tracker run lenet"
    case .noRuns: "tracker list"
    }
  }
}
