/// A fully connected layer, PyTorch's `Linear`: `y[o] = bias[o] + Σ weight[o, i] · x[i]`.
///
/// It takes `[inputs]` and gives `[outputs]`; the weight has shape `[outputs, inputs]`.
public struct FullyConnected: Layer, Equatable {
  /// The number of input features.
  public let inputs: Int
  /// The number of output features.
  public let outputs: Int

  /// Describes a layer with an `outputs x inputs` weight matrix.
  public init(from inputs: Int, to outputs: Int) {
    require(min(inputs, outputs) > 0, "A layer's inputs and outputs are positive numbers.")
    self.inputs = inputs
    self.outputs = outputs
  }

  public var kind: String { "fully_connected" }

  public var expectedInput: String { "(\(inputs),)" }

  public func outputShape(for inputShape: [Int]) -> [Int]? {
    inputShape == [inputs] ? [outputs] : nil
  }

  public var weight: ParameterShape? {
    ParameterShape(shape: [outputs, inputs], fanIn: inputs, fanOut: outputs)
  }

  public var bias: ParameterShape? {
    ParameterShape(shape: [outputs], fanIn: inputs, fanOut: outputs)
  }

  public func multiplyAccumulates(inputShape: [Int]) -> Int { inputs * outputs }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func forward<Scalar: LaneScalar>(_ pass: LayerPass<Scalar>) {
    FullyConnectedForward(
      input: pass.input, inputs: inputs, weights: pass.parameters,
      biases: pass.parameters + outputs * inputs, output: pass.output
    ).runBlocks(rows: 0..<outputs, columns: 0..<1)
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func backward<Scalar: LaneScalar>(_ pass: LayerPass<Scalar>) {
    let width = vectorsPerSample * groupSize
    let samples = pass.contribution
    transposeToSamples(pass.input, count: inputs, width: width, into: samples)
    (pass.contributionLanes + width).update(from: pass.outputGradient, count: outputs)

    guard let inputGradient = pass.inputGradient else { return }
    FullyConnectedInputGradient(
      outputGradient: pass.outputGradient, outputs: outputs, weights: pass.parameters,
      inputs: inputs, inputGradient: inputGradient
    ).runBlocks(rows: 0..<inputs, columns: 0..<1)
  }

  /// The group's inputs, sample by sample, then the gradient of its outputs, lane by lane.
  public func contributionCount(inputShape: [Int]) -> Int {
    (vectorsPerSample * groupSize + outputs) * groupSize
  }

  public var gradientRows: Int { outputs }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func sumContributions<Scalar: LaneScalar>(_ sum: ContributionSum<Scalar>) {
    FullyConnectedWeightGradient(
      contributions: sum.contributions, stride: sum.stride, groups: sum.groups, inputs: inputs,
      gradient: sum.gradient
    ).runBlocks(rows: sum.rows, columns: 0..<vectorsPerSample)
    let outputGradients = vectorsPerSample * groupSize
    for row in sum.rows {
      var total = Lanes<Scalar>.zero
      for group in 0..<sum.groups { total += sum.lanes(ofGroup: group)[outputGradients + row] }
      sum.gradient[outputs * inputs + row] = total.laneSum
    }
  }

  private var vectorsPerSample: Int {
    FullyConnectedWeightGradient<Float>.vectorsPerSample(inputs: inputs)
  }

  /// `samples[n, i] = lane n of lanes[i]`, in rows of `width` scalars that end in zeros.
  @inline(__always)
  private func transposeToSamples<Scalar: LaneScalar>(
    _ lanes: UnsafePointer<Lanes<Scalar>>, count: Int, width: Int,
    into samples: UnsafeMutablePointer<Scalar>
  ) {
    let source = UnsafeRawPointer(lanes).assumingMemoryBound(to: Scalar.self)
    for sample in 0..<groupSize {
      let row = samples + sample * width
      for index in 0..<count { row[index] = source[index * groupSize + sample] }
      for index in count..<width { row[index] = .zero }
    }
  }
}
