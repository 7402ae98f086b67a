import RunStore
import Testing

@testable import Recipes

/// What the tables of options promise: each recipe is whole in the parameters of its runs.
@Suite struct RecipeOptionTests {
  @Test(arguments: SampleRun.all) func recipesComeBackFromTheirParameters(sample: SampleRun) throws
  {
    func expectReturn<R: Recipe>(of recipe: R) throws {
      let parameters = recipe.parameters
      let stored = StoredParameters(parameters, ofRun: 1, directory: nil)
      let again = try R(stored: stored).completed()
      #expect(again == recipe)
      #expect(again.parameters == parameters)
    }
    try expectReturn(of: sample.recipe())
  }

  @Test func defaultsAreValid() throws {
    for recipe in allRecipes { _ = try recipe.init().completed() }
  }

  @Test func everyValueComesBackAsItWasTyped() throws {
    func expectReturn<Value: OptionValue>(of value: Value) {
      #expect(Value(typed: value.typed) == value, "\(value)")
      #expect(Value(stored: value.stored) == value, "\(value)")
    }
    for number in [0, -1, .max, .min] { expectReturn(of: number) }
    for seed in [0, 1, UInt64.max] { expectReturn(of: seed) }
    for number in [0.1, -0.0, 1e300, .leastNonzeroMagnitude] {
      expectReturn(of: number)
      expectReturn(of: [number, 2])
      expectReturn(of: LearningRates(arrayLiteral: number))
    }
    for gate in Gate.allCases { expectReturn(of: gate) }
    expectReturn(of: [120, -84])
    expectReturn(of: [[1.5, -0.0], [2, 3]])
    #expect([-0.0].stored == "-0.0")
    #expect([1.0, 2.5].stored == "1,2.5")
  }

  @Test(arguments: ["1,nan", "0x10", "1,,2", "", "1;2", "inf"])
  func listsAreOfDecimalNumbers(text: String) {
    #expect([Double](typed: text) == nil)
  }

  /// Runs of before there was the parameter `shape_rule` had several strides only under that rule.
  @Test func oldTablesOfShapesAreKnownByTheirStrides() throws {
    var stored: [String: SQLValue] = ["stride": "1,2", "padding": 0, "input": "report"]
    stored["kernel"] = "report"
    let table = try ConvolutionRecipe(
      stored: StoredParameters(stored, ofRun: 1, directory: nil)
    ).completed()
    #expect(table.tabulates)
    stored["stride"] = 2
    let convolution = try ConvolutionRecipe(
      stored: StoredParameters(stored, ofRun: 1, directory: nil)
    ).completed()
    #expect(!convolution.tabulates && convolution.stride == .one(2))
  }

  @Test func relativeFilesAreThoseOfTheFolderOfTheRun() throws {
    var parameters = LMSRecipe().parameters
    parameters["lr"] = 0.1
    for (stored, expected) in [
      ("x.csv", "/there/x.csv"), ("/x.csv", "/x.csv"), ("~/x.csv", "~/x.csv"), ("generated", nil),
    ] {
      parameters["data"] = .text(stored)
      let recipe = try LMSRecipe(
        stored: StoredParameters(parameters, ofRun: 1, directory: "/there"))
      #expect(recipe.data == expected)
    }
  }
}
