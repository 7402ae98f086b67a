import Foundation

/// The commit that a directory is at.
struct GitState: Sendable, Equatable {
  /// What is known about the commit of a directory.
  enum Answer: Sendable, Equatable {
    /// There is no repository, or no commit in it yet.
    case none
    /// The commit.
    case known(GitState)
    /// There is a repository, but it cannot be asked; why, as a clause: `git took longer than 5 s`.
    case unknown(String)
  }

  let commit: String
  let isDirty: Bool

  /// Asks git about the repository of a directory, unless that belongs to another user.
  /// - Parameters:
  ///   - user: Who must own the repository.
  ///   - limit: How long git may take.
  static func of(
    _ directory: String, user: uid_t = geteuid(), limit: Duration = .seconds(5)
  ) async -> Answer {
    guard let repository = GitRepository(containing: directory) else { return .none }
    if let owner = repository.otherOwner(than: user) {
      return .unknown("the repository belongs to \(userName(owner))")
    }
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    guard let program = GitProcess.find(in: path) else {
      return .unknown("there is a repository, but no program git")
    }
    let process = GitProcess(repository: repository, program: program, limit: limit)
    do {
      guard let text = try await process.status() else {
        return .unknown("git could not read the repository")
      }
      return GitState(statusText: text).map { .known($0) } ?? .none
    } catch is GitTimeout {
      return .unknown("git took longer than \(String(format: "%g", limit / .seconds(1))) s")
    } catch {
      // A tracker must run without git too, so that a failure is an answer here.
      return .unknown("git could not be run")
    }
  }

}

extension GitState {
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

/// The name of a user, or the number of one that the system does not know.
private func userName(_ user: uid_t) -> String {
  guard let entry = getpwuid(user), let name = entry.pointee.pw_name else { return "user \(user)" }
  return String(cString: name)
}
