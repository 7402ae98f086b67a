import Foundation
import NeuralNet
import RunStore
import Testing

@testable import Recipes

@Suite struct ConvolutionTests {
  /// The result that the report prints.
  private let expected: [[Double]] = [
    [0, 0, -0.25, -0.5, 1.75, -0.5, -0.25, 0, 0],
    [-0.25, -0.5, 1.5, 1.25, 1, 1.25, 1.5, -0.5, -0.25],
    [1.75, 1.5, 1, 1, 1, 1, 1, 1.5, 1.75],
    [-0.25, -0.5, 1.5, 1.25, 1, 1.25, 1.5, -0.5, -0.25],
    [0, 0, -0.25, -0.5, 1.75, -0.5, -0.25, 0, 0],
  ]

  @Test func sharpeningGivesTheReportsMatrix() async throws {
    let log = try await Logbook()
    let result = try ConvolutionRecipe().run(in: log.context)
    #expect(result.found == .output(expected))
    let artifacts = try log.database().artifacts(ofRun: result.outcome.run)
    #expect(artifacts.map(\.name) == ["input.csv", "kernel.csv", "output.csv"])
    let text = String(decoding: try #require(artifacts.last).data, as: UTF8.self)
    #expect(text.hasPrefix("0.0,0.0,-0.25,-0.5,1.75,-0.5,-0.25,0.0,0.0\n"))
  }

  @Test func matricesFromFilesMayHaveAnyShape() async throws {
    let log = try await Logbook()
    var recipe = ConvolutionRecipe()
    recipe.input = try log.file("input.csv", "1,2,3,4\n5,6,7,8\n9,10,11,12\n")
    recipe.kernel = try log.file("kernel.csv", "1,-1\n")
    recipe.padding = 0
    recipe.stride = .one(2)
    let result = try recipe.run(in: log.context)
    #expect(result.found == .output([[-1, -1], [-1, -1]]))
  }

  @Test func aKernelLargerThanThePaddedInputIsRefused() async throws {
    let log = try await Logbook()
    var recipe = ConvolutionRecipe()
    recipe.input = try log.file("input.csv", "1,2\n3,4\n")
    recipe.padding = 0
    #expect(throws: RecipeError.kernelTooLarge(kernel: [3, 3], input: [2, 2], padding: 0)) {
      try recipe.run(in: log.context)
    }
    #expect(log.isEmpty)
  }

  /// The networks' layer is the same formula.
  @Test(arguments: [1, 2, 3], [0, 1, 2])
  func shapesAreThoseOfTheNetworks(stride: Int, padding: Int) {
    let input = Matrix(rowCount: 7, columnCount: 6) { Double($0 * 6 + $1) }
    let output = MatrixConvolution(kernel: .sharpening, stride: stride, padding: padding)(input)
    let shape = Convolution(from: 1, to: 1, size: 3, stride: stride, padding: padding)
      .outputShape(for: [1, 7, 6])
    #expect(shape == output.map { [1, $0.rowCount, $0.columnCount] })
  }

  /// The claim 1.5 of the report, and where it fails.
  @Test func aLargerInputNeedNotGiveALargerOutput() async throws {
    let log = try await Logbook()
    var recipe = ConvolutionRecipe()
    recipe.tabulates = true
    recipe.stride = .several([1, 2])
    guard case .shapes(let rule) = try recipe.run(in: log.context).found else {
      Issue.record("The rule is tabulated.")
      return
    }
    let five = try #require(rule.rows.first { $0.input == 5 && $0.stride == 2 })
    let six = try #require(rule.rows.first { $0.input == 6 && $0.stride == 2 })
    #expect((five.output, five.reportOutput) == (2, 2))
    #expect((six.output, six.reportOutput) == (2, 3))
    #expect(six.grows == false)
    #expect(rule.rows.allSatisfy { $0.stride > 1 || $0.grows != false })
  }
}
