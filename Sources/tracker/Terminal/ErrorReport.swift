import Datasets
import Foundation
import NeuralNet
import Recipes
import RunStore
import Server
import Training

/// Tells a person what went wrong: the error, what else there is to say about its reason, and the next step.
func report(_ error: any LocalizedError) {
  let reason = error.failureReason?.split(separator: "\n").map(String.init) ?? []
  let step = nextStep(after: error) ?? error.recoverySuggestion
  Console.tell(
    ["Error: \(error.localizedDescription)"] + reason + (step.map { ["Try: \($0)"] } ?? []))
}

/// The next step as a line to type, where the libraries, which know of no options, can only say it in words.
private func nextStep(after error: any LocalizedError) -> String? {
  switch error {
  case let error as RunStoreError: nextStep(after: error)
  case let error as ReplayError: nextStep(after: error)
  case let error as RecipeError: nextStep(after: error)
  case DatasetError.missingFolder(_, let data) where data != .shapes:
    error.recoverySuggestion.map { "\($0) (--data shapes)" }
  case DatasetError.tooLarge: "use fewer images, such as with --limit 100000"
  case is InvalidOption: "see what the recipe takes with: tracker run RECIPE --help"
  case is Divergence: "train with a smaller --lr; --on-divergence continue goes on all the same"
  case ServerError.cannotListen: "choose another port with --port, or 0 for any that is free"
  case ServerError.needsToken:
    "write a secret into a file and name it with --token-file FILE; clients show it when"
      + " MLFLOW_TRACKING_TOKEN is set to it"
  default: nil
  }
}

private func nextStep(after error: RunStoreError) -> String? {
  switch error {
  case .notADatabase, .foreign: "choose another file with --db FILE"
  case .foreignObjects:
    "drop it with sqlite3, in a copy if you need it, and try again; triggers are dropped by: tracker"
      + " doctor --repair --db FILE"
  case .foreignSchema(_, _, isMendable: true):
    "remove it, after a backup: tracker doctor --repair --db FILE"
  case .foreignSchema(_, _, isMendable: false):
    "rename or change the table with sqlite3 until it is as schema.sql has it; the rest is removed"
      + " by: tracker doctor --repair --db FILE"
  case .noVersion(_, _):
    "put a backup back: tracker backup --restore BACKUP --db FILE; or \(error.recoverySuggestion ?? "")"
  case .readOnly:
    "check the permissions of the file and its folder, or choose another with --db FILE"
  case .corrupt:
    "put a backup back: tracker backup --restore BACKUP --db FILE; or save what is readable:"
      + " sqlite3 FILE .recover"
  case .unfitLog:
    "move the log to another folder, and look at what the file holds without it: tracker doctor --db"
      + " FILE; or put a backup back: tracker backup --restore BACKUP --db FILE"
  case .cutLog, .removedLog:
    "see what is left, tracker doctor --db FILE, and go on from there with tracker resume; leave the"
      + " files beside a database alone"
  case .busy: "end the program that holds the file, or log to another one with --db FILE"
  case .missingParameter(let name): "give one with --param \(name)=VALUE"
  case .noRunWithTag(_, known: []): "hang one on a run: tracker edit RUN --tag NAME"
  case .experimentExists:
    "choose another name, or move runs there: tracker edit RUN --experiment NAME"
  case .experimentHasRuns(let name, _):
    "delete or move them first: tracker delete --experiment '\(name)'"
  case .mergesItself: "name another tracker file, and with --db the one that takes its runs"
  case .restoresItself: "name a backup, and with --db the file whose place it takes"
  case .damagedRun:
    "make summaries anew with tracker doctor --repair; for content put a backup back, or do without"
      + " the snapshots of that run: tracker prune"
  default: nil
  }
}

private func nextStep(after error: ReplayError) -> String? {
  switch error {
  case .noInitialWeights(let run, _):
    "put the file there again, or begin with a checkpoint: tracker verify \(run) --from EPOCH"
  case .verificationStopped(let run, _, _):
    "verify it again: tracker verify \(run), or its last part only with --from EPOCH"
  case .filesOfOthers(let run, _, _, _, _, let verb):
    "if these files may be read: tracker \(verb.rawValue) \(run) --read-files"
  case .alreadyFinished: "go on with --epochs N, or go back to an epoch with RUN@EPOCH"
  case .nothingToDo: "give a larger --epochs, or an earlier RUN@EPOCH"
  case .changedPlan(let run, let epoch):
    "verify its last part: tracker verify \(run) --from \(epoch)"
  case .unusableCheckpoint(let run, _, _):
    "begin with another one: tracker resume \(run)@EPOCH, or tracker verify \(run) --from EPOCH"
  default: nil
  }
}

private func nextStep(after error: RecipeError) -> String? {
  switch error {
  case .missingDataFolder: "name the folder that holds the files with --data-dir FOLDER"
  case .kernelTooLarge: "use a smaller kernel, a larger input, or more --padding"
  default: nil
  }
}
