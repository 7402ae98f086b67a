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

/// Labelled images held as bytes, expanded and normalised as the engine asks for them:
/// `x = (byte / 255 - mean[c]) · scale[c]`.
///
/// A stored image may be smaller than the network's input: zeros (before normalisation) are added
/// around it, and a single stored channel is repeated.
public struct ImageSource<Scalar: LaneScalar>: SampleSource {
  private let pixels: [UInt8]
  private let labels: [UInt8]
  private let storedShape: [Int]
  private let shape: [Int]
  private let scale: [Scalar]
  private let shift: [Scalar]

  /// Takes `count` images.
  /// - Parameters:
  ///   - pixels: Bytes of shape `[count] + storedShape`.
  ///   - labels: One class number an image.
  ///   - storedShape: `[channels, height, width]` of the bytes.
  ///   - shape: `[channels, height, width]` of what comes out.
  ///   - mean: What is subtracted from each channel of `shape`, after division by 255.
  ///   - scale: What each channel is then multiplied by.
  public init(
    pixels: [UInt8], labels: [UInt8], storedShape: [Int], shape: [Int],
    mean: [Double], scale: [Double]
  ) {
    require(
      pixels.count == labels.count * storedShape.valueCount,
      "Each label belongs to an image of shape \(storedShape).")
    require(
      storedShape.count == 3 && shape.count == 3 && mean.count == shape[0]
        && scale.count == shape[0] && (storedShape[0] == 1 || storedShape[0] == shape[0])
        && storedShape[1] <= shape[1] && storedShape[2] <= shape[2],
      "Images of shape \(storedShape) cannot be expanded to \(shape).")
    self.pixels = pixels
    self.labels = labels
    self.storedShape = storedShape
    self.shape = shape
    self.scale = scale.map { Scalar($0 / 255) }
    shift = zip(mean, scale).map { Scalar(-$0 * $1) }
  }

  public var count: Int { labels.count }

  public func load(
    _ samples: ArraySlice<Int>,
    input: UnsafeMutablePointer<Lanes<Scalar>>, target: UnsafeMutablePointer<Lanes<Scalar>>
  ) {
    pixels.withUnsafeBufferPointer { pixels in
      guard let start = pixels.baseAddress else { return }
      var images = samples.map { start + $0 * storedShape.valueCount }
      // Lanes without a sample repeat the last one: what they hold does not matter.
      while let last = images.last, images.count < groupSize { images.append(last) }
      images.withUnsafeBufferPointer { expand($0, into: input) }
    }
    for (lane, sample) in samples.enumerated() { target[0][lane] = Scalar(labels[sample]) }
  }

  @specialized(where Scalar == Float)
  private func expand(
    _ images: UnsafeBufferPointer<UnsafePointer<UInt8>>,
    into input: UnsafeMutablePointer<Lanes<Scalar>>
  ) {
    let plane = shape[1] * shape[2]
    let (storedHeight, storedWidth) = (storedShape[1], storedShape[2])
    let (top, left) = ((shape[1] - storedHeight) / 2, (shape[2] - storedWidth) / 2)
    if storedHeight < shape[1] || storedWidth < shape[2] {
      for channel in 0..<shape[0] {
        (input + channel * plane).update(repeating: Lanes(repeating: shift[channel]), count: plane)
      }
    }
    // A stored grey channel becomes all the channels that come out.
    let copies = shape[0] / storedShape[0]
    for stored in 0..<storedShape[0] {
      for row in 0..<storedHeight {
        let source = (stored * storedHeight + row) * storedWidth
        let target = input + stored * plane + (top + row) * shape[2] + left
        // Sixteen columns at a time; the last ones may be written twice.
        for column in stride(from: 0, to: storedWidth, by: groupSize) {
          let first = max(0, min(column, storedWidth - groupSize))
          let columns = bytes(of: images, at: source + first, count: min(groupSize, storedWidth))
          for k in 0..<min(groupSize, storedWidth) {
            let values = Lanes<Scalar>(columns[k])
            for channel in stored..<stored + copies {
              target[(channel - stored) * plane + first + k] = Lanes(repeating: shift[channel])
                .addingProduct(values, Lanes(repeating: scale[channel]))
            }
          }
        }
      }
    }
  }

  /// Vector `k` holds the byte at `position + k` of each image, for `count` bytes, 16 at most.
  @inline(__always)
  private func bytes(
    of images: UnsafeBufferPointer<UnsafePointer<UInt8>>, at position: Int, count: Int
  ) -> InlineArray<16, SIMD16<UInt8>> {
    var tile = InlineArray<16, SIMD16<UInt8>>(repeating: .zero)
    for lane in 0..<groupSize {
      let start = images[lane] + position
      if count == groupSize {
        tile[lane] = UnsafeRawPointer(start).loadUnaligned(as: SIMD16<UInt8>.self)
      } else {
        for k in 0..<count { tile[lane][k] = start[k] }
      }
    }
    transpose(&tile)
    return tile
  }
}
