import ArgumentParser
import Datasets
import Foundation
import NeuralNet
import Randomness
import Reporting
import RunStore
import Training

/// `benchmarks load`: reading Fashion-MNIST, and expanding it batch by batch.
struct Load: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "load", abstract: "Reading Fashion-MNIST from gzip, and expanding its images.")

  @OptionGroup var output: OutputOptions

  @Option(name: .customLong("data-dir"), help: "The folder with the four files.")
  var folder = ImageCollection.fashionMNIST.defaultFolder ?? "."

  func run() throws {
    output.print("Machine", machineTable())
    var reading = Double.infinity
    var data = try ImageDataset.fashionMNIST(in: folder)
    for _ in 0..<3 {
      reading = min(reading, try seconds { data = try ImageDataset.fashionMNIST(in: folder) })
    }
    let hashing = seconds { _ = data.training.fingerprint() }
    output.print(
      "Fashion-MNIST, 60,000 + 10,000 images",
      Table(
        columns: ["gzip_to_ready_seconds", "fingerprint_seconds", "expanded_images_per_second"],
        rows: [[.real(reading), .real(hashing), .real(expansionSpeed(data).rounded())]]))
  }

  /// Images a second that one thread expands to 3x32x32 normalised floats, in random order.
  private func expansionSpeed(_ data: ImageDataset) -> Double {
    let source = data.training.source(normalization: data.normalization)
    var generator = SeededGenerator(seed: 1)
    let order = generator.nextPermutation(of: source.count)
    let input = UnsafeMutablePointer<Lanes<Float>>.allocate(capacity: data.training.shape.size)
    let target = UnsafeMutablePointer<Lanes<Float>>.allocate(capacity: 1)
    target.initialize(to: .zero)
    defer {
      input.deallocate()
      target.deallocate()
    }
    let duration = seconds {
      for start in stride(from: 0, to: order.count, by: groupSize) {
        source.load(
          order[start..<min(start + groupSize, order.count)], input: input, target: target)
      }
    }
    return Double(order.count) / duration
  }
}
