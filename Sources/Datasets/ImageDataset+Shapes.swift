import Randomness

extension ImageDataset {
  /// Generates pictures of ten geometric shapes, so that everything runs without any file.
  ///
  /// Positions, sizes, tilts, colours and noise are random, so that no single pixel tells a class.
  /// The same seed gives the same bytes everywhere; the first images do not depend on how many are
  /// made, nor the validation images on the number of training images.
  ///
  /// - Parameters:
  ///   - seed: Different seeds give different images.
  ///   - trainingCount: The number of images to learn from, at least 1.
  ///   - validationCount: The number of images to test with, at least 1.
  public static func shapes(
    seed: UInt64, trainingCount: Int = 10_000, validationCount: Int = 2_000
  ) -> ImageDataset {
    precondition(trainingCount > 0 && validationCount > 0, "Both splits have images.")
    var seeds = SeededGenerator(seed: seed)
    var trainingPainter = ShapePainter(random: SeededGenerator(seed: seeds.next()))
    var validationPainter = ShapePainter(random: SeededGenerator(seed: seeds.next()))
    let collection = ImageCollection.shapes
    return ImageDataset(
      name: collection.rawValue, classNames: collection.classNames,
      training: trainingPainter.paint(trainingCount),
      validation: validationPainter.paint(validationCount))
  }
}
