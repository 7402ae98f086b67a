import Foundation
import TestSupport
import Testing

@testable import Provenance

@Suite struct GitStateTests {
  private let commit = "72c572a0c1d2e3f405162738495a6b7c8d9e0f11"

  @Test func aCleanBranchHasHeadersOnly() throws {
    let text = """
      # branch.oid \(commit)
      # branch.head main
      # branch.upstream origin/main
      # branch.ab +0 -0

      """
    let state = try #require(GitState(statusText: text))
    #expect(state.commit == commit)
    #expect(!state.isDirty)
  }

  @Test(arguments: [
    "1 .M N... 100644 100644 100644 5716ca5 5716ca5 README.md",
    "2 R. N... 100644 100644 100644 5716ca5 5716ca5 R100 b\ta",
    "u UU N... 100644 100644 100644 100644 5716ca5 5716ca5 5716ca5 a",
  ])
  func everyOtherLineIsAChange(line: String) throws {
    let state = try #require(
      GitState(statusText: "# branch.oid \(commit)\n# branch.head (detached)\n\(line)\n"))
    #expect(state.commit == commit)
    #expect(state.isDirty)
  }

  @Test(arguments: ["", "# branch.head main\n", "# branch.oid (initial)\n# branch.head main\n"])
  func withoutACommitThereIsNoState(text: String) {
    #expect(GitState(statusText: text) == nil)
  }

  @Test func outsideOfARepositoryThereIsNoState() async throws {
    let folder = try TemporaryFolder()
    #expect(await GitState.of(folder.url.path) == .none)
    #expect(await GitState.of(folder.path("missing")) == .none)
  }
}
