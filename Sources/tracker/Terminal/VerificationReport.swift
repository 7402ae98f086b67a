import Foundation
import Recipes
import RunStore

/// What a verification found, in words.
struct VerificationReport {
  private let result: RunVerification.Result

  init(_ result: RunVerification.Result) {
    self.result = result
  }

  private var comparison: RunDifferences { result.comparison }

  /// A few lines for a person: the verdict, what comes first of what differs, and what was compared.
  var lines: [String] {
    var lines = [verdict]
    if let first = comparison.differences.first {
      lines.append("First difference: \(words(first)).")
    }
    for (title, kinds) in [
      ("First metric", ["metric", "summary"]), ("First layer", ["tensor", "histogram", "layer"]),
    ] {
      if let first = comparison.differences.first(where: { kinds.contains($0.kind) }) {
        lines.append("\(title): \(words(first)).")
      }
    }
    if !comparison.isIdentical, !result.circumstances.isEmpty {
      lines.append("This may be why: \(result.circumstances.joined(separator: "; ")).")
    }
    lines.append("Compared: \(comparedWords).")
    if !comparison.unknownMetrics.isEmpty {
      lines.append(
        "Not compared, as the recipe does not log them: "
          + comparison.unknownMetrics.joined(separator: ", ") + ".")
    }
    if !comparison.newMetrics.isEmpty {
      lines.append(
        "Not compared, as the file does not have them: "
          + comparison.newMetrics.joined(separator: ", ") + ".")
    }
    return lines
  }

  private var verdict: String {
    comparison.isIdentical
      ? "Run \(result.run) is identical."
      : "Run \(result.run) differs in \(comparison.differences.count) records."
  }

  private var comparedWords: String {
    let plurals = [
      "metric": "metric points", "summary": "metric summaries", "checkpoint": "checkpoint states",
    ]
    let counts = comparison.compared.map { "\($0.count) \(plurals[$0.kind] ?? $0.kind + "s")" }
    return counts.isEmpty ? "nothing" : counts.joined(separator: ", ")
  }

  private func words(_ difference: RunDifferences.Difference) -> String {
    var place = ""
    if let epoch = difference.epoch { place += "epoch \(epoch)" }
    if let step = difference.step { place += (place.isEmpty ? "" : ", ") + "step \(step)" }
    let subject = "\(difference.kind) \(difference.name) \(difference.detail)"
    return place.isEmpty ? subject : "\(place): \(subject)"
  }

  /// One object: `run`, `identical`, `compared` by kind, `differences`, `circumstances`.
  var json: String {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      let object = Object(
        run: result.run, identical: comparison.isIdentical,
        compared: Dictionary(uniqueKeysWithValues: comparison.compared.map { ($0.kind, $0.count) }),
        differences: comparison.differences.map {
          Object.Difference(
            kind: $0.kind, name: $0.name, epoch: $0.epoch, step: $0.step, detail: $0.detail)
        }, circumstances: result.circumstances)
      return String(decoding: try encoder.encode(object), as: UTF8.self)
    }
  }

  /// What `json` holds. The names of the keys are a promise.
  private struct Object: Encodable {
    struct Difference: Encodable {
      let kind: String
      let name: String
      let epoch: Int?
      let step: Int?
      let detail: String
    }

    let run: Int
    let identical: Bool
    let compared: [String: Int]
    let differences: [Difference]
    let circumstances: [String]
  }
}
