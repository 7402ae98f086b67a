import Randomness
import Testing

@testable import NeuralNet

/// Equal values, NaN and both zeros in max pooling and ReLU, bit by bit against the rules written down for one
/// sample.
@Suite struct SpecialValuesTests {
  private static let values: [Float] = [.nan, .infinity, 0, -0.0, 1, 1, -1, 2]

  @Test(arguments: [1, 2, 3], [1, 2, 3])
  func poolingOfEqualValuesAndNaNAgrees(size: Int, stride: Int) throws {
    for (height, width) in [(3, 3), (4, 6), (7, 5)] {
      for rectifies in [false, true] {
        let plain = MaxPooling(size: size, stride: stride)
        let layer = rectifies ? plain.rectified : plain
        let shape = [2, height, width]
        let outputShape = try #require(layer.outputShape(for: shape))
        let pass = Pass(layer, shape, outputShape)
        for lane in 0..<groupSize {
          let x = pass.lane(lane, of: pass.input, shape)
          let slopes = pass.lane(lane, of: pass.outputGradient, outputShape)
          var y: [Float] = []
          var dx = [Float](repeating: 0, count: x.count)
          for window in windows(size, stride, shape, outputShape) {
            var largest = x[window[0]]
            for index in window where x[index] > largest || x[index].isNaN { largest = x[index] }
            if rectifies && 0 > largest { largest = 0 }
            let slope = rectifies && !(largest > 0) ? 0 : slopes[y.count]
            if let first = window.first(where: { !(largest > x[$0]) }) { dx[first] += slope }
            y.append(largest)
          }
          #expect(same(pass.lane(lane, of: pass.output, outputShape), y))
          #expect(same(pass.lane(lane, of: pass.inputGradient, shape), dx))
        }
      }
    }
  }

  @Test func reluOfBothZerosAndNaNAgrees() {
    let pass = Pass(Activation.relu, [23], [23])
    for lane in 0..<groupSize {
      let x = pass.lane(lane, of: pass.input, [23])
      let slopes = pass.lane(lane, of: pass.outputGradient, [23])
      #expect(same(pass.lane(lane, of: pass.output, [23]), x.map { 0 > $0 ? 0 : $0 }))
      #expect(
        same(
          pass.lane(lane, of: pass.inputGradient, [23]), zip(x, slopes).map { $0 > 0 ? $1 : 0 }))
    }
  }

  /// The positions of each window, row by row.
  private func windows(
    _ size: Int, _ stride: Int, _ shape: [Int], _ outputShape: [Int]
  ) -> [[Int]] {
    (0..<shape[0]).flatMap { channel in
      (0..<outputShape[1]).flatMap { row in
        (0..<outputShape[2]).map { column in
          (0..<size * size).map {
            (channel * shape[1] + row * stride + $0 / size) * shape[2] + column * stride
              + $0 % size
          }
        }
      }
    }
  }

  /// The same bits; any NaN is like any other.
  private func same(_ first: [Float], _ second: [Float]) -> Bool {
    first.elementsEqual(second) { $0.bitPattern == $1.bitPattern || $0.isNaN && $1.isNaN }
  }

  /// A layer that went forward and backward over special values.
  private final class Pass {
    let input: AlignedBuffer<Lanes<Float>>
    let output: AlignedBuffer<Lanes<Float>>
    let inputGradient: AlignedBuffer<Lanes<Float>>
    let outputGradient: AlignedBuffer<Lanes<Float>>

    init(_ layer: some Layer, _ shape: [Int], _ outputShape: [Int]) {
      input = AlignedBuffer(repeating: .zero, count: shape.valueCount)
      output = AlignedBuffer(repeating: .zero, count: outputShape.valueCount)
      // What was there before does not matter.
      inputGradient = AlignedBuffer(repeating: .one, count: shape.valueCount)
      outputGradient = AlignedBuffer(repeating: .zero, count: outputShape.valueCount)
      var generator = SeededGenerator(seed: 6)
      for lane in 0..<groupSize {
        for index in 0..<shape.valueCount {
          let values = SpecialValuesTests.values
          input.base[index][lane] = values[generator.nextIndex(below: values.count)]
        }
        for index in 0..<outputShape.valueCount {
          outputGradient.base[index][lane] = Float(index + 1)
        }
      }
      let unused = AlignedBuffer<Float>(repeating: 0, count: 1)
      let scratch = AlignedBuffer<Lanes<Float>>(repeating: .zero, count: 1)
      let pass = LayerPass(
        inputShape: shape, outputShape: outputShape, input: input.base, output: output.base,
        inputGradient: inputGradient.base, outputGradient: outputGradient.base,
        parameters: UnsafePointer(unused.base), partialGradient: unused.base,
        scratch: scratch.base)
      layer.forward(pass)
      layer.backward(pass)
      withExtendedLifetime((unused, scratch)) {}
    }

    func lane(_ lane: Int, of buffer: AlignedBuffer<Lanes<Float>>, _ shape: [Int]) -> [Float] {
      (0..<shape.valueCount).map { buffer.base[$0][lane] }
    }
  }
}
