import Foundation

extension RunStoreError: LocalizedError {
  /// What happened, naming the thing and the place.
  public var errorDescription: String? {
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
    case .outOfMemory(let path): "There is too little memory for what is asked of '\(path)'."
    case .refused(let path, let detail): "The file '\(path)' refuses the row: \(detail)."
    case .unfitForeignKey(let path, let detail):
      "A table of others in '\(path)' has a foreign key that fits no key, so that rows cannot be changed:"
        + " \(detail)."
    case .longMetricName(let name):
      "The name of the metric '\(name.prefix(40))…' has \(name.unicodeScalars.count) characters;"
        + " \(MetricName.mostCharacters) are the most."
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
    case .noRunWithTag(let name, _): "None of the runs has the tag '\(name)'."
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
  public var recoverySuggestion: String? {
    switch self {
    case .missing: "check the path, or run something first, which makes the file"
    case .vanished:
      "look for what was written last in the file of the same name that ends in '-wal', and move it along"
        + " before anything opens the old name again; then resume where the file is now"
    case .empty: "run something first, or check that this is the right file"
    case .notADatabase, .foreign: "choose another file"
    case .newerSchema: "install the version of tracker that made the file, or a newer one"
    case .foreignObjects: "drop it with sqlite3, in a copy if you need it, and try again"
    case .largeSchema:
      "drop them with sqlite3, in a copy if you need them, or ask whose file it is for one without"
    case .foreignSchema(_, _, isMendable: true): "remove it, after a backup, by repairing the file"
    case .foreignSchema(_, _, isMendable: false):
      "rename or change the table with sqlite3 until it is as schema.sql has it; repairing the file removes"
        + " the rest"
    case .runsAlive:
      "end them first, or wait a minute after their end if they ran on another machine; reading works"
        + " meanwhile"
    case .noRoom: "make room, or for the temporary folder choose another one: TMPDIR=FOLDER"
    case .noVersion:
      "put a backup back; or, if only the number was changed: sqlite3 FILE"
        + " \"PRAGMA user_version = \(EmbeddedSchema.version)\""
    case .otherEncoding:
      "make one of UTF-8 of it: (sqlite3 FILE .dump; sqlite3 FILE \"SELECT 'PRAGMA application_id = "
        + "\(EmbeddedSchema.applicationID); PRAGMA user_version = ' || user_version || ';' FROM"
        + " pragma_user_version\") | sqlite3 NEW"
    case .readOnly: "check the permissions of the file and its folder, or choose another file"
    case .corrupt: "put a backup back; or save what is readable: sqlite3 FILE .recover"
    case .alreadyThere: "choose another name, or remove that file first"
    case .cannotOpen: "check that the path names a file in a folder that you may read and write"
    case .needsSideFile:
      "copy both files into a folder of your own under the same names, and read the copy"
    case .journalOfSeveralFiles:
      "move the journal to another folder; only if a program of yours crashed while it wrote several"
        + " databases at once, open the database with that program first"
    case .unfitLog:
      "move the log to another folder, and examine what the file holds without it; or put a backup back"
    case .cutLog, .removedLog:
      "see what is left, tracker doctor, and go on from there with tracker resume; leave the files beside a"
        + " database alone"
    case .busy: "end the program that holds the file, or log to another one"
    case .badTemporaryFolder: "set the variable TMPDIR to a folder that you may write to"
    case .diskFull: "make room and try again; what was stored before is safe"
    case .inputOutput: "check the disk; network file systems often cannot lock a database"
    case .outOfMemory: "ask for less at once, or allow more memory (ulimit -v)"
    case .refused: "compare the row with the rules in schema.sql"
    case .unfitForeignKey:
      "drop that table, or make it anew without the foreign key, with: sqlite3 FILE"
    case .longMetricName: "log it by a short name, and keep what it says as a parameter or a tag"
    case .linkedSideFile:
      "put the file that it leads to in its place; if it leads nowhere, remove it"
    case .openedForReading: "open it for writing"
    case .lostContent: "store it again; while content is being stored, prune from the same machine"
    case .unexpectedValue:
      "find the row, which tracker doctor names if it is a list; schema.sql says what the column holds"
    case .unreadableRows:
      "see what is wrong with them, tracker doctor; then put a backup back, or correct or delete these rows"
        + " with sqlite3"
    case .invalidSQL: "look up tables and columns in schema.sql; quote text in 'single quotes'"
    case .notAQuery: "ask with SELECT, VALUES, WITH or EXPLAIN; write with sqlite3"
    case .severalStatements: "give one statement at a time"
    case .emptyStatement: "give a statement such as SELECT * FROM run_summary"
    case .unknownParameter(_, let known):
      known.isEmpty ? "leave it out: there are no parameters" : "choose one of \(known.listed)"
    case .missingParameter: "give it one"
    case .unknownQuery(_, let known): "choose one of \(known.listed)"
    case .malformedQuery: "write it like the other files in queries"
    case .interrupted: "run it again, perhaps with a LIMIT"
    case .noSuchRun, .noRunWithMetric, .isNotDeleted: "see what there is: tracker list"
    case .isDeleted(let run): "bring it back: tracker restore \(run)"
    case .noSuchExperiment(_, let known): "choose one of \(known.firstFew)"
    case .noRunWithTag(_, let known):
      known.isEmpty ? "hang one on a run first" : "choose one of \(known.firstFew)"
    case .experimentExists: "choose another name, or move runs there"
    case .experimentHasRuns: "delete or move them first"
    case .severalRuns(_, let ids): "name one by its id: \(ids.listed)"
    case .wholeRunsOnly(let epoch): "leave '@\(epoch.words)' out"
    case .noBestEpoch(let run, .some, _):
      "name the epoch, such as \(run)@3, or leave it out: \(run)"
    case .noBestEpoch(let run, nil, _):
      "say what is better, with tracker goal METRIC max (or min), or name the epoch, such as \(run)@3"
    case .ambiguousRun: "give more characters of the uuid, or the id"
    case .noRuns: "run something first: tracker run lenet"
    case .unknownGoal(let metric): "say it: tracker goal '\(metric)' max (or min)"
    case .invalidSelector:
      "give an id, 'latest', a name, the beginning of a uuid or 'best:METRIC', and after it '@EPOCH' or"
        + " '@best' where an epoch makes sense"
    case .mergesItself: "name another tracker file, and the one that takes its runs"
    case .damagedRun:
      "put a backup back for content, or prune the snapshots of that run; repairing the file makes summaries"
        + " anew; what is too long can be shortened in the sqlite3 shell"
    case .restoresItself: "name a backup, and the file whose place it takes"
    case .inUse: "end the programs that have the file open, then try again"
    case .stillRunning:
      "end that process first, or wait a minute after its end if it ran on another machine"
    case .ownedByAnother(let run, _, _, _, _):
      "see how it goes, tracker show \(run); a run that is stopped for too long, or whose machine sleeps,"
        + " counts as crashed, and may be resumed by others"
    case .noSnapshot(_, _, let available):
      available.isEmpty
        ? "run again with snapshots on" : "choose one of its epochs: \(available.listed)"
    case .noEpoch(_, _, _, let available):
      available.isEmpty
        ? "leave '@EPOCH' out: none of it belongs to an epoch"
        : "choose one of its epochs: \(available.listed)"
    }
  }
}

extension Error {
  /// What is wrong, as a run keeps it: a sentence where the error has one.
  package var words: String {
    (self as? any LocalizedError)?.errorDescription ?? String(describing: self)
  }
}

extension RunStoreError: CustomStringConvertible {
  /// What happened and what to do next, a line each.
  public var description: String { "\(localizedDescription)\n\(recoverySuggestion ?? "")" }
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
