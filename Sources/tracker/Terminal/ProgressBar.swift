import Training

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
