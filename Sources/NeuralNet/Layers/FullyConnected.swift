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
    StoredSums(
      sums: WeightedSums(
        over: .once, .once, .init(inputs, weightStep: 1, valueStep: 1),
        weights: pass.parameters, .rows(step: inputs), values: pass.input, columnStep: 0),
      start: pass.parameters + outputs * inputs, target: pass.output, rowStep: 1,
      columnStep: 0
    ).runBlocks(
      of: RegisterBlock(rows: outputs, columns: 1, for: StoredSums<Scalar>.self),
      rows: 0..<outputs, columns: 0..<1)
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func backward<Scalar: LaneScalar>(_ pass: LayerPass<Scalar>) {
    transposeToSamples(pass.input, into: pass.partialGradientLanes)
    (pass.partialGradientLanes + vectorsPerSample * groupSize).update(
      from: pass.outputGradient, count: outputs)

    guard let inputGradient = pass.inputGradient else { return }
    StoredSums(
      sums: WeightedSums(
        over: .once, .once, .init(outputs, weightStep: inputs, valueStep: 1),
        weights: pass.parameters, .rows(step: 1), values: pass.outputGradient, columnStep: 0),
      start: nil, target: inputGradient, rowStep: 1, columnStep: 0
    ).runBlocks(
      of: RegisterBlock(rows: inputs, columns: 1, for: StoredSums<Scalar>.self),
      rows: 0..<inputs, columns: 0..<1)
  }

  /// The group's inputs, shape `[vectorsPerSample, samples, 16 inputs]`, then the gradient of its outputs,
  /// shape `[outputs, samples]`.
  public func partialGradientCount(inputShape: [Int]) -> Int {
    (vectorsPerSample * groupSize + outputs) * groupSize
  }

  public var gradientRows: Int { outputs }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func sumPartialGradients<Scalar: LaneScalar>(_ sum: PartialGradientSum<Scalar>) {
    FullyConnectedWeightGradient(
      partialGradients: sum.partialGradients, stride: sum.stride, groups: sum.groups,
      inputs: inputs, gradient: sum.gradient
    ).run(rows: sum.rows)
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

  /// `vectors[k, n] = ` inputs `16 k ..< 16 k + 16` of sample `n`; behind the last input are zeros.
  @inline(__always)
  private func transposeToSamples<Scalar: LaneScalar>(
    _ input: UnsafePointer<Lanes<Scalar>>, into vectors: UnsafeMutablePointer<Lanes<Scalar>>
  ) {
    for first in stride(from: 0, to: inputs, by: groupSize) {
      var tile = InlineArray<16, Lanes<Scalar>>(repeating: .zero)
      if first + groupSize <= inputs {
        for k in 0..<groupSize { tile[k] = input[first + k] }
      } else {
        for k in 0..<inputs - first { tile[k] = input[first + k] }
      }
      transpose(&tile)
      for k in 0..<groupSize { vectors[first + k] = tile[k] }
    }
  }
}

/// `dw[o, i] = Σ dy[n, o] · x[n, i]` over the samples `n` of a batch, in their order.
///
/// Here the lanes are 16 inputs of one sample, because the sum runs over the samples. Block rows are
/// outputs, block columns are such vectors of inputs.
struct FullyConnectedWeightGradient<Scalar: LaneScalar>: BlockKernel {
  /// Of each group, its inputs, shape `[vectorsPerSample, groupSize, groupSize]`, and the gradients of its
  /// outputs, shape `[outputs, groupSize]`.
  let partialGradients: UnsafePointer<Scalar>
  /// The distance from one group to the next, in scalars.
  let stride: Int
  let groups: Int
  let inputs: Int
  /// `dw`, shape `[outputs, inputs]`.
  let gradient: UnsafeMutablePointer<Scalar>

  /// The vectors that hold the inputs of one sample; the last one is filled up with zeros.
  static func vectorsPerSample(inputs: Int) -> Int { inputs.dividedUp(by: groupSize) }

  @inline(__always)
  static var registersPerRow: Int { 1 }
  @inline(__always)
  static var registersPerColumn: Int { Lanes<Scalar>.registers }

  /// Computes some rows of the weights: as many vectors of inputs as stay in the first cache, with all of them.
  func run(rows: Range<Int>) {
    let columns = Self.vectorsPerSample(inputs: inputs)
    let column = groups * groupSize * MemoryLayout<Lanes<Scalar>>.stride
    let block = RegisterBlock(
      rows: rows.count, columns: min(columns, max(1, (16 << 10) / column)), for: Self.self)
    for first in Swift.stride(from: 0, to: columns, by: block.columns) {
      runBlocks(
        of: block, rows: rows, columns: first..<min(first + block.columns, columns))
    }
  }

  @inline(__always)
  func run<let count: Int>(row: Int, column: Int, size: BlockSize<count>) {
    let (rows, columns) = (size.rows, size.columns)
    let vectors = Self.vectorsPerSample(inputs: inputs)
    var sums = Sums<Lanes<Scalar>, count>(repeating: .zero)
    WeightedSums(
      over: .once, .init(groups, weightStep: stride, valueStep: stride / groupSize),
      .init(groupSize, weightStep: 1, valueStep: 1),
      weights: partialGradients + vectors * groupSize * groupSize, .rows(step: groupSize),
      values: UnsafeRawPointer(partialGradients).assumingMemoryBound(to: Lanes<Scalar>.self),
      columnStep: groupSize
    ).add(row: row, column: column, size: size, to: &sums)
    for j in 0..<rows {
      for p in 0..<columns {
        let first = (column + p) * groupSize
        let target = UnsafeMutableRawPointer(gradient + (row + j) * inputs + first)
        if first + groupSize <= inputs {
          target.storeBytes(of: sums[j * columns + p], as: Lanes<Scalar>.self)
        } else {
          withUnsafeBytes(of: sums[j * columns + p]) { bytes in
            target.copyMemory(
              from: bytes.baseAddress.unsafelyUnwrapped,
              byteCount: (inputs - first) * MemoryLayout<Scalar>.stride)
          }
        }
      }
    }
  }
}
