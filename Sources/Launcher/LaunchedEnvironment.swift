import Foundation
import Synchronization

/// What a started program finds in its environment: `TRACKER_DB`, `TRACKER_RUN_ID` and `TRACKER_RUN_OWNER`
/// for those who write into the file, `MLFLOW_TRACKING_URI` for those who speak MLflow.
enum LaunchedEnvironment {
  private static let quietMLflow = "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT"

  /// Where programs are looked for.
  static var searchPath: String {
    ProcessInfo.processInfo.environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
  }

  /// All variables of the program.
  /// - Parameter isUnbuffered: Whether Python is to write each line at once, as it does on a terminal.
  static func variables(
    run: Int, owner: String, databasePath: String, address: String, isUnbuffered: Bool
  ) -> [String: String] {
    var variables = ProcessInfo.processInfo.environment
    variables["TRACKER_DB"] = databasePath
    variables["TRACKER_RUN_ID"] = String(run)
    variables["TRACKER_RUN_OWNER"] = owner
    variables["MLFLOW_TRACKING_URI"] = address
    // A script that sets its experiment would end at its first run, which must be of another one.
    variables["MLFLOW_RUN_ID"] = nil
    if isUnbuffered, variables["PYTHONUNBUFFERED"] == nil { variables["PYTHONUNBUFFERED"] = "1" }
    // The addresses that MLflow would print lead nowhere once the program has ended.
    if variables[Self.quietMLflow] == nil { variables[Self.quietMLflow] = "true" }
    // A proxy cannot reach this address.
    if variables.keys.contains(where: { $0.lowercased() == "http_proxy" }) {
      for name in ["no_proxy", "NO_PROXY"] {
        let others = variables[name].map { $0 + "," } ?? ""
        variables[name] = others + "127.0.0.1"
      }
    }
    return variables
  }
}

/// The process that a size of the terminal is told to, as long as it runs.
final class RunningProcess: Sendable {
  private let id = Mutex<pid_t?>(nil)

  func begin(_ process: pid_t) { id.withLock { $0 = process } }

  func end() { id.withLock { $0 = nil } }

  func send(_ signal: Int32) {
    id.withLock { process in
      if let process { kill(process, signal) }
    }
  }
}

/// Names of programs and signals, as people say them.
enum ProgramName {
  private static let interpreters = [
    "python", "torchrun", "accelerate", "Rscript", "julia", "node", "perl", "ruby", "sh", "bash",
    "uv",
  ]

  /// What a program is called: the script of an interpreter, the module after `-m`, else the program.
  static func of(_ words: [String]) -> String {
    let program = last(words[0])
    guard interpreters.contains(where: { program == $0 || program.hasPrefix($0 + "3") }) else {
      return program
    }
    if let flag = words.firstIndex(of: "-m"), flag + 1 < words.count { return words[flag + 1] }
    let script = words.dropFirst().first { word in
      var isFolder: ObjCBool = false
      return !word.hasPrefix("-")
        && FileManager.default.fileExists(atPath: word, isDirectory: &isFolder)
        && !isFolder.boolValue
    }
    return script.map(last) ?? program
  }

  private static func last(_ path: String) -> String {
    let name = (path as NSString).lastPathComponent
    return name.isEmpty ? path : name
  }
}

/// Signals by name.
enum SignalName {
  private static let names: [Int32: String] = [
    SIGHUP: "SIGHUP", SIGINT: "SIGINT", SIGQUIT: "SIGQUIT", SIGILL: "SIGILL", SIGABRT: "SIGABRT",
    SIGBUS: "SIGBUS", SIGFPE: "SIGFPE", SIGKILL: "SIGKILL", SIGUSR1: "SIGUSR1",
    SIGSEGV: "SIGSEGV", SIGUSR2: "SIGUSR2", SIGPIPE: "SIGPIPE", SIGALRM: "SIGALRM",
    SIGTERM: "SIGTERM", SIGXCPU: "SIGXCPU", SIGXFSZ: "SIGXFSZ",
  ]

  static func of(_ signal: Int32) -> String { names[signal] ?? "signal \(signal)" }

  /// Whether someone, or a batch system, sends it so that a program ends.
  static func asksToStop(_ signal: Int32) -> Bool {
    [SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGXCPU].contains(signal)
  }
}
