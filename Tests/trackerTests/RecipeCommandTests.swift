import Foundation
import TestSupport
import Testing

/// The recipes but the image ones, as a person would run them.
@Suite struct RecipeCommandTests {
  @Test(
    arguments: TestScope.some([
      (["adaline", "--weights", "1,2"], "--weights must be 3 numbers"),
      (["adaline", "--gate", "majority", "--weights", "-1,1,1"], "--weights must be 4 numbers"),
      (["adaline", "--weights", "1,x,3"], "--weights"),
      (["adaline", "--weights", "1,nan,3"], "--weights"),
      (["adaline", "--weights", "1,,3"], "--weights"),
      (["adaline", "--weights", ""], "--weights"),
      (["adaline", "--gate", "not"], "majority"),
      (["adaline", "--lr", "-1"], "--lr"),
      (["adaline", "--epochs", "0"], "--epochs"),
      (["madaline", "--hidden", "1,2,3"], "--hidden must be 6 numbers"),
      (["madaline", "--output", "1,1"], "--output must be 3 numbers"),
      (["madaline", "--gate", "majority", "--output", "1,1,1"], "--hidden"),
      (["madaline", "--seeds", "0"], "--seeds"),
      (["madaline", "--seeds", "2", "--output", "1,1,1"], "--seeds"),
      (["backprop", "--hidden", "0"], "--hidden"),
      (["backprop", "--outputs", "2"], "--data"),
      (["backprop", "--lr", "nan"], "--lr"),
      (["convolution", "--stride", "0"], "--stride"),
      (["convolution", "--padding", "-1"], "--padding"),
      (["convolution", "--shape-rule", "--input", "x.csv"], "--shape-rule"),
      (["lms", "--lr", "0.1,0"], "--lr"),
      (["lms", "--lr", "-0.1"], "--lr"),
      (["lms", "--lr", "0.1;0.2"], "--lr"),
      (["lms", "--epochs", "0"], "--epochs"),
      (["lms", "--seed", "9223372036854775808"], "--seed"),
      (["mlp", "--hidden", "12,0"], "--hidden"),
      (["mlp", "--hidden", "12,,8"], "--hidden"),
      (["mlp", "--activation", "step"], "sigmoid"),
    ]))
  func wrongUsageExitsWith64AndWritesNothing(arguments: [String], part: String) async throws {
    let workplace = try Workplace()
    let outcome = try await workplace.tracker(["run"] + arguments)
    #expect(outcome.status == .exited(64))
    #expect(outcome.output == "")
    #expect(outcome.errors.contains(part), "\(outcome.errors)")
    #expect(try workplace.files == [])
  }

  /// A file, the command that reads it, and what is said about it.
  @Test(
    arguments: TestScope.some([
      ("1,2,3,4\n1,2,3\n", ["lms", "--data"], "line 2: column 4 is missing"),
      ("1,2,3,4\n1,2,3,4,5\n", ["lms", "--data"], "line 2: column 5 is extra"),
      ("x0,x1,x2\n1,2,3\n", ["lms", "--data"], "line 1: column 4 is missing"),
      ("1,2,x,4\n", ["lms", "--data"], "line 1, column 3"),
      ("1,2,3,4\n1,2,,4\n", ["lms", "--data"], "line 2, column 3 is empty"),
      ("1,2,3,4\n1,nan,3,4\n", ["lms", "--data"], "line 2, column 2"),
      ("1,2,3,4\n1,2,3,inf\n", ["lms", "--data"], "line 2, column 4"),
      ("", ["lms", "--data"], "is empty"),
      ("1,2,3,4\n", ["lms", "--data"], "do not determine"),
      ("0,1,1\n1,0,2\n", ["backprop", "--data"], "line 2, column 3"),
      ("0\n1\n", ["backprop", "--data"], "column 2 is missing"),
      ("0,1,1\n1,x,1\n", ["backprop", "--data"], "line 2, column 2"),
      ("", ["convolution", "--input"], "is empty"),
      ("1,2\n3\n", ["convolution", "--input"], "line 2: column 2 is missing"),
      ("a,b\n1,2\n", ["convolution", "--kernel"], "line 1, column 1"),
      ("1,2\n3,4\n", ["convolution", "--padding", "0", "--input"], "kernel of 3 x 3"),
    ]))
  func badFilesAreNamedWithThePlaceAndLeaveNothing(
    text: String, arguments: [String], part: String
  ) async throws {
    let workplace = try Workplace()
    try Data(text.utf8).write(to: workplace.file("bad.csv"))
    let outcome = try await workplace.tracker(["run"] + arguments + ["bad.csv"])
    #expect(outcome.status == .exited(1))
    #expect(outcome.output == "")
    #expect(outcome.errors.hasPrefix("Error: "))
    #expect(outcome.errors.contains(part), "\(outcome.errors)")
    #expect(outcome.errors.contains("\nTry: "))
    #expect(try workplace.files == ["bad.csv"])
  }

  @Test func aMissingFileIsNamed() async throws {
    let workplace = try Workplace()
    let outcome = try await workplace.tracker(["run", "lms", "--data", "nowhere.csv"])
    #expect(outcome.status == .exited(1))
    #expect(outcome.errors.contains("nowhere.csv"))
    #expect(try workplace.files == [])
  }

  @Test func eachRunOfOneCommandIsAnObjectOnALine() async throws {
    let workplace = try Workplace()
    let outcome = try await workplace.tracker(["run", "lms", "--json"])
    #expect(outcome.errors == "")
    let runs = try outcome.lines.map {
      try #require(JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
    #expect(runs.map { $0["run"] as? Int } == [1, 2, 3, 4, 5])
    #expect(runs.last?["final_train_loss"] as? String == "Infinity")
    let metrics = try #require(runs.first?["metrics"] as? [String: Any])
    #expect(metrics.keys.contains("wiener/loss"))
  }

  @Test func quietRunsPrintNothing() async throws {
    let workplace = try Workplace()
    for recipe in ["adaline", "madaline", "backprop", "convolution", "lms"] {
      let outcome = try await workplace.tracker(["run", recipe, "--quiet"])
      #expect(outcome.status == .exited(0))
      #expect(outcome.output + outcome.errors == "")
    }
    let recipes = try workplace.database().runs(seenFrom: .current(), at: Date()).map(\.recipe)
    #expect(recipes.count == 9)
    #expect(Set(recipes) == ["adaline", "madaline", "backprop", "convolution", "lms"])
  }

  @Test func artifactsAreListedAndWritten() async throws {
    let workplace = try Workplace()
    _ = try await workplace.tracker(["run", "convolution", "--quiet"])
    let list = try await workplace.tracker(["export", "artifact", "1", "--format", "csv"])
    #expect(list.lines.count == 4)
    let file = try await workplace.tracker(["export", "artifact", "1", "output.csv", "-o", "o.csv"])
    #expect(file.output == "o.csv\n")
    let text = try String(contentsOf: workplace.file("o.csv"), encoding: .utf8)
    #expect(text.hasPrefix("0.0,0.0,-0.25,-0.5,1.75,-0.5,-0.25,0.0,0.0\n"))
    let missing = try await workplace.tracker(["export", "artifact", "1", "nothing"])
    #expect(missing.status == .exited(1))
    #expect(missing.errors.contains("output.csv"))
  }
}
