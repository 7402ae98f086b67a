import Foundation

/// What can go wrong between a program and its tracker file. The cases are facts; `message` and
/// `hint` hold all the wording.
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
  /// The rules of the schema refuse a row.
  case refused(path: String, detail: String)
  /// A table of others in the file at `path` refers to one of ours by what is no key.
  case unfitForeignKey(path: String, detail: String)
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

extension RunStoreError: CustomStringConvertible {
  /// The message and the hint, a line each.
  public var description: String { "\(message)\n\(hint)" }

  /// What happened, naming the thing and the place.
  public var message: String {
    switch self {
    case .missing(let path): "There is no file '\(path)'."
    case .vanished(let path): "The file '\(path)' was moved or removed while it was in use."
    case .empty(let path): "The file '\(path)' holds no runs: it is empty."
    case .notADatabase(let path): "The file '\(path)' is not a SQLite database."
    case .foreign(let path): "The file '\(path)' is a database of another program."
    case .newerSchema(let path, let found, let supported):
      "The file '\(path)' has schema version \(found); this program knows up to \(supported)."
    case .noVersion(let path, let found):
      "The file '\(path)' has tables, but schema version \(found), which there never was."
    case .foreignObjects(let path, let names):
      "The file '\(path)' holds what is not of this program: \(names.listed)."
    case .otherEncoding(let path, let encoding):
      "The file '\(path)' keeps its text as \(encoding); a tracker file keeps it as UTF-8."
    case .largeSchema(let path):
      "The file '\(path)' holds more tables, views, indexes and triggers, or longer ones, than are read;"
        + " most of them are not of this program."
    case .foreignSchema(let path, let names, _):
      "The file '\(path)' holds what is not of this program, and would run or answer in its place:"
        + " \(names.listed)."
    case .runsAlive(let path, let runs):
      "The file '\(path)' cannot be brought to this version while runs are at work on it:"
        + " \(runs.listed)."
    case .noRoom(let path, let needed, let free):
      "There is too little room at '\(path)': \(needed.megabytes) are needed, and"
        + " \(free.megabytes) are free."
    case .readOnly(let path): "The file '\(path)' cannot be written."
    case .corrupt(let path, let detail): "The file '\(path)' is damaged: \(detail)."
    case .alreadyThere(let path): "There is a file '\(path)' already."
    case .cannotOpen(let path, let detail): "The file '\(path)' cannot be opened: \(detail)."
    case .needsSideFile(let path, let side):
      "The file '\(path)' cannot be read where it is: part of it is in '\(side)', and SQLite would"
        + " have to write there, which you may not."
    case .journalOfSeveralFiles(let path):
      "The journal '\(path)' names another file, which SQLite would delete."
    case .unfitLog(let path, let log, let detail):
      "The file '\(path)' cannot be read together with '\(log)', which a killed process left: together they"
        + " are damaged, as if the latter had been cut or put there from elsewhere (\(detail))."
    case .cutLog(let path, let log):
      "Another program has cut '\(log)' short, which holds the last changes of '\(path)'. Nothing more is"
        + " written."
    case .removedLog(let path, let log):
      "Another program has removed '\(log)', which holds the last changes of '\(path)'. Nothing more is"
        + " written."
    case .busy(let path): "The file '\(path)' stayed locked by another process for a minute."
    case .badTemporaryFolder(let path, let detail):
      "The folder for temporary files, '\(path)', cannot be used: \(detail)."
    case .diskFull(let path): "The disk that holds '\(path)' is full."
    case .inputOutput(let path, let detail): "Reading or writing '\(path)' failed: \(detail)."
    case .refused(let path, let detail): "The file '\(path)' refuses the row: \(detail)."
    case .unfitForeignKey(let path, let detail):
      "A table of others in '\(path)' has a foreign key that fits no key, so that rows cannot be changed:"
        + " \(detail)."
    case .linkedSideFile(let side):
      "'\(side)' is a symbolic link, which SQLite does not follow beside a database."
    case .openedForReading(let path): "The file '\(path)' was opened for reading."
    case .lostContent(let path):
      "What was being stored in '\(path)' was removed by another program meanwhile."
    case .unexpectedValue(let column, let found):
      "The column '\(column)' holds \(found), which the schema does not allow."
    case .unreadableRows(let rows):
      "Run \(rows.run) has rows that cannot be read, and that were left out: \(rows.listed)."
    case .invalidSQL(let message): "SQLite does not accept the statement: \(message)."
    case .notAQuery: "The statement does something else than read."
    case .severalStatements: "There is more than one statement."
    case .emptyStatement: "There is no statement."
    case .unknownParameter(let name, _): "The statement has no parameter ':\(name)'."
    case .missingParameter(let name): "The parameter ':\(name)' has no value."
    case .unknownQuery(let name, _): "There is no saved query '\(name)'."
    case .malformedQuery(let name, let detail):
      "The header of the saved query '\(name)' is malformed: \(detail)."
    case .interrupted: "The statement was interrupted."
    case .noSuchRun(let selector): "There is no run '\(selector)'."
    case .isDeleted(let run): "Run \(run) is deleted."
    case .isNotDeleted(let run): "Run \(run) is not deleted."
    case .wholeRunsOnly(.number(let epoch)):
      "This is about whole runs, not about epoch \(epoch) of one."
    case .wholeRunsOnly(.best): "This is about whole runs, not about the best epoch of one."
    case .noBestEpoch(let run, let metric?, let step):
      "The best \(metric) of run \(run)\(step.map { ", at step \($0)," } ?? "") belongs to no epoch."
    case .noBestEpoch(let run, nil, _):
      "No metric of run \(run) has values of which it is known which are better."
    case .ambiguousRun(let prefix, let candidates):
      "Several runs have a uuid that starts with '\(prefix)': \(candidates.listed)."
    case .noRuns: "There are no runs."
    case .noRunWithMetric(let name): "No run has a value of the metric '\(name)'."
    case .noSuchExperiment(let name, _): "There is no experiment '\(name)'."
    case .experimentExists(let name): "There is an experiment '\(name)' already."
    case .experimentHasRuns(let name, let runs):
      "The experiment '\(name)' has \(runs) run\(runs == 1 ? "" : "s")."
    case .severalRuns(let name, let ids): "\(ids.count) runs are called '\(name)'."
    case .noRunWithTag(let name, _): "No run has the tag '\(name)'."
    case .unknownGoal(let metric):
      "Nobody has said whether smaller or larger values of '\(metric)' are better."
    case .invalidSelector(let text): "'\(text)' does not name a run."
    case .mergesItself(let path): "The file '\(path)' cannot be merged with itself."
    case .damagedRun(let path, let run, let details):
      "Run \(run) of '\(path)' is damaged: \(details.firstFew)."
    case .restoresItself(let path): "The file '\(path)' cannot be restored from itself."
    case .inUse(let path): "The file '\(path)' is in use by another process."
    case .stillRunning(let run, let pid, let host):
      "Run \(run) is still running\(pid.map { " as process \($0)" } ?? "")"
        + "\(host.map { " on \($0)" } ?? "")."
    case .ownedByAnother(let run, .running, let pid, let host, let time):
      "Run \(run) is being written by another process"
        + "\(pid.map { ", \($0)" } ?? "")\(host.map { " on \($0)" } ?? ""), last heard of at"
        + " \(time.formatted(.iso8601)). This one stops; nothing of what the other wrote was touched."
    case .ownedByAnother(let run, let status, _, _, let time):
      "Run \(run) has meanwhile been written by another process, or was taken for dead by tracker doctor;"
        + " it is \(status.rawValue), last heard of at \(time.formatted(.iso8601)). This one stops;"
        + " nothing of what the other wrote was touched."
    case .noSnapshot(let run, .some(let epoch), _): "Run \(run) has no snapshot of epoch \(epoch)."
    case .noSnapshot(let run, .none, _): "Run \(run) has no snapshot."
    case .noEpoch(let run, let epoch, let part, _):
      "Run \(run) has no \(part) of epoch \(epoch)."
    }
  }

