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
