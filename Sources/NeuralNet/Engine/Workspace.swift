import CProcessor
import Dispatch

/// The buffers that one thread needs to take a group of samples through a network and back.
final class Workspace<Scalar: LaneScalar> {
  let network: Network
  /// What is computed for each node, if anything.
  private let layers: [(any Layer)?]
  let input: AlignedBuffer<Lanes<Scalar>>
  let target: AlignedBuffer<Lanes<Scalar>>
  /// Output of each layer; the buffer before it, where the layer works in place or not at all.
  private(set) var outputs: [AlignedBuffer<Lanes<Scalar>>] = []
  private let scratch: [AlignedBuffer<Lanes<Scalar>>]
  private let gradients: [AlignedBuffer<Lanes<Scalar>>]
  private let targetCount: Int
  /// What each layer took so far on this thread.
  private(set) var times: [LayerTime]

  /// - Parameter keepsOutputs: Gives each layer a buffer of its own, so that every output can be
  ///   looked at afterwards.
  init(network: Network, targetCount: Int, keepsOutputs: Bool) {
    func buffer(_ count: Int) -> AlignedBuffer<Lanes<Scalar>> {
      AlignedBuffer(repeating: .zero, count: count)
    }
    self.network = network
    layers = keepsOutputs ? network.nodes.map(\.layer) : network.fusedLayers
    self.targetCount = targetCount
    input = buffer(network.inputShape.valueCount)
    target = buffer(targetCount)
    for (node, layer) in zip(network.nodes, layers) {
      let reused = (layer?.worksInPlace ?? true) && !keepsOutputs
      outputs.append(reused ? outputs.last ?? input : buffer(node.outputShape.valueCount))
    }
    scratch = network.nodes.map { buffer($0.layer.scratchCount(inputShape: $0.inputShape)) }
    let largest = network.nodes.map(\.outputShape.valueCount).max() ?? 0
    gradients = [buffer(largest), buffer(largest)]
    times = Array(repeating: LayerTime(), count: network.nodes.count)
  }

  /// Fills input and target with a group of samples.
  @specialized(where Scalar == Float)
  func load(_ samples: ArraySlice<Int>, from source: any SampleSource<Scalar>) {
    if samples.count < groupSize {
      input.base.update(repeating: .zero, count: network.inputShape.valueCount)
      target.base.update(repeating: .zero, count: targetCount)
    }
    source.load(samples, input: input.base, target: target.base)
  }

  /// Takes the group through all layers.
  @specialized(where Scalar == Float)
  func forward(_ parameters: UnsafePointer<Scalar>) {
    for (index, layer) in layers.enumerated() {
      guard let layer else { continue }
      let pass = pass(index, parameters: parameters)
      measure(index, \.forward) { layer.forward(pass) }
    }
  }

  /// Computes the losses of the group from the last layer's output, and their gradient.
  @specialized(where Scalar == Float)
  func evaluate(_ loss: any Loss) -> GroupLoss {
    loss.evaluate(
      LossPass(
        outputCount: network.outputShape.valueCount,
        output: outputs.last?.base ?? input.base, target: target.base,
        outputGradient: gradients[0].base))
  }

  /// Makes the gradient that of the batch's mean loss, and zero in lanes without a sample.
  @specialized(where Scalar == Float)
  func scaleGradient(by factor: Scalar, sampleCount: Int) {
    let gradient = gradients[0].base
    for index in 0..<network.outputShape.valueCount {
      gradient[index] *= factor
      for lane in sampleCount..<groupSize { gradient[index][lane] = .zero }
    }
  }

  /// Takes the gradient back to the first layer with parameters.
  /// - Parameter partialGradients: Where layer `k` writes, from `offsets[k]` on.
  @specialized(where Scalar == Float)
  func backward(
    _ parameters: UnsafePointer<Scalar>, partialGradients: UnsafeMutablePointer<Scalar>,
    offsets: [Int]
  ) {
    guard let first = network.nodes.firstIndex(where: { !$0.parameters.isEmpty }) else { return }
    var current = 0
    for index in stride(from: network.nodes.count - 1, through: first, by: -1) {
      guard let layer = layers[index] else { continue }
      let next = layer.worksInPlace ? current : 1 - current
      let pass = pass(
        index, parameters: parameters, inputGradient: index > first ? gradients[next].base : nil,
        outputGradient: gradients[current].base, partialGradient: partialGradients + offsets[index])
      measure(index, \.backward) { layer.backward(pass) }
      current = next
    }
  }

  /// Does a part of a layer's work and adds the time that it took.
  func measure(
    _ layer: Int, _ part: WritableKeyPath<LayerTime, UInt64>, _ work: () -> Void
  ) {
    let began = DispatchTime.now().uptimeNanoseconds
    work()
    times[layer][keyPath: part] += DispatchTime.now().uptimeNanoseconds - began
  }

  private func pass(
    _ index: Int, parameters: UnsafePointer<Scalar>,
    inputGradient: UnsafeMutablePointer<Lanes<Scalar>>? = nil,
    outputGradient: UnsafeMutablePointer<Lanes<Scalar>>? = nil,
    partialGradient: UnsafeMutablePointer<Scalar>? = nil
  ) -> LayerPass<Scalar> {
    let node = network.nodes[index]
    // A forward pass looks at no gradient: any address will do.
    return LayerPass(
      inputShape: node.inputShape, outputShape: node.outputShape,
      input: index == 0 ? input.base : outputs[index - 1].base, output: outputs[index].base,
      inputGradient: inputGradient, outputGradient: outputGradient ?? gradients[0].base,
      parameters: parameters + node.parameters.lowerBound,
      partialGradient: partialGradient
        ?? UnsafeMutableRawPointer(gradients[0].base).assumingMemoryBound(to: Scalar.self),
      scratch: scratch[index].base)
  }
}

/// Memory for scalars or vectors, zero at first, that lives as long as this object.
///
/// It starts at a multiple of 64 bytes, the size of a cache line and of the widest register. What is large lies
/// in large pages: a convolution reads from so many places at once that the processor would look up small ones
/// again and again.
final class AlignedBuffer<Element> {
  let base: UnsafeMutablePointer<Element>

  private static var largePage: Int { 2 << 20 }

  init(repeating value: Element, count: Int) {
    let byteCount = max(count, 1) * MemoryLayout<Element>.stride
    let bytes: UnsafeMutableRawPointer
    if byteCount < Self.largePage {
      bytes = .allocate(byteCount: byteCount, alignment: 64)
    } else {
      let whole = byteCount.dividedUp(by: Self.largePage) * Self.largePage
      bytes = .allocate(byteCount: whole, alignment: Self.largePage)
      processor_prefer_large_pages(bytes, whole)
    }
    base = bytes.initializeMemory(as: Element.self, repeating: value, count: count)
  }

  deinit { UnsafeMutableRawPointer(base).deallocate() }
}
