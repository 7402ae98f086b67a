import Foundation

/// What can go wrong between a program and its tracker file. The cases are facts; all wording stands in
/// `errorDescription` and `recoverySuggestion`.
public enum RunStoreError: Error, Sendable, Equatable {
  /// There is no file at `path`.
  case missing(path: String)
  /// The file at `path` was moved or removed after it was opened.
  case vanished(path: String)
  /// The file at `path` holds no tables yet.
  case empty(path: String)
  /// The file at `path` is not a SQLite database.
  case notADatabase(path: String)
  /// The file at `path` is a database of another program.
  case foreign(path: String)
  /// The file at `path` was made by a newer version of this program.
  case newerSchema(path: String, found: Int, supported: Int)
  /// The file at `path` has tables, but the number of its schema is that of none.
  case noVersion(path: String, found: Int)
  /// The file at `path` is to be upgraded or merged, and holds tables, views, indexes or triggers of
  /// others.
  case foreignObjects(path: String, names: [String])
  /// The file at `path` keeps text in another encoding than UTF-8.
  case otherEncoding(path: String, encoding: String)
  /// The schema of the file at `path` is larger than any that is read.
  case largeSchema(path: String)
  /// The file at `path` holds triggers of others, or tables and views of others under our names.
  case foreignSchema(path: String, names: [String], isMendable: Bool)
  /// The file at `path` is to be upgraded while runs are alive, by their ids and names.
  case runsAlive(path: String, runs: [String])
  /// There is too little room at `path` for what is needed, in bytes.
  case noRoom(path: String, needed: Int, free: Int)
  /// The file at `path` cannot be written.
  case readOnly(path: String)
  /// The file at `path` is damaged; `detail` is what SQLite found.
  case corrupt(path: String, detail: String)
  /// There is a file at `path` already, where a new one was to be made.
  case alreadyThere(path: String)
  /// The file at `path` cannot be opened.
  case cannotOpen(path: String, detail: String)
  /// The file at `path`, which is someone else's, cannot be read without writing beside it, because
  /// part of its content is in the file `side`.
  case needsSideFile(path: String, side: String)
  /// The journal at `path` belongs to a transaction over several files.
  case journalOfSeveralFiles(path: String)
  /// What a killed process left in the file `log` does not fit the file at `path`; `detail` is what SQLite
  /// found.
  case unfitLog(path: String, log: String, detail: String)
  /// Another program has cut the file `log` short, in which the last changes of the file at `path` are.
  case cutLog(path: String, log: String)
  /// Another program has removed the file `log`, in which the last changes of the file at `path` are.
  case removedLog(path: String, log: String)
  /// Another process kept the file at `path` locked for longer than we wait.
  case busy(path: String)
  /// Nothing can be written to the folder for temporary files.
  case badTemporaryFolder(path: String, detail: String)
  /// The disk under `path` is full.
  case diskFull(path: String)
  /// Reading or writing the file at `path` failed.
  case inputOutput(path: String, detail: String)
  /// There was no memory for what was asked of the file at `path`.
  case outOfMemory(path: String)
  /// The rules of the schema refuse a row.
  case refused(path: String, detail: String)
  /// A table of others in the file at `path` refers to one of ours by what is no key.
  case unfitForeignKey(path: String, detail: String)
  /// A metric has so long a name that to take it in would keep the file locked for seconds.
  case longMetricName(String)
  /// The file `side`, which belongs to a database, is a symbolic link.
  case linkedSideFile(side: String)
  /// The database at `path` was opened for reading.
  case openedForReading(path: String)
  /// Content that was just being stored in the file at `path` was removed by another program.
  case lostContent(path: String)
  /// A value in the file is not of the type that the schema promises.
  case unexpectedValue(column: String, found: SQLValue)
  /// Rows of a run hold something that the schema does not allow; the others were given.
  case unreadableRows(UnreadableRows)

  /// SQLite does not understand a statement.
  case invalidSQL(message: String)
  /// A statement does something else than read.
  case notAQuery
  /// There is more than one statement.
  case severalStatements
  /// There is no statement.
  case emptyStatement
  /// A value was given for a parameter that the statement does not have.
  case unknownParameter(name: String, known: [String])
  /// The statement has a parameter without a value.
  case missingParameter(name: String)
  /// There is no saved query of this name.
  case unknownQuery(name: String, known: [String])
  /// The file of a saved query has no proper header.
  case malformedQuery(name: String, detail: String)
  /// The statement was interrupted.
  case interrupted

