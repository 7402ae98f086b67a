import Foundation
import Training

/// Shows on standard error how a training goes.
struct TrainingProgressDisplay: TrainingObserver {
  /// How much to show.
  enum Style {
    /// Nothing.
    case quiet
    /// A line for each epoch.
    case lines
    /// A line for each epoch, and under them a bar that is drawn again and again.
    case bar
  }

  private let epochs: Int
  private let style: Style
  private let clock = ContinuousClock()
  private var lastDrawn: ContinuousClock.Instant?

  init(epochs: Int, style: Style) {
    self.epochs = epochs
    self.style = style
  }

  mutating func observe(_ event: TrainingEvent) {
    guard style != .quiet else { return }
    switch event {
    case .started: break
    case .step(let step) where style == .bar: draw(step)
    case .step: break
    case .finishedEpoch(let report, _):
      show((style == .bar ? Self.clearLine : "") + line(for: report) + "\n")
    }
  }

  private static let clearLine = "\r\u{1B}[K"

  /// Ten times a second is as often as anyone can read.
  private mutating func draw(_ step: TrainingStep) {
    let now = clock.now
    if let lastDrawn, now - lastDrawn < .milliseconds(100) { return }
    lastDrawn = now
    let width = 20
    let filled = width * step.batch / step.batchCount
    let bar =
      String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled)
    show(
      "\(Self.clearLine)epoch \(step.epoch)/\(epochs) \(bar) \(step.batch)/\(step.batchCount)"
        + "  loss \(step.loss.fixed(4))  \(step.samplesPerSecond.grouped) images/s"
        + "  \(timeLeft(after: step)) left")
  }

  /// The time that the remaining batches take at the present speed; validation not counted.
  private func timeLeft(after step: TrainingStep) -> String {
    let batchesLeft =
      (epochs - step.epoch) * step.batchCount + step.batchCount - step.batch
    let seconds = Double(batchesLeft) * step.secondsPerBatch
    guard seconds.isFinite else { return "--:--" }
    let whole = Int(seconds.rounded(.up))
    return "\(whole / 60):" + String(format: "%02d", whole % 60)
  }

  private func line(for report: EpochReport) -> String {
    "epoch \(report.epoch)/\(epochs)"
      + "  train loss \(report.training.loss.fixed(4)) accuracy \(report.training.accuracy.fixed(4))"
      + "  val loss \(report.validation.loss.fixed(4))"
      + " accuracy \(report.validation.accuracy.fixed(4))"
      + "  \(report.seconds.fixed(2)) s  \(report.samplesPerSecond.grouped) images/s"
  }

  private func show(_ text: String) {
    FileHandle.standardError.write(Data(text.utf8))
  }
}

extension Double {
  /// The number with so many digits after the point.
  func fixed(_ digits: Int) -> String {
    String(format: "%.\(digits)f", self)
  }

  /// The number with at most six significant digits.
  var short: String { String(format: "%.6g", self) }

  /// The number with at most two significant digits.
  var rough: String { String(format: "%.2g", self) }

  /// The number without fraction, in groups of three digits.
  var grouped: String {
    guard isFinite, abs(self) < 1e15 else { return "\(self)" }
    let digits = String(Int(self.rounded()).magnitude)
    let groups = stride(from: digits.count, to: 0, by: -3).reversed().map { end in
      digits.prefix(end).suffix(end > 3 ? 3 : end)
    }
    return (self < 0 ? "-" : "") + groups.joined(separator: ",")
  }
}
