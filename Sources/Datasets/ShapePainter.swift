import Randomness

/// Paints one shape after the other, each at a random place, in a random size, tilt and bright
/// colour, on a ground of a random dark colour, under noise.
///
/// Only operations that IEEE 754 rounds exactly are used (no sine), so that a seed gives the same
/// bytes on every machine.
struct ShapePainter {
  private var random: SeededGenerator
  private static let shape = ImageShape.network

  init(random: SeededGenerator) {
    self.random = random
  }

  /// Paints `count` images, the classes in turn: every prefix is balanced, and the same for any
  /// `count`.
  mutating func paint(_ count: Int) -> LabeledImages {
    let classes = Shape.allCases
    var pixels: [UInt8] = []
    pixels.reserveCapacity(count * Self.shape.size)
    var labels: [UInt8] = []
    for index in 0..<count {
      let label = index % classes.count
      labels.append(UInt8(label))
      paint(classes[label], on: &pixels)
    }
    return LabeledImages(storedShape: Self.shape, pixels: pixels, labels: labels)
  }

  private mutating func paint(_ shape: Shape, on pixels: inout [UInt8]) {
    let covered = placed(shape)
    let (ground, ink) = colours()
    let noise = 8 + random.nextIndex(below: 57)
    for channel in 0..<Self.shape.channels {
      for start in stride(from: 0, to: covered.count, by: 8) {
        var word = random.next()
        for place in start..<start + 8 {
          // A whole number in -noise ... noise, from one random byte.
          let offset = Int(word & 0xFF) * (2 * noise + 1) / 256 - noise
          let colour = covered[place] ? ink[channel] : ground[channel]
          pixels.append(UInt8(clamping: colour + offset))
          word >>= 8
        }
      }
    }
  }

  /// Which points of a plane the shape covers, somewhere where it fits as a whole.
  private mutating func placed(_ shape: Shape) -> [Bool] {
    let side = Double(Self.shape.width)
    let radius = random.nextUniform(from: 7, to: 14)
    let centreRow = random.nextUniform(from: radius, to: side - radius)
    let centreColumn = random.nextUniform(from: radius, to: side - radius)
    // The tangent of half the tilt, up to 10 degrees; sine and cosine follow by division.
    let tangent = random.nextUniform(from: -0.0875, to: 0.0875)
    let cosine = (1 - tangent * tangent) / (1 + tangent * tangent) / radius
    let sine = 2 * tangent / (1 + tangent * tangent) / radius

    var covered: [Bool] = []
    covered.reserveCapacity(Self.shape.planeSize)
    for row in 0..<Self.shape.height {
      let down = Double(row) + 0.5 - centreRow
      for column in 0..<Self.shape.width {
        let right = Double(column) + 0.5 - centreColumn
        covered.append(
          shape.covers(cosine * right + sine * down, cosine * down - sine * right))
      }
    }
    return covered
  }

  /// A dark colour for the ground and a bright one for the shape: a wider choice would make plain
  /// gradient descent at usual rates stumble for many epochs over the brightness of whole images.
  private mutating func colours() -> (ground: [Int], ink: [Int]) {
    let ground = (0..<Self.shape.channels).map { _ in random.nextIndex(below: 32) }
    let ink = (0..<Self.shape.channels).map { _ in 128 + random.nextIndex(below: 128) }
    return (ground, ink)
  }
}
