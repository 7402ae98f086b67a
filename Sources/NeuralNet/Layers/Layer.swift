/// One step of a network: a formula from an input to an output of a fixed shape, and its gradient.
///
/// A layer is a plain description. It holds no weights and no buffers: the engine hands it both, one
/// group of 16 samples at a time, so that the same value serves every thread and both precisions.
/// Shapes leave out the batch: an image is `[channels, height, width]`, a vector `[features]`.
///
/// A new kind of layer is one new file with a type that conforms to this protocol.
public protocol Layer: Sendable {
  /// What the layer is called in tables, such as `convolution`.
  var kind: String { get }

  /// The shape that comes out for `inputShape`, or `nil` where the layer cannot take such an input.
  func outputShape(for inputShape: [Int]) -> [Int]?

  /// The input that the layer can take, in words for an error message.
  var expectedInput: String { get }

  /// The layer's weight tensor, if it has one.
  var weight: ParameterShape? { get }

  /// The layer's bias vector, if it has one.
  var bias: ParameterShape? { get }

  /// Multiply-adds for one sample, biases not counted.
  func multiplyAccumulates(inputShape: [Int]) -> Int

  /// Whether the output may be written over the input, because `backward` does not need the input.
  var worksInPlace: Bool { get }

  /// A layer that does the work of this one and of `next`, with the same values, in less time.
  func fused(with next: any Layer) -> (any Layer)?

  /// The vectors of memory that one thread needs beside input and output: zero at first, and touched
  /// by nobody else.
  func scratchCount(inputShape: [Int]) -> Int

  /// Computes `pass.output` from `pass.input`.
  func forward<Scalar: LaneScalar>(_ pass: LayerPass<Scalar>)

  /// Computes `pass.inputGradient` from `pass.outputGradient`, and writes down in
  /// `pass.partialGradient` what the group adds to the gradient of the parameters.
  func backward<Scalar: LaneScalar>(_ pass: LayerPass<Scalar>)

  /// The scalars that one group writes to `partialGradient`; the form is the layer's own.
  func partialGradientCount(inputShape: [Int]) -> Int

  /// The rows of the weight tensor: threads share a batch's gradient by rows.
  var gradientRows: Int { get }

  /// Sums the groups' partial gradients, in the order of the groups, into rows of the gradient.
  func sumPartialGradients<Scalar: LaneScalar>(_ sum: PartialGradientSum<Scalar>)
}

/// The shape of a parameter and the numbers of connections that initialisation asks for.
public struct ParameterShape: Sendable, Equatable {
  /// The shape, in PyTorch's layout.
  public let shape: [Int]
  /// How many inputs each output value sums.
  public let fanIn: Int
  /// How many outputs each input value reaches.
  public let fanOut: Int
}

/// Layers without parameters need to say nothing about them.
extension Layer {
  public var weight: ParameterShape? { nil }
  public var bias: ParameterShape? { nil }
  public func multiplyAccumulates(inputShape: [Int]) -> Int { 0 }
  public var worksInPlace: Bool { false }
  public func fused(with next: any Layer) -> (any Layer)? { nil }
  public func scratchCount(inputShape: [Int]) -> Int { 0 }
  public func partialGradientCount(inputShape: [Int]) -> Int { 0 }
  public var gradientRows: Int { 0 }
  public func sumPartialGradients<Scalar: LaneScalar>(_ sum: PartialGradientSum<Scalar>) {}
}

/// What a layer works on for one group of samples. Row-major tensors of `Lanes`.
public struct LayerPass<Scalar: LaneScalar> {
  /// Shape of `input` and `inputGradient`.
  public let inputShape: [Int]
  /// Shape of `output` and `outputGradient`.
  public let outputShape: [Int]
  /// The layer's input.
  public let input: UnsafeMutablePointer<Lanes<Scalar>>
  /// The layer's output; the same memory as `input` for a layer that works in place.
  public let output: UnsafeMutablePointer<Lanes<Scalar>>
  /// Where the gradient of the loss by the input goes; `nil` where nobody asks for it.
  public let inputGradient: UnsafeMutablePointer<Lanes<Scalar>>?
  /// The gradient of the loss by the output.
  public let outputGradient: UnsafeMutablePointer<Lanes<Scalar>>
  /// The layer's parameters: weights, row by row, then biases.
  public let parameters: UnsafePointer<Scalar>
  /// What this group adds to the parameters' gradient, in the layer's own form.
  public let partialGradient: UnsafeMutablePointer<Scalar>
  /// `scratchCount` vectors; what `forward` leaves there, `backward` finds.
  public let scratch: UnsafeMutablePointer<Lanes<Scalar>>
}

/// The partial gradients of all groups of a batch for one layer, and where their sum goes.
public struct PartialGradientSum<Scalar: LaneScalar> {
  /// The rows to compute; other threads compute the others.
  public let rows: Range<Int>
  /// The partial gradient of the first group; a layer may use the memory of its rows to sum in.
  public let partialGradients: UnsafeMutablePointer<Scalar>
  /// The distance in scalars from one group's partial gradient to the next group's.
  public let stride: Int
  /// The number of groups.
  public let groups: Int
  /// The layer's gradient: weights, row by row, then biases.
  public let gradient: UnsafeMutablePointer<Scalar>
}

extension LayerPass {
  /// The partial gradient as vectors.
  var partialGradientLanes: UnsafeMutablePointer<Lanes<Scalar>> {
    UnsafeMutableRawPointer(partialGradient).assumingMemoryBound(to: Lanes<Scalar>.self)
  }
}

extension PartialGradientSum {
  /// The partial gradient of a group as vectors.
  func lanes(ofGroup group: Int) -> UnsafeMutablePointer<Lanes<Scalar>> {
    UnsafeMutableRawPointer(partialGradients + group * stride)
      .assumingMemoryBound(to: Lanes<Scalar>.self)
  }
}
