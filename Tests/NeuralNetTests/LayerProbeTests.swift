import NeuralNet
import Testing

/// Units with known sums, looked at from the side.
@Suite struct LayerProbeTests {
  private let source = ArraySource<Float>(
    inputs: Array(repeating: [1, 2], count: 19), targets: Array(repeating: [0], count: 19))

  /// The fraction of outputs of layer 2, an activation whose inputs are `sums` for every sample.
  private func fraction(
    of sums: [Float], _ activation: Activation, _ property: LayerProbe.Property
  ) throws -> Double {
    let network = try Network.mlp(
      input: [2], hidden: [sums.count], activation: activation, outputs: 1)
    var parameters = Parameters<Float>(zerosFor: network)
    let bias = try #require(network.parameterSlots.first { $0.name == "fc1.bias" })
    parameters.values.replaceSubrange(bias.range, with: sums)
    let probe = try #require(LayerProbe(of: network, layer: 2, property: property, threads: 1))
    #expect(probe.layer == "\(activation.rawValue)1")
    let fraction = probe.fraction(of: Array(0..<19)[...], from: source, at: parameters)
    #expect(probe.finds(in: Array(0..<19)[...], from: source, at: parameters) == (fraction > 0))
    return fraction
  }

  /// The sigmoid is saturated beyond ±4.6, the hyperbolic tangent beyond ±2.3.
  @Test func saturationIsTheFractionOfUnitsAtTheirEnds() throws {
    let sigmoid = try #require(Activation.sigmoid.saturation)
    #expect(try fraction(of: [0, 4, 5, -5], .sigmoid, sigmoid) == 0.5)
    let tanh = try #require(Activation.tanh.saturation)
    #expect(try fraction(of: [0, 2, 2.5, -2.5], .tanh, tanh) == 0.5)
    #expect(Activation.relu.saturation == nil)
  }

  @Test func onlyWhatIsNotZeroIsFound() throws {
    #expect(try fraction(of: [0, -1, 1e-30, .nan], .relu, .nonzero) == 0.5)
    #expect(try fraction(of: [0, -1], .relu, .nonzero) == 0)
  }

  @Test func onlyWhatIsNotFiniteIsFound() throws {
    #expect(try fraction(of: [0, 3e38, .nan, .infinity], .relu, .nonfinite) == 0.5)
    #expect(try fraction(of: [0, 3e38], .relu, .nonfinite) == 0)
  }

  @Test func aLayerThatOnlyPassesOnTheInputHasNoProbe() throws {
    let network = try Network.mlp(input: [2], hidden: [], activation: .relu, outputs: 1)
    #expect(LayerProbe(of: network, layer: 0, property: .nonzero, threads: 1) == nil)
  }
}
