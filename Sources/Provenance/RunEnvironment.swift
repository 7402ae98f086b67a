import CProcessor
import Foundation
import RunStore

/// Where a run happens: what is needed, weeks later, to know why its numbers are what they are.
public struct RunEnvironment: Sendable {
  /// The name of the machine, and whether a process of it still lives.
  public let machine: Machine
  /// The id of this process.
  public let pid: Int
  /// The token of this process, by which it owns the runs that it makes or takes up.
  public let owner: String
  /// The name of the user that it runs as; nil if the system knows none.
  public let userName: String?
  /// The program and its arguments.
  public let arguments: [String]
  /// The working directory.
  public let directory: String
  /// The command line, as one can type it again.
  public let command: String
  /// The commit of the working directory; nil outside of a repository.
  public let gitCommit: String?
  /// Whether the working directory has changes that are not committed.
  public let gitDirty: Bool?
  /// Why the commit of the working directory is unknown although there is a repository, as a sentence;
  /// nil otherwise. Also the fact `git.state`.
  public let gitProblem: String?
  /// Facts about machine and tools: `cpu`, `cores`, `memory_bytes`, `os`, `swift`, `directory`,
  /// `git.state` where the commit is unknown, and those of the program.
  public let facts: [String: SQLValue]

  /// Looks around.
  /// - Parameters:
  ///   - arguments: The words of the command line.
  ///   - directory: The working directory, whose repository is asked for its commit.
  ///   - facts: What the program knows about its own part in the numbers.
  public static func current(
    arguments: [String], directory: String, facts: [String: SQLValue] = [:]
  ) async -> RunEnvironment {
    var git: GitState?
    var problem: String?
    switch await GitState.of(directory) {
    case .none: break
    case .known(let state): git = state
    case .unknown(let reason): problem = "git commit unknown: \(reason)"
    }
    let process = ProcessInfo.processInfo
    return RunEnvironment(
      machine: .current(), pid: Int(process.processIdentifier),
      owner: UUID().uuidString.lowercased(), userName: currentUserName(), arguments: arguments,
      directory: directory,
      command: arguments.map(\.shellQuoted).joined(separator: " "),
      gitCommit: git?.commit, gitDirty: git?.isDirty, gitProblem: problem,
      facts: [
        "cpu": .text(processorName() ?? "unknown"),
        "cores": .integer(Int64(processor_allowed_count())),
        "memory_bytes": .integer(Int64(clamping: process.physicalMemory)),
        "os": .text(process.operatingSystemVersionString),
        "swift": .text(compilerVersion),
        "directory": .text(directory),
      ].merging(problem.map { ["git.state": .text($0)] } ?? [:]) { fact, _ in fact }
        .merging(facts) { fact, _ in fact })
  }
}

extension RunDraft {
  /// Logs where the run happens.
  public mutating func log(_ environment: RunEnvironment) {
    host = environment.machine.host
    bootID = environment.machine.bootID
    pid = environment.pid
    pidNamespace = environment.machine.pidNamespace
    heartbeatSeconds = Heartbeat.seconds
    owner = environment.owner
    userName = environment.userName
    arguments = environment.arguments
    directory = environment.directory
    command = environment.command
    gitCommit = environment.gitCommit
    gitDirty = environment.gitDirty
    self.environment.merge(environment.facts) { _, fact in fact }
  }
}

extension RunProcess {
  /// The process that looked around.
  public init(_ environment: RunEnvironment, version: String) {
    self.init(
      machine: environment.machine, pid: environment.pid, version: version,
      heartbeatSeconds: Heartbeat.seconds, owner: environment.owner)
  }
}

/// The name of the user that this process runs as; nil if the system knows none.
private func currentUserName() -> String? {
  guard let entry = getpwuid(geteuid()) else { return nil }
  return String(validatingCString: entry.pointee.pw_name)
}

/// The version of Swift that compiled this, as far as a program can know it.
private var compilerVersion: String {
  #if swift(>=6.4)
    "6.4 or newer"
  #elseif swift(>=6.3)
    "6.3"
  #else
    "6.2"
  #endif
}

/// The processor's name as Linux tells it.
package func processorName() -> String? {
  // Not every system has the file; then the name stays unknown.
  let text = try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)
  return text?.split(separator: "\n").first { $0.hasPrefix("model name") }?
    .split(separator: ":").last?.trimmingCharacters(in: .whitespaces)
}

extension String {
  /// The word as a shell reads it back.
  package var shellQuoted: String {
    let plain = !isEmpty && allSatisfy { $0.isLetter || $0.isNumber || "-_./=:,@%+".contains($0) }
    return plain ? self : "'" + replacing("'", with: "'\\''") + "'"
  }
}
