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
  public let contribution: UnsafeMutablePointer<Scalar>
  /// `scratchCount` vectors; what `forward` leaves there, `backward` finds.
  public let scratch: UnsafeMutablePointer<Lanes<Scalar>>
}

/// The contributions of all groups of a batch to one layer's gradient, and where their sum goes.
public struct ContributionSum<Scalar: LaneScalar> {
  /// The rows to compute; other threads compute the others.
  public let rows: Range<Int>
  /// The contribution of the first group; a layer may use the memory of its rows to sum in.
  public let contributions: UnsafeMutablePointer<Scalar>
  /// The distance in scalars from one group's contribution to the next group's.
  public let stride: Int
  /// The number of groups.
  public let groups: Int
  /// The layer's gradient: weights, row by row, then biases.
  public let gradient: UnsafeMutablePointer<Scalar>
}

extension LayerPass {
  /// The contribution as vectors.
  var contributionLanes: UnsafeMutablePointer<Lanes<Scalar>> {
    UnsafeMutableRawPointer(contribution).assumingMemoryBound(to: Lanes<Scalar>.self)
  }
}

extension ContributionSum {
  /// The contribution of a group as vectors.
  func lanes(ofGroup group: Int) -> UnsafeMutablePointer<Lanes<Scalar>> {
    UnsafeMutableRawPointer(contributions + group * stride)
      .assumingMemoryBound(to: Lanes<Scalar>.self)
  }
}
