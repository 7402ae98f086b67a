import Foundation

/// What keeps a program from being started as a run.
public enum LaunchError: LocalizedError, Sendable, Equatable {
  /// There is no such program.
  case noProgram(String)
  /// The program is there, and nobody may run it.
  case notExecutable(String)
  /// The first line of the program names an interpreter that is not there; nil if there is no such line.
  case noInterpreter(String, line: String?)
  /// The program is there and cannot be started.
  case notStarted(String, reason: String)
  /// A pattern for metrics cannot be understood.
  case badPattern(String, String)
  /// The run does not say how it was started.
  case noArguments(run: Int)
  /// The folder in which the run was started is not there.
  case noFolder(run: Int, path: String)

  /// The exit status of a shell that was to start it.
  public var exitCode: Int32 {
    switch self {
    case .noProgram: 127
    case .notExecutable, .noInterpreter, .notStarted: 126
    case .badPattern, .noArguments, .noFolder: 1
    }
  }

  /// What is wrong.
  public var errorDescription: String? {
    switch self {
    case .noProgram(let name): "There is no program '\(name)'."
    case .notExecutable(let name):
      "The program '\(name)' cannot be started: it is not executable."
    case .noInterpreter(let name, nil):
      "The program '\(name)' cannot be started: it is no program, and has no line '#!' that names its"
        + " interpreter."
    case .noInterpreter(let name, let line?):
      "The program '\(name)' cannot be started: its first line, '\(line)', names no program that can be"
        + " started."
    case .notStarted(let name, let reason): "The program '\(name)' cannot be started: \(reason)."
    case .badPattern(let text, let reason): "The pattern '\(text)' finds no metrics: \(reason)."
    case .noArguments(let run): "Run \(run) does not say how it was started."
    case .noFolder(let run, let path):
      "The folder '\(path)', in which run \(run) was started, is not there."
    }
  }

  /// What to do next.
  public var recoverySuggestion: String? {
    switch self {
    case .noProgram: "check its name, or give its path: tracker exec -- ./train.sh"
    case .notExecutable(let name):
      "make it executable (chmod +x), or name its interpreter: tracker exec -- sh \(name)"
    case .noInterpreter(let name, nil):
      "name its interpreter: tracker exec -- sh \(name)"
    case .noInterpreter(let name, _?):
      "correct the line, or name an interpreter that is there: tracker exec -- python3 \(name)"
    case .notStarted: "see that the machine has processes, memory and open files to spare"
    case .badPattern:
      "write the line as it is printed, with the name of a metric in place of its number: 'step {step}"
        + " loss {train/loss}'"
    case .noArguments:
      "runs of 'tracker exec', 'tracker run' and the Python module do; start it anew"
    case .noFolder:
      "make the folder with the program in it, or start the program anew with tracker exec"
    }
  }
}
