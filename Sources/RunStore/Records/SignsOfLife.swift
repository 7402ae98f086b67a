import Foundation

/// What a run says of its process, and the whole rule by which a run that says `running` still runs. The view
/// `run_summary`, the server and the Python module follow the part of it that they can know.
struct SignsOfLife: Sendable, Equatable {
  /// How the run stands, as it says itself.
  let status: RunStatus
  /// Its last sign of life.
  let heartbeatAt: Date
  /// The machine it runs on.
  let host: String?
  /// The boot of that machine.
  let bootID: String?
  /// The namespace in which the process id is meant.
  let pidNamespace: Int?
  /// Its process on that machine.
  let pid: Int?
  /// The promised time from one sign of life to the next, in seconds; nil if none is promised.
  let heartbeatSeconds: Int?

  /// How long a run that promises nothing counts as alive after its last sign of life, in seconds.
  private static let usualSilence = 60

  /// Whether someone may be at work on the run, as far as one can see from `machine`, so that nobody else
  /// may be.
  func isAlive(seenFrom machine: Machine, at time: Date) -> Bool {
    guard status == .running else { return false }
    switch knowledge(of: machine) {
    case .isGone: return false
    case .isAlive where heartbeatSeconds == nil: return true
    case .isAlive, .isGoneFromHere, .nothing: return isHeard(at: time)
    }
  }

  /// How the run stands, as far as one can see from `machine`: `crashed` if it only says `running`.
  ///
  /// A program that promises no sign of life is never called dead for being quiet; one that does is,
  /// after three missed ones. A process that is gone is dead at once.
  func status(seenFrom machine: Machine, at time: Date) -> RunStatus {
    guard status == .running else { return status }
    switch knowledge(of: machine) {
    case .isGone: return .crashed
    case .isGoneFromHere: return isHeard(at: time) ? .running : .crashed
    case .isAlive, .nothing:
      return heartbeatSeconds == nil || isHeard(at: time) ? .running : .crashed
    }
  }

  /// Whether the last sign of life comes from a time that is still to come: a clock was set back, or goes
  /// wrong elsewhere. It counts as none, or the run would count as running until then.
  func isHeardFromTheFuture(at time: Date) -> Bool {
    heartbeatAt.timeIntervalSince(time) > silence
  }

  /// The longest promise that counts, in seconds: a day. Nobody would ever find that a run is dead of
  /// which a sign of life is due in a thousand years.
  static let longestPromise = 86_400

  private func isHeard(at time: Date) -> Bool {
    abs(time.timeIntervalSince(heartbeatAt)) <= silence
  }

  /// For how long nothing need be heard of the run, in seconds.
  private var silence: TimeInterval {
    TimeInterval(
      heartbeatSeconds.map { 3 * min(max(0, $0), Self.longestPromise) } ?? Self.usualSilence)
  }

  private func knowledge(of machine: Machine) -> Machine.Knowledge {
    machine.knowledge(host: host, bootID: bootID, pidNamespace: pidNamespace, pid: pid)
  }
}

extension SignsOfLife {
  /// - Parameter row: The columns of `runs`, not those of the views, which know the heartbeat only.
  init(_ row: ResultRow) throws {
    status = try row.choice("status")
    heartbeatAt = try row.date("heartbeat_at")
    host = try row.optionalText("host")
    bootID = try row.optionalText("boot_id")
    pidNamespace = try row.optionalInteger("pid_namespace")
    pid = try row.optionalInteger("pid")
    heartbeatSeconds = try row.optionalInteger("heartbeat_seconds")
  }
}

extension RunRecord {
  var signsOfLife: SignsOfLife {
    SignsOfLife(
      status: status, heartbeatAt: heartbeatAt, host: host, bootID: bootID,
      pidNamespace: pidNamespace, pid: pid, heartbeatSeconds: heartbeatSeconds)
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
