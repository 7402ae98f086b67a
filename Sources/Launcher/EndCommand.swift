import Foundation

extension ProgramRun.Outcome {
  /// Runs a command line that is told how a run ended, such as one that sends mail.
  /// - Returns: Whether it succeeded.
  public func tell(_ command: String, databasePath: String) async throws -> Bool {
    var variables = LaunchedEnvironment()
    variables["TRACKER_DB"] = URL(fileURLWithPath: databasePath).path
    variables["TRACKER_RUN_ID"] = String(run)
    variables["TRACKER_RUN_OWNER"] = nil
    variables["TRACKER_RUN_NAME"] = name
    variables["TRACKER_RUN_STATUS"] = status.rawValue
    variables["TRACKER_RUN_EXIT_CODE"] = String(exitCode)
    variables["TRACKER_RUN_REASON"] = reason
    variables["TRACKER_BEST_METRIC"] = best?.name
    variables["TRACKER_BEST_VALUE"] = best.map { String($0.value) }
    let child = try ChildProcess(
      path: "/bin/sh", arguments: ["sh", "-c", command], environment: variables,
      output: STDOUT_FILENO, errors: STDERR_FILENO)
    return await child.end() == .exited(0)
  }
}

/// The run of the program that started this one.
public enum LaunchedParent {
  /// The run that `exec` has made in the file at `path` for the program that this process belongs to; what
  /// this process starts is a child of it. Nil if there is none.
  public static func run(in path: String) -> Int? {
    let variables = ProcessInfo.processInfo.environment
    guard let file = variables["TRACKER_DB"], !file.isEmpty,
      !(variables["TRACKER_RUN_OWNER"] ?? "").isEmpty,
      let run = variables["TRACKER_RUN_ID"].flatMap({ Int($0) })
    else { return nil }
    func place(_ path: String) -> String {
      URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    }
    return place(file) == place(path) ? run : nil
  }
}
