/// A layer of a run's network: a row of `layers`. Shapes and sizes are for a batch of one image.
public struct LayerRecord: Sendable, Equatable {
  /// The place in the network, from 0.
  public var position: Int
  /// The name, such as `conv1`.
  public var name: String
  /// The kind, such as `convolution`.
  public var kind: String
  /// The shape of the input, such as `[1, 3, 32, 32]`.
  public var inputShape: [Int]
  /// The shape of the output.
  public var outputShape: [Int]
  /// The shape of the weights; nil for a layer without any.
  public var weightShape: [Int]?
  /// The number of weights, biases not counted.
  public var weightCount: Int
  /// The number of biases.
  public var biasCount: Int
  /// The multiply-accumulates of the forward pass, biases not counted.
  public var macs: Int
  /// The measured time of the forward pass per image; nil if not measured.
  public var forwardNanoseconds: Double?
  /// The measured time of the backward pass per image; nil if not measured.
  public var backwardNanoseconds: Double?

  /// Describes a layer.
  public init(
    position: Int, name: String, kind: String, inputShape: [Int], outputShape: [Int],
    weightShape: [Int]? = nil, weightCount: Int = 0, biasCount: Int = 0, macs: Int = 0,
    forwardNanoseconds: Double? = nil, backwardNanoseconds: Double? = nil
  ) {
    self.position = position
    self.name = name
    self.kind = kind
    self.inputShape = inputShape
    self.outputShape = outputShape
    self.weightShape = weightShape
    self.weightCount = weightCount
    self.biasCount = biasCount
    self.macs = macs
    self.forwardNanoseconds = forwardNanoseconds
    self.backwardNanoseconds = backwardNanoseconds
  }
}

extension LayerRecord {
  init(_ row: ResultRow) throws {
    position = try row.integer("position")
    name = try row.text("name")
    kind = try row.text("kind")
    inputShape = try row.numbers("input_shape")
    outputShape = try row.numbers("output_shape")
    weightShape = try row.optionalNumbers("weight_shape")
    weightCount = try row.integer("weight_count")
    biasCount = try row.integer("bias_count")
    macs = try row.integer("macs")
    forwardNanoseconds = try row.optionalReal("forward_nanoseconds")
    backwardNanoseconds = try row.optionalReal("backward_nanoseconds")
  }
}
