import Foundation
import Synchronization

/// What a started program finds in its environment: `TRACKER_DB`, `TRACKER_RUN_ID` and `TRACKER_RUN_OWNER`
/// for those who write into the file, `MLFLOW_TRACKING_URI` for those who speak MLflow.
struct LaunchedEnvironment {
  /// The variables as bytes, `NAME=value`: a value may be no UTF-8, and is the program's all the same.
  private(set) var entries: [[UInt8]]

  /// Where programs are looked for.
  static var searchPath: String {
    ProcessInfo.processInfo.environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
  }

  /// What this process has found.
  init() {
    let bytes = FileManager.default.contents(atPath: "/proc/self/environ") ?? Data()
    entries = bytes.split(separator: 0).map { Array($0) }
    guard entries.isEmpty else { return }
    entries = ProcessInfo.processInfo.environment.map { Array("\($0.key)=\($0.value)".utf8) }
  }

  /// What the program of a run finds.
  /// - Parameters:
  ///   - given: What a person said of the run, such as `name`, which the program does not change.
  ///   - isUnbuffered: Whether Python is to write each line at once, as it does on a terminal.
  init(
    run: Int, owner: String, given: [String], databasePath: String, address: String,
    isUnbuffered: Bool
  ) {
    self.init()
    self["TRACKER_DB"] = databasePath
    self["TRACKER_RUN_ID"] = String(run)
    self["TRACKER_RUN_OWNER"] = owner
    self["TRACKER_RUN_GIVEN"] = given.joined(separator: ",")
    self["MLFLOW_TRACKING_URI"] = address
    // A script that sets its experiment would end at its first run, which must be of another one.
    self["MLFLOW_RUN_ID"] = nil
    // The addresses that MLflow would print lead nowhere once the program has ended.
    let quiet = "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT"
    if self[quiet] == nil { self[quiet] = "true" }
    if isUnbuffered, self["PYTHONUNBUFFERED"] == nil { self["PYTHONUNBUFFERED"] = "1" }
    // A proxy cannot reach this address.
    if self["http_proxy"] != nil || self["HTTP_PROXY"] != nil {
      for name in ["no_proxy", "NO_PROXY"] {
        self[name] = (self[name].map { $0 + "," } ?? "") + "127.0.0.1"
      }
    }
  }

  /// The value of a variable; nil if it is not there.
  subscript(name: String) -> String? {
    get {
      let start = Array("\(name)=".utf8)
      return entries.first { $0.starts(with: start) }
        .map { String(decoding: $0.dropFirst(start.count), as: UTF8.self) }
    }
    set {
      let start = Array("\(name)=".utf8)
      entries.removeAll { $0.starts(with: start) }
      if let newValue { entries.append(start + newValue.utf8) }
    }
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
