import Foundation
import GRDB

extension RunDatabase {
  /// Deletes a run such that `restoreRun` can bring it back: lists no longer show it.
  /// - Throws: `stillRunning` if a process is at it.
  public func deleteRun(_ run: Int, seenFrom machine: Machine, at time: Date) throws {
    try write { db in
      try refuseIfAlive(run, seenFrom: machine, at: time, in: db)
      try db.run(
        "UPDATE runs SET deleted_at = :time WHERE id = :run AND deleted_at IS NULL",
        ["time": SQLValue(time), "run": SQLValue(run)])
    }
  }

  /// Brings back a deleted run.
  public func restoreRun(_ run: Int) throws {
    try write { db in
      _ = try fetchRun(run, in: db)
      try db.run(
        "UPDATE runs SET deleted_at = NULL WHERE id = :run", ["run": SQLValue(run)])
    }
  }
}
