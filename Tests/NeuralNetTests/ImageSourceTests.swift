import NeuralNet
import Testing

@Suite struct ImageSourceTests {
  /// `x = (byte / 255 - mean) · scale`, with zeros around the image and its one channel repeated.
  @Test func smallGreyImagesArePaddedRepeatedAndNormalised() {
    let count = 5
    let pixels = (0..<count * 12).map { UInt8($0 * 4) }
    let mean = [0.1, 0.2, 0.3]
    let scale = [2.0, 3.0, 4.0]
    let source = ImageSource<Float>(
      pixels: pixels, labels: [4, 3, 2, 1, 0], storedShape: [1, 3, 4], shape: [3, 7, 8],
      mean: mean, scale: scale)
    let order = [3, 0, 4]
    let input = UnsafeMutablePointer<Lanes<Float>>.allocate(capacity: 3 * 7 * 8)
    let target = UnsafeMutablePointer<Lanes<Float>>.allocate(capacity: 1)
    defer {
      input.deallocate()
      target.deallocate()
    }
    target.initialize(to: .zero)
    source.load(order[...], input: input, target: target)
    for (lane, image) in order.enumerated() {
      #expect(target[0][lane] == Float(4 - image))
      for channel in 0..<3 {
        for row in 0..<7 {
          for column in 0..<8 {
            let isInside = (2..<5).contains(row) && (2..<6).contains(column)
            let byte = isInside ? pixels[image * 12 + (row - 2) * 4 + column - 2] : 0
            let expected = (Double(byte) / 255 - mean[channel]) * scale[channel]
            let found = input[(channel * 7 + row) * 8 + column][lane]
            #expect(abs(Double(found) - expected) < 1e-6)
          }
        }
      }
    }
  }
}
