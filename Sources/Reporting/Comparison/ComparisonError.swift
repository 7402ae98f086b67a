import Foundation

/// Why runs cannot be set side by side as asked.
public enum ComparisonError: LocalizedError, Sendable, Hashable {
  /// No run in the selection has this metric.
  case noRunWithMetric(String, known: [String])
  /// No run in the selection has any metric.
  case noMetrics
  /// No run in the selection has this parameter.
  case noRunWithParameter(String, known: [String])
  /// None of the runs that are meant has this layer.
  case noRunWithLayer(String, known: [String])
  /// All runs with the metric failed, diverged or have not ended.
  case noRunCounts(String)
  /// No group has these words.
  case unknownBaseline(String, known: [String])
  /// Several groups can be called so.
  case ambiguousBaseline(String, candidates: [String])

  /// What is wrong.
  public var errorDescription: String? {
    switch self {
    case .noRunWithMetric(let name, _): "None of the runs has the metric '\(name)'."
    case .noMetrics: "None of the runs has a metric."
    case .noRunWithParameter(let name, _): "None of the runs has the parameter '\(name)'."
    case .noRunWithLayer(let name, _): "None of the runs has the layer '\(name)'."
    case .noRunCounts(let name): "None of the runs came to its end with a finite '\(name)'."
    case .unknownBaseline(let name, _): "There is no group '\(name)'."
    case .ambiguousBaseline(let name, _): "Several groups may be called '\(name)'."
    }
  }

  /// What to do about it.
  public var recoverySuggestion: String? {
    switch self {
    case .noMetrics: "tracker list shows what there is"
    case .noRunWithLayer(_, known: []): "tracker show RUN tells what a run has"
    case .noRunCounts: "look at single ones: tracker plot metric NAME RUN"
    case .noRunWithMetric(_, let known), .noRunWithParameter(_, let known),
      .noRunWithLayer(_, let known), .unknownBaseline(_, let known),
      .ambiguousBaseline(_, let known):
      known.isEmpty ? "tracker list shows what there is" : "one of " + known.joined(separator: ", ")
    }
  }
}