  /// No run answers to the selector.
  case noSuchRun(selector: String)
  /// The run is deleted, and can be restored.
  case isDeleted(run: Int)
  /// The run is to be restored, but is not deleted.
  case isNotDeleted(run: Int)
  /// The selector names an epoch where only a whole run makes sense.
  case wholeRunsOnly(epoch: RunSelector.Epoch)
  /// The best epoch of a run is meant, and the best value of the metric, at `step`, is of no epoch; or no
  /// metric of the run has a best value.
  case noBestEpoch(run: Int, metric: String?, step: Int?)
  /// Several runs answer to the beginning of a uuid.
  case ambiguousRun(prefix: String, candidates: [String])
  /// There is no run at all.
  case noRuns
  /// No run has this metric with a value other than NaN.
  case noRunWithMetric(name: String)
  /// There is no experiment of this name.
  case noSuchExperiment(name: String, known: [String])
  /// There is an experiment of this name already.
  case experimentExists(name: String)
  /// The experiment is to go, and has runs.
  case experimentHasRuns(name: String, runs: Int)
  /// Several runs have this name, by their ids, where one has to be meant.
  case severalRuns(name: String, ids: [Int])
  /// No run has this tag.
  case noRunWithTag(name: String, known: [String])
  /// Nobody has said which values of the metric are better.
  case unknownGoal(metric: String)
  /// The text does not name a run.
  case invalidSelector(text: String)
  /// A file was to be merged with itself.
  case mergesItself(path: String)
  /// A run is not what the file at `path` says that it is.
  case damagedRun(path: String, run: Int, details: [String])
  /// A file was to be restored from itself.
  case restoresItself(path: String)
  /// A program has the file at `path` open, which is to be replaced.
  case inUse(path: String)
  /// A process is at work on the run.
  case stillRunning(run: Int, pid: Int?, host: String?)
  /// Another process owns the run, of which the rest tells: how it stands, who that is, and when it was
  /// heard of last.
  case ownedByAnother(run: Int, status: RunStatus, pid: Int?, host: String?, heardAt: Date)
  /// The run has no snapshot of this epoch.
  case noSnapshot(run: Int, epoch: Int?, available: [Int])
  /// The run has none of what was asked for, such as `metrics`, of this epoch.
  case noEpoch(run: Int, epoch: Int, part: String, available: [Int])
}

extension RunStoreError {
  /// Whether the same may succeed later, such as when there is room on the disk again.
  package var mayPass: Bool {
    switch self {
    case .diskFull, .busy, .inputOutput: true
    default: false
    }
  }

  /// The same error, naming another path where it is about `path`.
  func about(_ other: String, insteadOf path: String) -> RunStoreError {
    switch self {
    case .cannotOpen(path, let detail): .cannotOpen(path: other, detail: detail)
    case .inputOutput(path, let detail): .inputOutput(path: other, detail: detail)
    case .corrupt(path, let detail): .corrupt(path: other, detail: detail)
    case .refused(path, let detail): .refused(path: other, detail: detail)
    case .diskFull(path): .diskFull(path: other)
    case .outOfMemory(path): .outOfMemory(path: other)
    case .readOnly(path): .readOnly(path: other)
    case .foreignSchema(path, let names, let isMendable):
      .foreignSchema(path: other, names: names, isMendable: isMendable)
    case .noRoom(path, let needed, let free): .noRoom(path: other, needed: needed, free: free)
    case .vanished(path): .vanished(path: other)
    case .busy(path): .busy(path: other)
    case .damagedRun(path, let run, let details):
      .damagedRun(path: other, run: run, details: details)
    default: self
    }
  }
}

/// Runs `body`, whose errors are to name the file at `path` where they are about a copy of it.
func naming<Value>(
  _ path: String, insteadOf copy: String, _ body: () throws -> Value
) throws -> Value {
  do {
    return try body()
  } catch let error as RunStoreError {
    throw error.about(path, insteadOf: copy)
  }
}
