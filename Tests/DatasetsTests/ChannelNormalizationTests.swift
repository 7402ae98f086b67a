import Testing

@testable import Datasets

@Suite struct ChannelNormalizationTests {
  /// The definition, over floating-point values of the expanded images.
  private func naive(_ images: LabeledImages) -> ChannelNormalization {
    let stored = images.storedShape
    var channels = [[Double]](repeating: [], count: images.shape.channels)
    for index in 0..<images.count {
      let pixels = Array(images.pixels(at: index))
      for channel in 0..<images.shape.channels {
        let plane = stored.channels == 1 ? 0 : channel
        for row in 0..<images.shape.height {
          for column in 0..<images.shape.width {
            let (r, c) = (row - images.padding, column - images.padding)
            let isInside = (0..<stored.height).contains(r) && (0..<stored.width).contains(c)
            let place = (plane * stored.height + r) * stored.width + c
            channels[channel].append(isInside ? Double(pixels[place]) / 255 : 0)
          }
        }
      }
    }
    let means = channels.map { $0.reduce(0, +) / Double($0.count) }
    let deviations = zip(channels, means).map { values, mean in
      (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)).squareRoot()
    }
    return ChannelNormalization(mean: means, standardDeviation: deviations)
  }

  @Test func greyImagesCountTheirPadding() {
    let images = LabeledImages(
      storedShape: ImageShape(channels: 1, height: 28, width: 28), shape: .network,
      pixels: randomBytes(20 * 784, seed: 1), labels: labels(20))
    expectEqual(ChannelNormalization(measuring: images), naive(images))
  }

  @Test func colourImagesAreMeasuredPerChannel() {
    let images = LabeledImages(
      storedShape: .network,
      pixels: randomBytes(10 * 3072, seed: 2).enumerated().map { index, byte in
        index / 1024 % 3 == 1 ? byte / 4 : byte
      }, labels: labels(10))
    expectEqual(ChannelNormalization(measuring: images), naive(images))
  }

  /// 255² times the pixels of one plane exceeds 32 bits.
  @Test func largePlanesDoNotOverflow() {
    let shape = ImageShape(channels: 1, height: 300, width: 300)
    let pixels = [UInt8](repeating: 255, count: 2 * shape.size)
    let images = LabeledImages(storedShape: shape, pixels: pixels, labels: [0, 1])
    let normalization = ChannelNormalization(measuring: images)
    #expect(normalization.mean == [1])
    #expect(normalization.standardDeviation == [0])
  }

  @Test func aConstantChannelBecomesZero() {
    let shape = ImageShape(channels: 1, height: 2, width: 2)
    let images = LabeledImages(
      storedShape: shape, pixels: [UInt8](repeating: 51, count: 4), labels: [0])
    let normalization = ChannelNormalization(measuring: images)
    #expect(normalization.mean == [0.2])
    #expect(normalization.standardDeviation == [0])
    #expect(normalization.scale == [1])
    #expect(normalization.normalized(51, channel: 0) == 0)
  }

  @Test func inputsAreCentredAndScaled() {
    let normalization = ChannelNormalization(mean: [0.5], standardDeviation: [0.25])
    #expect(normalization.normalized(255, channel: 0) == 2)
    #expect(normalization.normalized(0, channel: 0) == -2)
  }

  /// The naive sums round at every step; a million roundings stay far below this tolerance.
  private func expectEqual(_ found: ChannelNormalization, _ expected: ChannelNormalization) {
    #expect(found.mean.count == expected.mean.count)
    for (found, expected) in zip(found.mean, expected.mean) {
      #expect(abs(found - expected) <= 1e-12)
    }
    for (found, expected) in zip(found.standardDeviation, expected.standardDeviation) {
      #expect(abs(found - expected) <= 1e-12)
    }
  }
}
