import Foundation

/// What a run says of its process. Here alone is decided whether a run that says `running` still runs.
struct SignsOfLife: Sendable, Equatable {
  /// How the run stands, as it says itself.
  let status: RunStatus
  /// Its last sign of life.
  let heartbeatAt: Date
  /// The machine it runs on.
  let host: String?
  /// The boot of that machine.
  let bootID: String?
  /// Its process on that machine.
  let pid: Int?

  /// The longest time from one sign of life of a run to the next, in seconds.
  private static let longestSilence: TimeInterval = 60

  /// Whether the run is running, as far as one can see from `machine`.
  func isAlive(seenFrom machine: Machine, at time: Date) -> Bool {
    guard status == .running, time.timeIntervalSince(heartbeatAt) <= Self.longestSilence else {
      return false
    }
    guard host == machine.host, let pid else { return true }
    return bootID == machine.bootID && machine.isProcessAlive(pid)
  }

  /// How the run stands, as far as one can see from `machine`: `crashed` if it only says `running`.
  func status(seenFrom machine: Machine, at time: Date) -> RunStatus {
    status == .running && !isAlive(seenFrom: machine, at: time) ? .crashed : status
  }
}

extension SignsOfLife {
  /// - Parameter row: The columns of `runs`, not those of the views, which know the heartbeat only.
  init(_ row: ResultRow) throws {
    status = try row.choice("status")
    heartbeatAt = try row.date("heartbeat_at")
    host = try row.optionalText("host")
    bootID = try row.optionalText("boot_id")
    pid = try row.optionalInteger("pid")
  }
}

extension RunRecord {
  private var signsOfLife: SignsOfLife {
    SignsOfLife(status: status, heartbeatAt: heartbeatAt, host: host, bootID: bootID, pid: pid)
  }

  /// Whether the run is running, as far as one can see from `machine`.
  public func isAlive(seenFrom machine: Machine, at time: Date) -> Bool {
    signsOfLife.isAlive(seenFrom: machine, at: time)
  }

  /// How the run stands, as far as one can see from `machine`: `crashed` if it only says `running`.
  public func status(seenFrom machine: Machine, at time: Date) -> RunStatus {
    signsOfLife.status(seenFrom: machine, at: time)
  }
}

extension ComparedRun {
  /// How the run stands, as far as one can see from `machine`: `crashed` if it only says `running`.
  public func status(seenFrom machine: Machine, at time: Date) -> RunStatus {
    signsOfLife.status(seenFrom: machine, at: time)
  }
}
