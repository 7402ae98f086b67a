import Foundation
import Subprocess
import Synchronization

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
    guard let process = GitProcess(repository: repository, limit: limit) else {
      return .unknown("there is a repository, but no program git")
    }
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

/// Asks git about a repository without running anything that the repository names.
///
/// A repository comes from anywhere, and its configuration names programs: to watch files, to filter
/// them, to fetch what is missing. None of them is run: a training must not execute what happens to lie
/// in the folder that it is started in.
struct GitProcess {
  let repository: GitRepository
  /// The path of git.
  let program: String
  /// How long git may take altogether.
  let limit: Duration

  /// Finds git in `PATH`; nil if it is not there.
  init?(repository: GitRepository, limit: Duration) {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    guard let program = Self.find(in: path) else { return nil }
    (self.repository, self.program, self.limit) = (repository, program, limit)
  }

  /// Where git is; nil if it is nowhere. Places in `PATH` that depend on the working directory do not
  /// count: what lies there came with the repository.
  static func find(in path: String) -> String? {
    path.split(separator: ":").filter { $0.hasPrefix("/") }.map { "\($0)/git" }.first(
      where: isProgram)
  }

  /// The output of `git status` in its second machine-readable form, with its headers.
  /// - Returns: nil if git failed.
  /// - Throws: `GitTimeout`, and what `Subprocess` throws.
  func status() async throws -> String? {
    try await withDeadline(limit) { processes in
      guard let overrides = try await overrides(processes),
        let text = try await output(
          of: [
            "status", "--porcelain=v2", "--branch", "--no-ahead-behind", "--untracked-files=no",
            "--ignore-submodules=all", "--no-renames",
          ], with: overrides, processes)
      else { return nil }
      return String(decoding: text, as: UTF8.self)
    }
  }

  /// The options that take every program out of the repository's configuration; nil if git failed.
  func overrides(_ processes: ProcessGroups) async throws -> [[UInt8]]? {
    try await output(of: ["config", "--list", "--name-only", "-z"], with: [], processes)
      .map(Self.overrides)
  }

  /// What a command of git prints; nil if it failed.
  /// - Parameter most: The most bytes of it; with more it throws what `Subprocess` throws.
  func output(
    of command: [String], with overrides: [[UInt8]], most: Int = 1 << 24,
    _ processes: ProcessGroups
  ) async throws -> [UInt8]? {
    let fixed = [
      "--no-pager", "--no-optional-locks", "--git-dir=\(repository.gitFolder)",
      "--work-tree=\(repository.workTree)",
      "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "protocol.allow=never",
    ]
    // Words of bytes are passed on as they are, and so must carry the zero that ends them.
    let words = fixed.map { Array($0.utf8) } + overrides + command.map { Array($0.utf8) }
    var options = PlatformOptions()
    // A group of its own, so that everything git has started can be ended.
    options.processGroupID = 0
    let result = try await run(
      .path(.init(program)), arguments: Arguments(words.map { $0 + [0] }),
      environment: .inherit.updating(Self.environment),
      workingDirectory: .init(repository.workTree), platformOptions: options, input: .none,
      output: .bytes(limit: most), error: .discarded
    ) { execution in
      processes.add(execution.processIdentifier.value)
    }
    processes.removeAll()
    return result.terminationStatus.isSuccess ? result.standardOutput : nil
  }

  /// What is changed in the environment: nothing that leads git to another repository or another
  /// configuration stays, and nothing may be fetched or asked for.
  private static var environment: [Environment.Key: String?] {
    let kept = ["GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM"]
    var changes: [Environment.Key: String?] = [:]
    for name in ProcessInfo.processInfo.environment.keys
    where name.hasPrefix("GIT_") && !kept.contains(name) {
      changes[.init(rawValue: name) ?? ""] = .some(nil)
    }
    changes["GIT_NO_LAZY_FETCH"] = "1"
    changes["GIT_ALLOW_PROTOCOL"] = "none"
    changes["GIT_TERMINAL_PROMPT"] = "0"
    changes[emptyVariable] = ""
    return changes
  }

  private static let emptyVariable: Environment.Key = "TRACKER_EMPTY"
  private static let falseVariable = "GIT_TERMINAL_PROMPT"

  /// Options that take every program out of a configuration.
  ///
  /// `--config-env`, unlike `-c`, takes a name with an equals sign for what it is, and a git that is
  /// too old for it fails instead of going on without.
  /// - Parameter names: The names of all settings, each ended by a zero byte.
  static func overrides(_ names: [UInt8]) -> [[UInt8]] {
    names.split(separator: 0).flatMap { name -> [[UInt8]] in
      let key = name.split(separator: UInt8(ascii: ".")).last.map { Array($0) } ?? []
      func setting(_ variable: String) -> [UInt8] {
        Array("--config-env=".utf8) + name + Array("=\(variable)".utf8)
      }
      switch String(decoding: key, as: UTF8.self) {
      // A filter that must not fail makes git fail where there is none.
      case "required" where name.starts(with: "filter.".utf8): return [setting(falseVariable)]
      case "clean", "smudge", "process", "textconv", "command", "external", "program", "helper",
        "sshcommand", "askpass", "pager", "gitproxy", "uploadpack", "vcs",
        "alternaterefscommand":
        return [setting(emptyVariable.rawValue)]
      default: return []
      }
    }
  }
}

/// Git took longer than it may.
struct GitTimeout: Error {}

/// The process groups that work with a deadline has started.
final class ProcessGroups: Sendable {
  private let ids = Mutex<(running: [pid_t], areEnded: Bool)>(([], false))

  func add(_ id: pid_t) {
    let isLate = ids.withLock { state in
      state.running.append(id)
      return state.areEnded
    }
    if isLate { kill(-id, SIGKILL) }
  }

  func removeAll() { ids.withLock { $0.running = [] } }

  func end() {
    let running = ids.withLock { state in
      state.areEnded = true
      return state.running
    }
    for id in running { kill(-id, SIGKILL) }
  }
}

/// Does `work`; ends its processes and throws `GitTimeout` if it takes longer than `limit`.
///
/// The work itself is not waited for then: a process that has left its group could hold its output
/// open for ever.
func withDeadline<Value: Sendable>(
  _ limit: Duration, _ work: @escaping @Sendable (ProcessGroups) async throws -> Value
) async throws -> Value {
  let processes = ProcessGroups()
  let (results, continuation) = AsyncThrowingStream<Value, any Error>.makeStream()
  let task = Task {
    do {
      continuation.yield(try await work(processes))
      continuation.finish()
    } catch {
      continuation.finish(throwing: error)
    }
  }
  let timer = Task {
    try await Task.sleep(for: limit)
    processes.end()
    task.cancel()
    continuation.finish(throwing: GitTimeout())
  }
  defer { timer.cancel() }
  for try await value in results { return value }
  throw GitTimeout()
}
