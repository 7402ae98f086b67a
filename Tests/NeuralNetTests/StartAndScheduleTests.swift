import NeuralNet
import Randomness
import Testing

/// Where a training starts and how its steps shrink, against PyTorch 2.13.
@Suite struct StartAndScheduleTests {
  private func rates(_ schedule: LearningRateSchedule, epochs: Int) -> [Double] {
    (1...epochs).map { schedule.learningRate(base: 0.1, epoch: $0, of: epochs) }
  }

  private func expectClose(_ found: [Double], _ expected: [Double]) {
    #expect(found.count == expected.count)
    for (found, expected) in zip(found, expected) {
      #expect(abs(found - expected) <= 1e-14, "\(found), expected \(expected)")
    }
  }

  /// `CosineAnnealingLR(SGD(lr=0.1), T_max=E)`, as printed.
  @Test func cosineIsPyTorchsCosineAnnealing() {
    expectClose(
      rates(.cosine, epochs: 8),
      [
        0.1, 0.09619397662556434, 0.08535533905932738, 0.0691341716182545, 0.05,
        0.030865828381745515, 0.014644660940672627, 0.0038060233744356634,
      ])
    expectClose(
      rates(.cosine, epochs: 10),
      [
        0.1, 0.09755282581475769, 0.09045084971874738, 0.07938926261462367, 0.06545084971874739,
        0.05, 0.03454915028125264, 0.020610737385376353, 0.009549150281252635,
        0.002447174185242324,
      ])
  }

  /// `MultiStepLR(SGD(lr=0.1), [E/2, 3E/4] rounded up, gamma=0.1)`.
  @Test func stepIsPyTorchsMultiStep() {
    expectClose(
      rates(.step, epochs: 8), [0.1, 0.1, 0.1, 0.1, 0.01, 0.01, 0.001, 0.001])
    expectClose(
      rates(.step, epochs: 10), [0.1, 0.1, 0.1, 0.1, 0.1, 0.01, 0.01, 0.01, 0.001, 0.001])
  }

  @Test func constantStays() {
    expectClose(rates(.constant, epochs: 3), [0.1, 0.1, 0.1])
  }

  /// `torch.nn.init._calculate_fan_in_and_fan_out` of LeNet's weights.
  @Test func fansAreThoseOfPyTorch() throws {
    let fans = try Network.leNet5().parameterSlots.filter { $0.role == "weight" }
      .map { [$0.fanIn, $0.fanOut] }
    #expect(fans == [[75, 150], [150, 400], [400, 120], [120, 84], [84, 10]])
  }

  /// All draw from `-gain · √(3/fan)` to that: `kaiming_uniform_(a=√5)`, the default of `Conv2d` and `Linear`,
  /// with gain `√(2/(1 + 5))`; `kaiming_uniform_(nonlinearity="relu")` with `√2`; `xavier_uniform_` with 1
  /// and the mean of both fans. Biases are within `1/√fanIn`.
  @Test(arguments: Initialization.allCases)
  func weightsAreDrawnFromPyTorchsRanges(initialization: Initialization) throws {
    let network = try Network.leNet5()
    var (generator, same) = (SeededGenerator(seed: 3), SeededGenerator(seed: 3))
    let parameters: Parameters<Double> = initialization.parameters(of: network, using: &generator)
    for slot in network.parameterSlots {
      let (fanIn, fanOut) = (Double(slot.fanIn), Double(slot.fanOut))
      let bound =
        switch (slot.role, initialization) {
        case ("bias", _): 1 / fanIn.squareRoot()
        case (_, .default): (2.0 / 6).squareRoot() * (3 / fanIn).squareRoot()
        case (_, .he): 2.0.squareRoot() * (3 / fanIn).squareRoot()
        case (_, .xavier): (3 / ((fanIn + fanOut) / 2)).squareRoot()
        case (_, .zeroWeights): 0.0
        }
      for value in parameters.values(of: slot) {
        let expected = same.nextUniform(from: -1, to: 1) * bound
        #expect(abs(value - expected) <= 1e-14 * max(1, bound), "\(slot.name)")
      }
    }
  }
}
