import Foundation

/// Why there is nothing to draw.
public enum FigureError: LocalizedError, Sendable, Hashable {
  /// The run has no points of the metric.
  case noMetric(String, run: Int)
  /// The run has no points of a loss.
  case noLoss(run: Int)
  /// The run has no histograms of this kind, or only those of other epochs.
  case noHistograms(quantity: String, run: Int, epoch: Int?, available: [Int])
  /// The run is not an LMS run with two inputs.
  case noPlane(run: Int)
  /// The run keeps no weights of a convolution.
  case noKernels(run: Int, recipe: String?)
  /// There are no runs to draw.
  case noRuns

  /// What is missing.
  public var errorDescription: String? {
    switch self {
    case .noMetric(let name, let run): "Run \(run) has no points of the metric '\(name)'."
    case .noLoss(let run): "Run \(run) has no points of a loss."
    case .noHistograms(let quantity, let run, let epoch, _):
      "Run \(run) has no \(quantity) histograms" + (epoch.map { " of epoch \($0)" } ?? "") + "."
    case .noPlane(let run): "Run \(run) has no rows (1, x1, x2, d) and weights over them."
    case .noKernels(let run, _):
      "Run \(run) keeps no weights of a convolution, or none that can be drawn."
    case .noRuns: "There are no such runs."
    }
  }

  /// What to do about it.
  public var recoverySuggestion: String? {
    switch self {
    case .noHistograms(_, let run, _, let available) where available.isEmpty:
      "tracker show \(run)"
    case .noHistograms(_, _, _, let available): "it has epochs \(available.listed)"
    case .noMetric(_, let run): "tracker show \(run)"
    case .noLoss(let run): "tracker show \(run), and then: tracker plot metric NAME \(run)"
    case .noPlane: "tracker run lms, and then: tracker plot lms latest"
    case .noKernels(let run, recipe: "convolution"?):
      "tracker export artifact \(run) kernel.csv, or as a picture: tracker report course"
    case .noKernels: "a run of lenet with snapshots: tracker run lenet"
    case .noRuns: "tracker list"
    }
  }
}