  /// What to do next.
  public var hint: String {
    switch self {
    case .missing: "Check the path, or run something first: tracker run makes the file."
    case .vanished:
      "What was written last may still be in the file of the same name that ends in '-wal'. Move it"
        + " along before anything opens the old name again; then resume where the file is now."
    case .empty: "Run something first, or check that this is the right file."
    case .notADatabase, .foreign: "Choose another file with --db FILE."
    case .newerSchema: "Install the version of tracker that made the file, or a newer one."
    case .foreignObjects:
      "Drop it with sqlite3, in a copy if you need it, and try again; triggers are dropped by: tracker"
        + " doctor --repair --db FILE"
    case .largeSchema:
      "Drop them with sqlite3, in a copy if you need them, or ask whose file it is for one without."
    case .foreignSchema(_, _, isMendable: true):
      "Remove it, after a backup: tracker doctor --repair --db FILE"
    case .foreignSchema(_, _, isMendable: false):
      "Rename or change the table with sqlite3 until it is as schema.sql has it; the rest is removed"
        + " by: tracker doctor --repair --db FILE"
    case .runsAlive:
      "End them first, or wait a minute after their end if they ran on another machine; commands that"
        + " only read work meanwhile."
    case .noRoom: "Make room, or for the temporary folder choose another one: TMPDIR=FOLDER"
    case .noVersion:
      "Put a backup back: tracker backup --restore BACKUP --db FILE; if only the number was changed:"
        + " sqlite3 FILE \"PRAGMA user_version = \(EmbeddedSchema.version)\""
    case .otherEncoding:
      "Make one of UTF-8 of it: (sqlite3 FILE .dump; sqlite3 FILE \"SELECT 'PRAGMA application_id = "
        + "\(EmbeddedSchema.applicationID); PRAGMA user_version = ' || user_version || ';' FROM"
        + " pragma_user_version\") | sqlite3 NEW"
    case .readOnly:
      "Check the permissions of the file and its folder, or choose another with --db FILE."
    case .corrupt:
      "Put a backup back: tracker backup --restore BACKUP --db FILE; or save what is readable:"
        + " sqlite3 FILE .recover"
    case .alreadyThere: "Choose another name, or remove that file first."
    case .cannotOpen: "Check that the path names a file in a folder that you may read and write."
    case .needsSideFile:
      "Copy both files into a folder of your own under the same names, and read the copy."
    case .journalOfSeveralFiles:
      "Move the journal to another folder. Only if a program of yours crashed while it wrote several"
        + " databases at once, open the database with that program first."
    case .unfitLog:
      "Move the log to another folder, and look at what the file holds without it: tracker doctor --db"
        + " FILE; or put a backup back: tracker backup --restore BACKUP --db FILE"
    case .cutLog, .removedLog:
      "See what is left, tracker doctor --db FILE, and go on from there with tracker resume; leave the"
        + " files beside a database alone."
    case .busy: "End the program that holds the file, or log to another one with --db FILE."
    case .badTemporaryFolder: "Set the variable TMPDIR to a folder that you may write to."
    case .diskFull: "Make room and try again; what was stored before is safe."
    case .inputOutput: "Check the disk; network file systems often cannot lock a database."
    case .refused: "Compare the row with the rules in schema.sql."
    case .unfitForeignKey:
      "Drop that table, or make it anew without the foreign key, with: sqlite3 FILE"
    case .linkedSideFile:
      "Put the file that it leads to in its place; if it leads nowhere, remove it."
    case .openedForReading: "Open it for writing."
    case .lostContent: "Store it again; while content is being stored, prune from the same machine."
    case .unexpectedValue:
      "Find the row, which tracker doctor names if it is a list; schema.sql says what the column holds."
    case .unreadableRows:
      "See what is wrong with them: tracker doctor; then put a backup back, or correct or delete these rows"
        + " with sqlite3."
    case .invalidSQL: "Tables and columns are listed in schema.sql; quote text in 'single quotes'."
    case .notAQuery: "Only SELECT, VALUES, WITH and EXPLAIN are allowed here; write with sqlite3."
    case .severalStatements: "Give one statement at a time."
    case .emptyStatement: "Give a statement such as SELECT * FROM run_summary."
    case .unknownParameter(_, let known):
      known.isEmpty ? "It has no parameters." : "Its parameters are \(known.listed)."
    case .missingParameter(let name): "Give one with --param \(name)=VALUE."
    case .unknownQuery(_, let known): "Choose one of \(known.listed)."
    case .malformedQuery: "Write it like the other files in queries."
    case .interrupted: "Run it again, perhaps with a LIMIT."
    case .noSuchRun, .noRunWithMetric, .isNotDeleted: "See what there is: tracker list"
    case .isDeleted(let run): "Bring it back: tracker restore \(run)"
    case .noSuchExperiment(_, let known): "There are \(known.firstFew)."
    case .noRunWithTag(_, let known):
      known.isEmpty
        ? "Hang one on a run: tracker edit RUN --tag NAME" : "There are \(known.firstFew)."
    case .experimentExists:
      "Choose another name, or move runs there: tracker edit RUN --experiment NAME"
    case .experimentHasRuns(let name, _):
      "Delete or move them first: tracker delete --experiment '\(name)'"
    case .severalRuns(_, let ids): "Name one by its id: \(ids.listed)."
    case .wholeRunsOnly(let epoch): "Leave '@\(epoch.words)' out."
    case .noBestEpoch(let run, .some, _):
      "Name the epoch, such as \(run)@3, or leave it out: \(run)"
    case .noBestEpoch(let run, nil, _):
      "Say what is better, with tracker goal METRIC max (or min), or name the epoch, such as"
        + " \(run)@3"
    case .ambiguousRun: "Give more characters of the uuid, or the id."
    case .noRuns: "Run something first: tracker run lenet"
    case .unknownGoal(let metric): "Say it: tracker goal '\(metric)' max (or min)"
    case .invalidSelector:
      "Give an id, 'latest', a name, the beginning of a uuid or 'best:METRIC', and after it '@EPOCH' or"
        + " '@best' where an epoch makes sense."
    case .mergesItself: "Name another tracker file, and with --db the one that takes its runs."
    case .damagedRun:
      "Summaries are made anew by tracker doctor --repair; for content put a backup back, or do without"
        + " the snapshots of that run: tracker prune"
    case .restoresItself: "Name a backup, and with --db the file whose place it takes."
    case .inUse: "End the programs that have the file open, then try again."
    case .stillRunning:
      "End that process first, or wait a minute after its end if it ran on another machine."
    case .ownedByAnother(let run, _, _, _, _):
      "See how it goes: tracker show \(run). A run that is stopped for too long, or whose machine sleeps,"
        + " counts as crashed, and may be resumed by others."
    case .noSnapshot(_, _, let available):
      available.isEmpty ? "Run again with snapshots on." : "It has epochs \(available.listed)."
    case .noEpoch(_, _, _, let available):
      available.isEmpty
        ? "Leave '@EPOCH' out: none of it belongs to an epoch."
        : "It has epochs \(available.listed)."
    }
  }
}

