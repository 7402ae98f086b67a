import NeuralNet

/// The convolution of one matrix with one kernel, as the field understands it (cross-correlation):
/// `y[r, c] = Σ x[r·S + u - P, c·S + v - P] · k[u, v]`, where `x` is 0 outside of the input.
struct MatrixConvolution: Sendable, Equatable {
  let kernel: Matrix
  /// The step from one position to the next, `S`.
  var stride = 1
  /// Zeros added on each side, `P`.
  var padding = 0

  /// Convolves; nil if the kernel is larger than the padded input.
  func callAsFunction(_ input: Matrix) -> Matrix? {
    guard let rows = outputSize(of: input.rowCount, kernel: kernel.rowCount),
      let columns = outputSize(of: input.columnCount, kernel: kernel.columnCount)
    else { return nil }
    return Matrix(rowCount: rows, columnCount: columns) { row, column in
      var sum = 0.0
      for u in 0..<kernel.rowCount {
        for v in 0..<kernel.columnCount {
          let (r, c) = (row * stride + u - padding, column * stride + v - padding)
          let isInside = r >= 0 && r < input.rowCount && c >= 0 && c < input.columnCount
          if isInside { sum += input[r, c] * kernel[u, v] }
        }
      }
      return sum
    }
  }

  private func outputSize(of size: Int, kernel: Int) -> Int? {
    convolutionOutputSize(input: size, kernel: kernel, stride: stride, padding: padding)
  }
}

/// The shape rule as the networks' convolution has it, `floor((W - K + 2P) / S) + 1`; nil if the kernel
/// does not fit.
func convolutionOutputSize(input: Int, kernel: Int, stride: Int, padding: Int) -> Int? {
  Convolution(from: 1, to: 1, size: kernel, stride: stride, padding: padding)
    .outputShape(for: [1, input, input])?[1]
}

/// The sizes that a convolution gives, by the field's rule and by the report's.
public struct ShapeRule: Sendable, Equatable {
  /// One size.
  public struct Row: Sendable, Equatable {
    /// The width of the input, `W`.
    public let input: Int
    /// The width of the kernel, `K`.
    public let kernel: Int
    /// `S`.
    public let stride: Int
    /// `P`.
    public let padding: Int
    /// `floor((W - K + 2P) / S) + 1`.
    public let output: Int
    /// `ceil((W - K + 2P) / S) + 1`, as the report has it.
    public let reportOutput: Int
    /// Whether the output is larger than that of an input narrower by 1; nil for the first.
    public let grows: Bool?
  }

  /// By stride, then by input.
  public let rows: [Row]

  /// Tabulates eight widths, from the kernel's on, for each stride.
  init(kernel: Int, strides: [Int], padding: Int) {
    rows = strides.flatMap { stride in
      (kernel..<kernel + 8).compactMap { input in
        func output(_ input: Int) -> Int? {
          convolutionOutputSize(input: input, kernel: kernel, stride: stride, padding: padding)
        }
        guard let size = output(input) else { return nil }
        let narrower = input > kernel ? output(input - 1) : nil
        return Row(
          input: input, kernel: kernel, stride: stride, padding: padding, output: size,
          reportOutput: (input - kernel + 2 * padding + stride - 1) / stride + 1,
          grows: narrower.map { size > $0 })
      }
    }
  }
}
