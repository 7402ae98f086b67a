import Recording

extension MetricName {
  /// Rows of the truth table that are wrong.
  static let truthTableErrors = "train/errors"
  /// Relative error of the computed gradient against finite differences.
  static let gradientCheck = "gradient_check/relative_error"
  /// The same of the form of dL/dW1 that the report prints.
  static let reportGradientCheck = "gradient_check/report_relative_error"
  /// Mean squared error of the least-squares solution.
  static let wienerLoss = "wiener/loss"
}