extension RunStoreError {
  /// The same error, naming another path where it is about `path`.
  func about(_ other: String, insteadOf path: String) -> RunStoreError {
    switch self {
    case .cannotOpen(path, let detail): .cannotOpen(path: other, detail: detail)
    case .inputOutput(path, let detail): .inputOutput(path: other, detail: detail)
    case .corrupt(path, let detail): .corrupt(path: other, detail: detail)
    case .refused(path, let detail): .refused(path: other, detail: detail)
    case .diskFull(path): .diskFull(path: other)
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

extension Int {
  /// So many bytes in words, rounded up.
  fileprivate var megabytes: String {
    "\((self + 99_999) / 100_000 / 10).\((self + 99_999) / 100_000 % 10) MB"
  }
}

extension [Int] {
  /// The numbers with commas between them; of many, the first and the last ones.
  package var listed: String {
    guard count > 20 else { return map(String.init).listed }
    return prefix(10).map(String.init).listed + " … " + suffix(5).map(String.init).listed
  }
}

extension [String] {
  /// The first of the words with commas between them, and how many there are more.
  public var firstFew: String {
    guard count > 6 else { return listed }
    return prefix(5).joined(separator: ", ") + " and \(count - 5) more"
  }

  /// The words with commas between them.
  fileprivate var listed: String { joined(separator: ", ") }
}
