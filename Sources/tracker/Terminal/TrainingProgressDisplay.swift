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
    case .warned(let warning): warn(warning.message)
    case .diverged(let divergence) where !divergence.endsTraining:
      warn(divergence.localizedDescription)
    case .diverged, .stopped: endBar()
    case .finishedEpoch(let report, _):
      tell(EpochLine(report: report, epochs: epochs).text)
    }
  }

  /// Says once what a person should look at: it is left out of what is printed at the end.
  private func warn(_ message: String) {
    Console.note(message)
    tell("Warning: \(message)")
  }

  /// Says something in the place of the bar, which moves on.
  private func tell(_ line: String) {
    Console.tell([line], after: style == .bar ? Self.clearLine : "")
  }

  /// Leaves the bar as it is, for what is said next to stand under it.
  private func endBar() {
    if style == .bar { Console.draw("\n") }
  }

  private static let clearLine = "\r\u{1B}[K"

  /// Ten times a second is as often as anyone can read.
  private mutating func draw(_ step: TrainingStep) {
    let now = clock.now
    if let lastDrawn, now - lastDrawn < .milliseconds(100) { return }
    lastDrawn = now
    let bar = ProgressBar(step: step, epochs: epochs)
    Console.draw(Self.clearLine + bar.text(columns: Console.columns))
  }
}

/// How far an epoch is, in one line that is drawn again and again.
struct ProgressBar {
  let step: TrainingStep
  /// The number of epochs planned.
  let epochs: Int

  /// The line, shorter than a terminal of so many columns: one that wraps cannot be drawn over.
  func text(columns: Int) -> String {
    let start = "epoch \(step.epoch)/\(epochs) "
    let end =
      " \(step.batch)/\(step.batchCount)  loss \(step.loss.fixed(4))"
      + "  \(step.samplesPerSecond.grouped) images/s  \(timeLeft) left"
    let space = columns - 1 - start.count - end.count
    let width = space < 4 ? 0 : min(space, 20)
    let filled = width * step.batch / step.batchCount
    let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled)
    return String((start + bar + end).prefix(max(0, columns - 1)))
  }

  /// The time that the remaining batches take at the present speed; validation not counted.
  private var timeLeft: String {
    let epochsLeft = Double(epochs - step.epoch) + 1 - Double(step.batch) / Double(step.batchCount)
    let seconds = (epochsLeft * Double(step.batchCount) * step.secondsPerBatch).rounded(.up)
    guard let whole = Int(exactly: seconds) else { return "--:--" }
    let (minutes, rest) = whole.quotientAndRemainder(dividingBy: 60)
    return "\(minutes):\(rest < 10 ? "0" : "")\(rest)"
  }
}

/// What is said of an epoch when it is over. It fits into 80 columns.
struct EpochLine {
  let report: EpochReport
  /// The number of epochs planned.
  let epochs: Int

  var text: String {
    "epoch \(report.epoch)/\(epochs)"
      + "  train loss \(words(report.training.loss, report.training.accuracy))"
      + "  val loss \(words(report.validation.loss, report.validation.accuracy))"
      + "  \(report.samplesPerSecond.grouped) images/s"
  }

  private func words(_ loss: Double, _ accuracy: Double) -> String {
    "\(loss.fixed(4)) \((100 * accuracy).fixed(2))%"
  }
}
