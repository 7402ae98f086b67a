/// Turns a tensor of any shape into a vector of the same values, channel by channel, row by row.
public struct Flatten: Layer, Equatable {
  /// A layer with nothing to choose.
  public init() {}

  public var kind: String { "flatten" }
  public var expectedInput: String { "any shape" }
  public var worksInPlace: Bool { true }
  public func outputShape(for inputShape: [Int]) -> [Int]? { [inputShape.valueCount] }

  public func forward<Scalar: LaneScalar>(_ pass: LayerPass<Scalar>) {
    guard pass.output != pass.input else { return }
    pass.output.update(from: pass.input, count: pass.inputShape.valueCount)
  }

  public func backward<Scalar: LaneScalar>(_ pass: LayerPass<Scalar>) {
    guard let inputGradient = pass.inputGradient, inputGradient != pass.outputGradient else {
      return
    }
    inputGradient.update(from: pass.outputGradient, count: pass.inputShape.valueCount)
  }
}
