import Datasets
import NeuralNet

extension LabeledImages {
  /// The images as the engine takes them: expanded and normalised batch by batch.
  public func source(normalization: ChannelNormalization) -> ImageSource<Float> {
    ImageSource(
      pixels: pixels, labels: labels, storedShape: storedShape.dimensions,
      shape: shape.dimensions, mean: normalization.mean, scale: normalization.scale)
  }
}

extension ImageShape {
  /// `[channels, height, width]`.
  fileprivate var dimensions: [Int] { [channels, height, width] }
}
