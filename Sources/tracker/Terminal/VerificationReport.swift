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
    var lines = [verdict] + engineLines
    if result.isConfirmed, !comparison.isIdentical {
      return lines + ["Compared: \(comparedWords)."]
    }
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
    if comparison.isIdentical { return "Run \(result.run) is identical." }
    return result.isConfirmed
      ? "Run \(result.run) is the same but for rounding."
      : "Run \(result.run) differs in \(comparison.differences.count) records."
  }

  /// Says that another revision of the engine made the run, and how far its losses are off.
  private var engineLines: [String] {
    guard let agreement = result.agreement else { return [] }
    let made = "Revision \(agreement.storedRevision) of the engine made the run"
    guard !comparison.isIdentical else {
      return ["\(made), this is revision \(agreement.currentRevision)."]
    }
    var lines = [
      "\(made), this is revision \(agreement.currentRevision), which adds in another order:"
        + " its numbers cannot be identical."
    ]
    guard let largest = agreement.largest else {
      return lines + ["No loss is there to be compared."]
    }
    lines.append(
      "Its \(agreement.metric) in the first steps: at most"
        + " \(words(largest)), where \(LossAgreement.tolerance) is allowed.")
    if let later = agreement.largestLater {
      lines.append(
        "Later: at most \(words(later)), "
          + (agreement.firstLaterAbove.map {
            "above \(LossAgreement.tolerance) first in step \($0)."
          }
            ?? "never above \(LossAgreement.tolerance)."))
    }
    return lines
  }

  private func words(_ deviation: LossAgreement.Deviation) -> String {
    let relative = String(format: "%.1e", deviation.relative)
    return "\(relative) apart, relative, in step \(deviation.step)"
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

  /// One object: `run`, `identical`, `confirmed`, `compared` by kind, `differences`, `circumstances`, and
  /// `engine` for a run of another revision.
  var json: String {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      let object = Object(
        run: result.run, identical: comparison.isIdentical, confirmed: result.isConfirmed,
        compared: Dictionary(uniqueKeysWithValues: comparison.compared.map { ($0.kind, $0.count) }),
        differences: comparison.differences.map {
          Object.Difference(
            kind: $0.kind, name: $0.name, epoch: $0.epoch, step: $0.step, detail: $0.detail)
        }, circumstances: result.circumstances, engine: result.agreement.map(Object.Engine.init))
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

    struct Engine: Encodable {
      let revision: Int
      let currentRevision: Int
      let agrees: Bool
      let metric: String
      /// The largest relative difference of a loss within the first 100 steps, and after them.
      let largest: Double?
      let largestLater: Double?
      let firstLaterStepAbove: Int?

      init(_ agreement: LossAgreement) {
        revision = agreement.storedRevision
        currentRevision = agreement.currentRevision
        agrees = agreement.agrees
        metric = agreement.metric
        // JSON has no infinity.
        largest = agreement.largest.map { min($0.relative, .greatestFiniteMagnitude) }
        largestLater = agreement.largestLater.map { min($0.relative, .greatestFiniteMagnitude) }
        firstLaterStepAbove = agreement.firstLaterAbove
      }
    }

    let run: Int
    let identical: Bool
    let confirmed: Bool
    let compared: [String: Int]
    let differences: [Difference]
    let circumstances: [String]
    let engine: Engine?
  }
}
