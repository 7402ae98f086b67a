/// Where the engine gets samples and their targets, a group at a time, on any thread.
public protocol SampleSource<Scalar>: Sendable {
  associatedtype Scalar: LaneScalar

  /// The number of samples.
  var count: Int { get }

  /// Writes sample `samples[n]` into lane `n` of `input` and its target into lane `n` of `target`,
  /// for up to 16 samples. The engine has set lanes without a sample to zero.
  func load(
    _ samples: ArraySlice<Int>,
    input: UnsafeMutablePointer<Lanes<Scalar>>, target: UnsafeMutablePointer<Lanes<Scalar>>)
}
