import Foundation
import GRDB
import GRDBSQLite

/// Lets other writers have the file between the transactions of a long work, and has them pay for little
/// of it.
///
/// SQLite has no queue of writers: who finds the file locked asks again after 25 ms at the most (a program
/// with SQLite's own way of waiting, for the first eighth of a second). A pause of a little more before then is
/// not missed. And whoever commits when the log has a thousand pages brings them into the file, and waits until
/// all that others have added is on the disk: this one does so itself, before it adds more.
final class WritePacing {
  private static let work = Duration.milliseconds(40)
  private static let pause = Duration.milliseconds(30)

  /// How long the steps of one transaction may take together. With it, the work between two pauses never
  /// comes near the eighth of a second.
  private static let transaction = Duration.milliseconds(20)

  /// How many pages may be written before they are brought into the file: fewer than a transaction of
  /// `ContentWriter` has.
  private static let mostPages = 400

  /// How many pages may be cut off the end before the file is made shorter, which happens with the log moved
  /// whole: hundreds of megabytes take the file system a third of a second.
  private static let mostPagesCut = 4_000

  /// Takes small steps until there are no more or the time of a transaction is over: how long a step takes
  /// depends on the file and the machine.
  /// - Parameter step: Returns whether there is more.
  /// - Returns: Whether there is more.
  static func takeSteps(_ step: () throws -> Bool) rethrows -> Bool {
    let start = ContinuousClock.now
    while try step() {
      if ContinuousClock.now - start > transaction { return true }
    }
    return false
  }

  private let outsideTransactions: (_ body: (Database) throws -> Void) throws -> Void
  private var start = ContinuousClock.now
  private var pages = 0
  private var pagesCut = 0

  /// - Parameter outsideTransactions: Runs its argument on the connection that writes.
  init(outsideTransactions: @escaping (_ body: (Database) throws -> Void) throws -> Void) {
    self.outsideTransactions = outsideTransactions
  }

  /// Comes after each transaction: brings what it wrote into the file, and waits now and then.
  /// - Parameter pagesCut: How many pages it cut off the end of the file.
  func pause(afterCutting pagesCut: Int = 0) throws {
    let end = ContinuousClock.now
    self.pagesCut += pagesCut
    try outsideTransactions { db in
      pages += db.takeWrittenPages()
      let isShorter = self.pagesCut > Self.mostPagesCut
      guard pages > Self.mostPages || isShorter else { return }
      pages = 0
      if try db.moveLog(whole: isShorter) { self.pagesCut = 0 }
    }
    guard ContinuousClock.now - start > Self.work else { return }
    // While the log was moved, others could write too.
    let rest = Self.pause - (ContinuousClock.now - end)
    if rest > .zero { Thread.sleep(forTimeInterval: rest / .seconds(1)) }
    start = .now
  }
}

extension Database {
  /// The pages that a log may have before it begins anew, 16 MiB of them. That takes the lock until the disk
  /// has all of them, so that it is not done each time.
  private static let mostPagesOfLog = 4_000

  /// How many pages this connection has written since it was last asked.
  fileprivate func takeWrittenPages() -> Int {
    var (count, most): (Int32, Int32) = (0, 0)
    sqlite3_db_status(sqliteConnection, SQLITE_DBSTATUS_CACHE_WRITE, &count, &most, 1)
    return Int(count)
  }

  /// Brings what stands in the log into the file. Others can write meanwhile.
  /// - Parameter whole: Whether also what others write meanwhile is to be moved.
  /// - Returns: Whether all of it was moved, for sure.
  fileprivate func moveLog(whole: Bool) throws -> Bool {
    // Where another program is at it already, to add more would make it wait for that too; a second is
    // enough for all that there can be.
    for _ in 0..<200 {
      let state = try row("PRAGMA main.wal_checkpoint(PASSIVE)")
      if state?["busy"].integer != 1 {
        let isLong = state?["log"].integer ?? 0 > Self.mostPagesOfLog
        return try whole || isLong ? beginLogAnew() : false
      }
      Thread.sleep(forTimeInterval: 0.005)
    }
    return false
  }

  /// Brings the little that others have written meanwhile into the file too, and has the next writer begin
  /// the log at its start.
  /// - Returns: False where others write or read just then: it is left for the next time.
  private func beginLogAnew() throws -> Bool {
    sqlite3_busy_timeout(sqliteConnection, 0)
    defer { waitFairly() }
    return try row("PRAGMA main.wal_checkpoint(RESTART)")?["busy"].integer == 0
  }
}
