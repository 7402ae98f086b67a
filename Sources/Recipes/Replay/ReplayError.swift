import Foundation
import RunStore

/// Why a stored run cannot be gone on with, or done again.
public enum ReplayError: LocalizedError, Sendable, Equatable {
  /// No recipe of this program made the run.
  case notOurs(run: Int, recipe: String?)
  /// The run lacks a parameter, or it is not what the command line would take; `rule` says what it
  /// must be, as the end of a sentence.
  case unusableParameter(run: Int, name: String, value: SQLValue?, rule: String)
  /// The data are not those of the run.
  case otherData(fact: String, stored: SQLValue, found: SQLValue)
  /// The run began with the weights of a file that is gone, and has no snapshot of them.
  case noInitialWeights(run: Int, file: String)
  /// The run was made by someone else, or that is not known, and names files that `verb` would read.
  case filesOfOthers(
    run: Int, user: String?, host: String?, source: String?, files: [String], verb: Verb)
  /// A person stopped a verification; so many epochs were done again.
  case verificationStopped(run: Int, epoch: Int, epochs: Int?)
  /// A person asked to stop before the run was open again.
  case resumptionStopped(run: Int)
  /// The run has come to its end.
  case alreadyFinished(run: Int, epochs: Int)
  /// The planned end is not after the point to start from.
  case nothingToDo(run: Int, epochs: Int, from: Int)
  /// The run was made of parts that were planned for different numbers of epochs; the last began after
  /// `epoch`.
  case changedPlan(run: Int, epoch: Int)
  /// The checkpoint is not one that this program can go on from.
  case unusableCheckpoint(run: Int, epoch: Int, detail: String)

  /// What a run is read back for.
  public enum Verb: String, Sendable {
    case resume, verify
  }

  /// What is wrong.
  public var errorDescription: String? {
    switch self {
    case .notOurs(let run, .some(let recipe)):
      "Run \(run) was made by \(SQLValue.text(recipe).words), which is no recipe of this program."
    case .notOurs(let run, .none): "Run \(run) was logged by another program."
    case .unusableParameter(let run, let name, .some(let value), let rule):
      "The parameter \(name) of run \(run) is \(value.words): it \(rule)."
    case .unusableParameter(let run, let name, .none, _):
      "Run \(run) does not have the parameter \(name)."
    case .otherData(let fact, let stored, let found):
      "The data are not those of the run: \(fact) was \(stored.words) and is \(found.words)."
    case .noInitialWeights(let run, let file):
      "Run \(run) began with the weights in \(file), which is gone, and has no snapshot of epoch 0."
    case .verificationStopped(let run, let epoch, let epochs):
      "The verification of run \(run) was stopped after epoch \(epoch)"
        + (epochs.map { " of \($0)" } ?? "") + ". Nothing was changed."
    case .filesOfOthers(let run, let user, let host, let source, let files, _):
      "Run \(run) was made by \(user ?? "someone") on \(host ?? "an unknown machine")"
        + (source.map { " and came from \($0)" } ?? "") + ". It names files to read here: "
        + files.map { "'\($0)'" }.joined(separator: ", ") + "."
    case .resumptionStopped(let run):
      "Stopped before run \(run) was gone on with. Nothing was changed."
    case .alreadyFinished(let run, let epochs):
      "Run \(run) is finished: it has all its \(epochs) epochs."
    case .nothingToDo(let run, let epochs, let from):
      "Nothing is left of run \(run) to do: \(epochs) epochs are planned, and it is after epoch"
        + " \(from)."
    case .changedPlan(let run, _):
      "Run \(run) cannot be repeated from its row: its end was moved while its learning rate"
        + " followed the plan."
    case .unusableCheckpoint(let run, let epoch, let detail):
      "The checkpoint of run \(run) after epoch \(epoch) cannot be used: \(detail)"
    }
  }

  /// What to do about it.
  public var recoverySuggestion: String? {
    switch self {
    case .notOurs: "use the program that made it; tracker rerun starts it again"
    case .unusableParameter(let run, _, _, _):
      "look at the parameters with: tracker export params \(run); another version of this program may"
        + " know them"
    case .otherData: "get the same files again, or name their folder by its old path"
    case .noInitialWeights: "put the file there again, or begin with a checkpoint"
    case .verificationStopped: "verify it again, or its last part only"
    case .filesOfOthers: "say that these files may be read, if they may"
    case .resumptionStopped(let run): "go on with it: tracker resume \(run)"
    case .alreadyFinished: "go on with more epochs, or go back to an earlier one"
    case .nothingToDo: "plan more epochs, or go back to an earlier one"
    case .changedPlan(_, let epoch): "verify its last part, from epoch \(epoch) on"
    case .unusableCheckpoint: "begin with the checkpoint of another epoch"
    }
  }
}

extension SQLValue {
  /// The value in words.
  fileprivate var words: String {
    switch self {
    case .null: "nothing"
    case .integer(let value): "\(value)"
    case .real(let value): "\(value)"
    case .text(let value): value.count > 60 ? "'\(value.prefix(60))…'" : "'\(value)'"
    case .blob(let data): "\(data.count) bytes"
    }
  }
}
