/// The largest value of each `size x size` window, PyTorch's `MaxPool2d`:
/// `y[c, r, q] = max x[c, r·S + u, q·S + v]` over `0 ≤ u, v < size`.
///
/// An input of width `W` gives `floor((W - size) / S) + 1` columns. The gradient goes to the first of
/// several equal values, row by row. A NaN in the window wins.
public struct MaxPooling: Layer, Equatable {
  /// Rows and columns of the window.
  public let size: Int
  /// The step from one window to the next, `S`.
  public let stride: Int
  /// Whether a ReLU before it is done here, where there are fewer values: the largest of rectified
  /// values is the rectified largest one.
  private var rectifies = false

  /// Describes pooling over `size x size` windows, side by side unless `stride` says otherwise.
  public init(size: Int, stride: Int? = nil) {
    require(
      size > 0 && (stride ?? 1) > 0, "A pooling window's size and stride are positive numbers.")
    self.size = size
    self.stride = stride ?? size
  }

  /// This layer and a ReLU before it in one.
  var rectified: MaxPooling {
    var pooling = self
    pooling.rectifies = true
    return pooling
  }

  public var kind: String { "max_pooling" }
  public var expectedInput: String { "(channels, height, width) of at least \(size) x \(size)" }

  public func outputShape(for inputShape: [Int]) -> [Int]? {
    guard inputShape.count == 3, inputShape[1] >= size, inputShape[2] >= size else { return nil }
    return [inputShape[0]] + inputShape[1...].map { ($0 - size) / stride + 1 }
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func forward<Scalar: LaneScalar>(_ pass: LayerPass<Scalar>) {
    if size == 2 && stride == 2 {
      forward(pass, size: 2, stride: 2)
    } else {
      forward(pass, size: size, stride: stride)
    }
  }

  @inline(__always)
  private func forward<Scalar: LaneScalar>(
    _ pass: LayerPass<Scalar>, size: Int, stride: Int
  ) {
    forEachWindow(pass, stride: stride) { start, width, index in
      let window = pass.input + start
      var largest = window[0]
      for u in 0..<size {
        for v in 0..<size {
          largest = Scalar.maximum(largest, window[u * width + v])
        }
      }
      pass.output[index] =
        rectifies ? Scalar.select(.zero, largest, where: .zero, isAbove: largest) : largest
    }
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func backward<Scalar: LaneScalar>(_ pass: LayerPass<Scalar>) {
    guard let inputGradient = pass.inputGradient else { return }
    if size == 2 && stride == 2 {
      backward(pass, into: inputGradient, size: 2, stride: 2)
    } else {
      backward(pass, into: inputGradient, size: size, stride: stride)
    }
  }

  @inline(__always)
  private func backward<Scalar: LaneScalar>(
    _ pass: LayerPass<Scalar>, into inputGradient: UnsafeMutablePointer<Lanes<Scalar>>,
    size: Int, stride: Int
  ) {
    let windowsTile =
      size == stride && pass.inputShape[1] % size == 0 && pass.inputShape[2] % size == 0
    if !windowsTile {
      inputGradient.update(repeating: .zero, count: pass.inputShape.valueCount)
    }
    forEachWindow(pass, stride: stride) { start, width, index in
      let largest = pass.output[index]
      // What is still to be given away: nothing, once the largest value has been met.
      var gradient = pass.outputGradient[index]
      if rectifies { gradient = Scalar.select(gradient, .zero, where: largest, isAbove: .zero) }
      for u in 0..<size {
        for v in 0..<size {
          let position = start + u * width + v
          let value = pass.input[position]
          let share = Scalar.select(.zero, gradient, where: largest, isAbove: value)
          gradient = Scalar.select(gradient, .zero, where: largest, isAbove: value)
          inputGradient[position] = windowsTile ? share : inputGradient[position] + share
        }
      }
    }
  }

  /// Calls `body` with the position of each window's first value, the input's width, and the window's
  /// position in the output.
  @inline(__always)
  private func forEachWindow<Scalar>(
    _ pass: LayerPass<Scalar>, stride: Int, _ body: (Int, Int, Int) -> Void
  ) {
    let (height, width) = (pass.inputShape[1], pass.inputShape[2])
    let (rows, columns) = (pass.outputShape[1], pass.outputShape[2])
    for channel in 0..<pass.inputShape[0] {
      for row in 0..<rows {
        let start = (channel * height + row * stride) * width
        let index = (channel * rows + row) * columns
        for column in 0..<columns { body(start + column * stride, width, index + column) }
      }
    }
  }
}
