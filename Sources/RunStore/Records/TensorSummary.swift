/// A tensor of a snapshot without its values: a row of `tensors`.
public struct TensorSummary: Sendable, Equatable {
  /// The epochs finished when the snapshot was taken.
  public let epoch: Int
  /// The optimizer steps made.
  public let step: Int
  /// The name, as in PyTorch's `state_dict`.
  public let name: String
  /// The shape, in PyTorch's layout.
  public let shape: [Int]
  /// SHA-256 of the values as little-endian float32, as lower-case hexadecimal text.
  public let blobHash: String
  /// The smallest finite value; nil if no value is finite, as the four below.
  public let minimum: Double?
  /// The largest finite value.
  public let maximum: Double?
  /// The mean of the finite values.
  public let mean: Double?
  /// Their population standard deviation.
  public let standardDeviation: Double?
  /// Their Euclidean norm.
  public let norm: Double?
  /// The number of zeros.
  public let zeroCount: Int?
  /// The number of NaN and infinite values.
  public let nonfiniteCount: Int?
}

extension TensorSummary {
  init(_ row: ResultRow) throws {
    epoch = try row.integer("epoch")
    step = try row.integer("step")
    name = try row.text("name")
    shape = try row.numbers("shape")
    blobHash = try row.text("blob_hash")
    minimum = try row.optionalReal("min")
    maximum = try row.optionalReal("max")
    mean = try row.optionalReal("mean")
    standardDeviation = try row.optionalReal("std")
    norm = try row.optionalReal("l2_norm")
    zeroCount = try row.optionalInteger("zero_count")
    nonfiniteCount = try row.optionalInteger("nonfinite_count")
  }
}
