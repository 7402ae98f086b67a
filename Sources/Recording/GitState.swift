import Subprocess

/// The commit that a directory is at.
struct GitState: Sendable, Equatable {
  let commit: String
  let isDirty: Bool

  /// Asks git; nil where there is no git, no repository or no commit.
  static func of(_ directory: String) async -> GitState? {
    // A tracker must run without git too, so that a failure is an answer here.
    let result = try? await run(
      .name("git"),
      arguments: [
        // Only looks: takes no lock, which could disturb a commit made at the same moment.
        "--no-optional-locks", "-C", directory, "status", "--porcelain=v2", "--branch",
        "--untracked-files=no",
      ],
      output: .string(limit: 1 << 24), error: .discarded)
    guard let result, result.terminationStatus.isSuccess else { return nil }
    return GitState(statusText: result.standardOutput)
  }

  /// Reads the output of `git status --porcelain=v2 --branch`: headers start with `#`, and every
  /// other line is a change.
  init?(statusText: String) {
    let lines = statusText.split(separator: "\n")
    let prefix = "# branch.oid "
    guard let line = lines.first(where: { $0.hasPrefix(prefix) }) else { return nil }
    commit = String(line.dropFirst(prefix.count))
    guard commit != "(initial)" else { return nil }
    isDirty = lines.contains { !$0.hasPrefix("#") }
  }
}
