/// The mean and spread of each channel, by which a network's inputs are centred and scaled.
///
/// An input is `(byte / 255 - mean) / standardDeviation`.
public struct ChannelNormalization: Sendable, Hashable, Codable {
  /// The mean of each channel, in units of 255.
  public let mean: [Double]

  /// The population standard deviation of each channel, in units of 255: 0 if all its values are
  /// the same.
  public let standardDeviation: [Double]

  /// Takes over numbers that were measured before, one of each for each channel.
  public init(mean: [Double], standardDeviation: [Double]) {
    precondition(mean.count == standardDeviation.count, "Every channel has a mean and a spread.")
    self.mean = mean
    self.standardDeviation = standardDeviation
  }

  /// The factor of each channel: `1 / standardDeviation`, but 1 where that is 0, so that a channel
  /// whose values are all the same becomes 0 instead of NaN.
  public var scale: [Double] {
    standardDeviation.map { $0 > 0 ? 1 / $0 : 1 }
  }

  /// The network's input for one byte: `(byte / 255 - mean) · scale`.
  public func normalized(_ byte: UInt8, channel: Int) -> Double {
    (Double(byte) / 255 - mean[channel]) * scale[channel]
  }
}

extension ChannelNormalization {
  /// Measures the expanded images: the zeros of the padding count.
  ///
  /// With n values v of a channel, `mean = Σv / 255n` and
  /// `standardDeviation = √(n Σv² - (Σv)²) / 255n`. The sums are whole numbers and exact, as is the
  /// difference under the root, so that nothing cancels.
  ///
  /// - Parameter images: At least one image.
  public init(measuring images: LabeledImages) {
    precondition(images.count > 0, "There is no mean of no images.")
    let sums = ByteSums.perChannel(of: images)
    let valueCount = images.count * images.shape.planeSize
    let scale = 255 * Double(valueCount)
    let means = sums.map { Double($0.sum) / scale }
    let deviations = sums.map { sums in
      let difference =
        UInt128(valueCount) * UInt128(sums.squares) - UInt128(sums.sum) * UInt128(sums.sum)
      return Double(difference).squareRoot() / scale
    }
    let copies = images.shape.channels / sums.count
    self.init(
      mean: (0..<copies).flatMap { _ in means },
      standardDeviation: (0..<copies).flatMap { _ in deviations })
  }
}

/// The exact sums over the bytes of one channel.
private struct ByteSums {
  var sum: UInt64 = 0
  var squares: UInt64 = 0

  /// The sums of each stored channel; zeros around an image would add nothing.
  static func perChannel(of images: LabeledImages) -> [ByteSums] {
    let channels = images.storedShape.channels
    let planeSize = images.storedShape.planeSize
    var sums = [ByteSums](repeating: ByteSums(), count: channels)
    images.pixels.withUnsafeBufferPointer { pixels in
      for plane in 0..<images.count * channels {
        let start = plane * planeSize
        sums[plane % channels].add(
          UnsafeBufferPointer(rebasing: pixels[start..<start + planeSize]))
      }
    }
    return sums
  }

  /// Adds a plane in blocks whose 32-bit sums cannot overflow (255² · 2¹⁶ < 2³²): these loops become
  /// vector code, which makes measuring 47 MB a matter of milliseconds.
  private mutating func add(_ plane: UnsafeBufferPointer<UInt8>) {
    let blockSize = 1 << 16
    for start in stride(from: 0, to: plane.count, by: blockSize) {
      var blockSum: UInt32 = 0
      var blockSquares: UInt32 = 0
      for index in start..<min(start + blockSize, plane.count) {
        let value = UInt32(plane[index])
        blockSum &+= value
        blockSquares &+= value &* value
      }
      sum += UInt64(blockSum)
      squares += UInt64(blockSquares)
    }
  }
}
