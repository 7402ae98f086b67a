/// How much of a training is stored beside the metrics of each epoch.
public struct RecordingOptions: Sendable, Equatable, Codable {
  /// Weights and momentum are stored before training and after every so many epochs, and after the
  /// last one; never if 0.
  public var snapshotEvery = 1
  /// Histograms are stored before training and after every so many epochs; never if 0.
  public var histogramEvery = 1
  /// Whether what each layer puts out for some samples is stored beside the other histograms.
  public var activations = false
  /// Whether the loss of each step is stored.
  public var logsSteps = false
  /// Whether the time of each layer is stored beside its shapes.
  public var profiles = false

  /// Everything but the activations, the steps and the times.
  public init() {}

  /// Whether histograms are stored after an epoch, or before training if it is 0.
  public func hasHistograms(atEpoch epoch: Int) -> Bool {
    histogramEvery > 0 && epoch.isMultiple(of: histogramEvery)
  }
}
