import Foundation
import Recipes
import TestSupport
import Testing

/// The commands of the article on the recipes print what it says they print.
@Suite struct RecipeDocumentationTests {
  /// A command line and the lines that follow it.
  struct Example: Sendable {
    let command: String
    var output: [String] = []
  }

  /// The blocks marked `console`: each is a fresh folder, in which its commands run in turn.
  static let blocks: [[Example]] = {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../Sources/Recipes/Recipes.docc/Recipes.md")
    let text = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
    return text.matches(of: #/(?ms)^```console\n(.*?)^```/#).map { block in
      var examples: [Example] = []
      for line in block.output.1.split(separator: "\n") {
        if line.hasPrefix("$ ") {
          examples.append(Example(command: String(line.dropFirst(2))))
        } else if !examples.isEmpty {
          examples[examples.count - 1].output.append(String(line))
        }
      }
      return examples
    }
  }()

  @Test(arguments: TestScope.some(blocks))
  func whatIsPrintedIsWhatIsDocumented(block: [Example]) async throws {
    let workplace = try Workplace()
    for example in block {
      let outcome = try await workplace.shell(example.command)
      #expect(outcome.status == .exited(0), "\(example.command): \(outcome.errors)")
      // How long it took is different each time.
      let lines = outcome.lines.filter { !$0.contains(#/^Runs? \d.* after /#) }
      #expect(lines == example.output, "\(example.command)")
    }
  }

  @Test func everyRecipeIsListed() async throws {
    let listed = try await Workplace().tracker(["run"])
    #expect(listed.status == .exited(0))
    let names = listed.lines.dropLast().compactMap {
      $0.split(separator: " ").first.map(String.init)
    }
    #expect(names == allRecipes.map { $0.name })
  }

  @Test func everyRecipeExplainsItsMathematicsInTwoLines() async throws {
    for recipe in allRecipes {
      let help = try await Workplace().tracker(["run", recipe.name, "--help"]).output
      let paragraphs = help.split(separator: "\n\n")
      #expect(paragraphs[0].hasPrefix("OVERVIEW: "))
      #expect(paragraphs[1].split(separator: "\n").count == 2, "\(recipe)")
    }
  }

  @Test func everyRecipeHasAnExample() {
    for recipe in allRecipes {
      let isShown = Self.blocks.joined().contains {
        $0.command.hasPrefix("tracker run \(recipe.name)")
      }
      #expect(isShown, "The article has no example of \(recipe.name)")
    }
  }
}
