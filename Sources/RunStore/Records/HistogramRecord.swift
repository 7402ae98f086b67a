/// A histogram of one layer's values, in bins of equal width: a row of `histograms`.
public struct HistogramRecord: Sendable, Equatable {
  /// What the values are.
  public enum Quantity: String, Sendable, CaseIterable {
    /// The weights of the layer.
    case weight
    /// The gradients of the loss with respect to the weights.
    case gradient
    /// The outputs of the layer.
    case activation
  }

  /// The epochs finished; 0 is before training.
  public var epoch: Int
  /// The optimizer steps made.
  public var step: Int
  /// The name of the layer.
  public var layer: String
  /// What the values are.
  public var quantity: Quantity
  /// The lower edge of the first bin.
  public var lower: Double
  /// The upper edge of the last bin.
  public var upper: Double
  /// The number of values in each bin.
  public var counts: [Int]
  /// The smallest finite value.
  public var minimum: Double?
  /// The largest finite value.
  public var maximum: Double?
  /// The mean of the finite values.
  public var mean: Double?
  /// The population standard deviation of the finite values.
  public var standardDeviation: Double?
  /// The number of NaN and infinite values, which are in no bin.
  public var nonfiniteCount: Int

  /// The number of finite values: the sum of `counts`, as far as 64 bits reach.
  public var count: Int { counts.clampedSum }

  /// Describes a histogram.
  public init(
    epoch: Int, step: Int = 0, layer: String, quantity: Quantity, lower: Double, upper: Double,
    counts: [Int], minimum: Double? = nil, maximum: Double? = nil, mean: Double? = nil,
    standardDeviation: Double? = nil, nonfiniteCount: Int = 0
  ) {
    self.epoch = epoch
    self.step = step
    self.layer = layer
    self.quantity = quantity
    self.lower = lower
    self.upper = upper
    self.counts = counts
    self.minimum = minimum
    self.maximum = maximum
    self.mean = mean
    self.standardDeviation = standardDeviation
    self.nonfiniteCount = nonfiniteCount
  }
}

extension HistogramRecord {
  init(_ row: ResultRow) throws {
    epoch = try row.integer("epoch")
    step = try row.integer("step")
    layer = try row.text("layer")
    quantity = try row.choice("quantity")
    lower = try row.real("lower")
    upper = try row.real("upper")
    counts = try row.numbers("counts")
    minimum = try row.optionalReal("min")
    maximum = try row.optionalReal("max")
    mean = try row.optionalReal("mean")
    standardDeviation = try row.optionalReal("std")
    nonfiniteCount = try row.integer("nonfinite_count")
  }
}
