/// The names of the metrics that our own trainings log.
public enum MetricName {
  /// The most characters of any name of a metric. The file parts a new one into its words, in a time that
  /// grows with the square of its length: 5 ms for so many, 16 s for 100,000.
  package static let mostCharacters = 1_000

  /// Mean loss over the epoch's batches, each before its own step.
  public static let trainingLoss = "train/loss"
  /// Fraction of right answers over the epoch's batches.
  public static let trainingAccuracy = "train/accuracy"
  /// Mean loss of one batch, before its step.
  public static let stepLoss = "train/step_loss"
  /// Mean loss of the validation data after the epoch.
  public static let validationLoss = "val/loss"
  /// Fraction of right answers on the validation data after the epoch.
  public static let validationAccuracy = "val/accuracy"
  /// Seconds spent on training in the epoch, without validation and logging.
  public static let epochSeconds = "epoch/seconds"
  /// Training speed in the epoch.
  public static let imagesPerSecond = "train/images_per_second"
  /// Learning rate of the epoch.
  public static let learningRate = "learning_rate"

  /// The L2 norm of the gradient of a layer's weights, over the last batch of the epoch; over the first
  /// batch at epoch 0.
  public static func gradientNorm(_ layer: String) -> String { "train/gradient_norm/\(layer)" }
  /// The L2 norm of the mean gradient of a layer's weights over the first training images, at the weights
  /// after the epoch.
  public static func sampleGradientNorm(_ layer: String) -> String {
    "layer/\(layer)/gradient_norm"
  }
  /// What `saturation` counts, beside the layer's other numbers.
  public static func saturatedFraction(_ layer: String) -> String {
    "layer/\(layer)/saturated_fraction"
  }
  /// The fraction of a ReLU layer's units, neurons or channels, that put out 0 for every one of the first
  /// 1,000 training images: no gradient passes them.
  public static func deadFraction(_ layer: String) -> String { "layer/\(layer)/dead_fraction" }
  /// The fraction of a layer's units that are saturated: their output, scaled to 0 … 1, is below 0.01
  /// or above 0.99.
  public static func saturation(_ layer: String) -> String { "train/saturation/\(layer)" }
}
