import Training

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
