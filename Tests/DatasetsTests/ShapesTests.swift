import Testing

@testable import Datasets

@Suite struct ShapesTests {
  @Test func theSameSeedGivesTheSameBytes() {
    let first = ImageDataset.shapes(seed: 1, trainingCount: 40, validationCount: 20)
    #expect(first == ImageDataset.shapes(seed: 1, trainingCount: 40, validationCount: 20))
    let second = ImageDataset.shapes(seed: 2, trainingCount: 40, validationCount: 20)
    #expect(first.training.pixels != second.training.pixels)
    #expect(first.training.pixels(at: 0) != first.validation.pixels(at: 0))
  }

  @Test func theFirstImagesDoNotDependOnTheNumber() {
    let few = ImageDataset.shapes(seed: 3, trainingCount: 10, validationCount: 10)
    let many = ImageDataset.shapes(seed: 3, trainingCount: 50, validationCount: 20)
    #expect(many.training.pixels.starts(with: few.training.pixels))
    #expect(many.validation.pixels.starts(with: few.validation.pixels))
  }

  /// Runs that were logged with these fingerprints can be repeated only while they stay.
  @Test func theImagesOfASeedNeverChange() {
    let dataset = ImageDataset.shapes(seed: 1, trainingCount: 100, validationCount: 50)
    #expect(dataset.training.fingerprint().hash == "6b6642e46c4b9cf8")
    #expect(dataset.validation.fingerprint().hash == "0949bf83023b7fa2")
  }

  @Test func classesAreBalancedAndNamed() {
    let dataset = ImageDataset.shapes(seed: 1, trainingCount: 50, validationCount: 10)
    for label in 0..<10 {
      #expect(dataset.training.labels.count { Int($0) == label } == 5)
    }
    #expect(Set(dataset.classNames).count == 10)
    #expect(dataset.training.shape == ImageShape(channels: 3, height: 32, width: 32))
  }

  /// The shape is drawn brighter than the ground: the covered part shows in the brightness.
  @Test func everyImageShowsAShapeOnAGround() {
    let images = ImageDataset.shapes(seed: 5, trainingCount: 200, validationCount: 1).training
    for index in 0..<images.count {
      let bright = images.pixels(at: index).count { $0 >= 96 }
      #expect((100..<2_000).contains(bright), "image \(index)")
    }
  }

  @Test func shapesCoverWhatTheirNamesSay() {
    let covered = { (right: Double, down: Double) in
      Shape.allCases.filter { $0.covers(right, down) }
    }
    #expect(covered(0, 0) == [.disc, .square, .triangle, .diamond, .plus, .cross, .rows, .columns])
    #expect(covered(0.95, 0) == [.disc, .ring, .diamond, .plus])
    #expect(
      covered(0.7, 0.7) == [.disc, .ring, .square, .frame, .triangle, .cross, .rows, .columns])
    #expect(covered(0, -0.4) == [.disc, .square, .triangle, .diamond, .plus, .columns])
    #expect(covered(1.2, 1.2).isEmpty)
  }
}
