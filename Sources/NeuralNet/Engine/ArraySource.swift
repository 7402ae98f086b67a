/// Samples that are arrays of numbers.
public struct ArraySource<Scalar: LaneScalar>: SampleSource, Equatable {
  /// The values of each sample.
  public let inputs: [[Scalar]]
  /// The target values of each sample: the class number alone, or one value for each output.
  public let targets: [[Scalar]]

  /// Takes as many inputs as targets.
  public init(inputs: [[Scalar]], targets: [[Scalar]]) {
    require(inputs.count == targets.count, "Each sample has one input and one target.")
    self.inputs = inputs
    self.targets = targets
  }

  public var count: Int { inputs.count }

  public func load(
    _ samples: ArraySlice<Int>,
    input: UnsafeMutablePointer<Lanes<Scalar>>, target: UnsafeMutablePointer<Lanes<Scalar>>
  ) {
    for (lane, sample) in samples.enumerated() {
      for (index, value) in inputs[sample].enumerated() { input[index][lane] = value }
      for (index, value) in targets[sample].enumerated() { target[index][lane] = value }
    }
  }
}
