import Foundation

/// What a working directory has that its commit does not.
public enum GitChanges {
  /// The most bytes of a patch; of larger ones only the files are told.
  static let mostBytes = 4_000_000
  /// The most untracked files that are named.
  static let mostNames = 1_000

  /// The uncommitted changes of the repository that a directory is in, as a patch that `git apply` takes;
  /// files that git does not know are named at its head. Nothing that the repository names is run.
  /// - Parameters:
  ///   - database: The path of the tracker file, which is no change; nor is what SQLite keeps beside it.
  ///   - user: Who must own the repository.
  ///   - limit: How long git may take.
  /// - Returns: nil where nothing is changed, or git cannot say it.
  public static func patch(
    of directory: String, besides database: String? = nil, user: uid_t = geteuid(),
    limit: Duration = .seconds(5)
  ) async -> Data? {
    guard let repository = GitRepository(containing: directory),
      repository.otherOwner(than: user) == nil,
      let process = GitProcess(repository: repository, limit: limit)
    else { return nil }
    // A run starts without its patch rather than not at all.
    return try? await withDeadline(limit) { processes in
      guard let overrides = try await process.overrides(processes) else { return nil }
      let names = try await process.output(
        of: ["ls-files", "--others", "--exclude-standard", "--directory", "-z"], with: overrides,
        processes)
      let file = database.map { URL(fileURLWithPath: $0).resolvingSymlinksInPath().path }
      let own = ["", "-wal", "-shm", "-journal"].compactMap { suffix in file.map { $0 + suffix } }
      let untracked = (names ?? []).split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
        .filter { !own.contains("\(process.repository.workTree)/\($0)") }
      let changes = try await diff(process, overrides, processes)
      guard !untracked.isEmpty || !changes.isEmpty else { return nil }
      return Data(head(untracked).utf8) + changes
    }
  }

  /// The part of a patch that changes files which git knows.
  public static func changes(in patch: Data?) -> String {
    let lines = String(decoding: patch ?? Data(), as: UTF8.self)
      .split(separator: "\n", omittingEmptySubsequences: false)
    return lines.drop { $0.hasPrefix("#") }.joined(separator: "\n")
  }

  private static func head(_ untracked: [String]) -> String {
    guard !untracked.isEmpty else { return "" }
    let named = untracked.prefix(mostNames).map { "#   \($0.replacing("\n", with: "?"))\n" }
    let rest = untracked.count - named.count
    return "# Files that git does not know, which are not in this patch:\n" + named.joined()
      + (rest > 0 ? "#   and \(rest) more\n" : "")
  }

  private static func diff(
    _ process: GitProcess, _ overrides: [[UInt8]], _ processes: ProcessGroups
  ) async throws -> [UInt8] {
    let command = [
      "diff", "HEAD", "--no-color", "--no-ext-diff", "--no-textconv", "--no-renames",
      "--ignore-submodules=all",
    ]
    do {
      return try await process.output(of: command, with: overrides, most: mostBytes, processes)
        ?? []
    } catch is GitTimeout {
      throw GitTimeout()
    } catch {
      let files = try await process.output(
        of: command + ["--numstat"], with: overrides, most: mostBytes, processes)
      let text = String(decoding: files ?? [], as: UTF8.self)
      let lines = text.split(separator: "\n").prefix(mostNames).map { "#   \($0)\n" }
      return Array(
        ("# The changes are larger than \(mostBytes) bytes and not kept; lines added, removed, and file:\n"
          + lines.joined()).utf8)
    }
  }
}
