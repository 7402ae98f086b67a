/// The names of the metrics that every training logs.
public enum MetricName {
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
}
