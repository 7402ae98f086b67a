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
    case .warned(let warning): tell("Warning: \(warning.message)")
    case .diverged(let divergence) where !divergence.endsTraining:
      tell("Warning: \(divergence.message)")
    case .diverged, .stopped: endBar()
    case .finishedEpoch(let report, _):
      tell(EpochLine(report: report, epochs: epochs).text)
    }
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
