import Foundation

/// The machine a program runs on, as far as it takes to say whether a process of a run still lives.
public struct Machine: Sendable {
  /// The name of the machine.
  public let host: String
  /// The identity of the present boot, so that process ids of earlier boots do not count.
  public let bootID: String?
  /// The namespace in which process ids are meant: the number of `/proc/self/ns/pid`.
  public let pidNamespace: Int?
  /// Whether there is a process with this id.
  public let isProcessAlive: @Sendable (Int) -> Bool

  /// Describes a machine.
  public init(
    host: String, bootID: String?, pidNamespace: Int? = nil,
    isProcessAlive: @escaping @Sendable (Int) -> Bool
  ) {
    self.host = host
    self.bootID = bootID
    self.pidNamespace = pidNamespace
    self.isProcessAlive = isProcessAlive
  }

  /// The machine that this program runs on.
  public static func current() -> Machine {
    let bootID = try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8)
    return Machine(
      host: ProcessInfo.processInfo.hostName,
      bootID: bootID?.split(whereSeparator: \.isWhitespace).first.map { String($0) },
      pidNamespace: currentPIDNamespace(),
      isProcessAlive: { identifier in
        guard let identifier = pid_t(exactly: identifier), identifier > 0 else { return false }
        // Signal 0 only asks; a process of another user answers with EPERM and lives.
        return kill(identifier, 0) == 0 || errno == EPERM
      })
  }

  /// The number in `pid:[4026531836]`, which the link reads; nil where there is no such link.
  private static func currentPIDNamespace() -> Int? {
    let link = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/ns/pid")
    return link.flatMap { Int($0.filter(\.isWholeNumber)) }
  }
}

extension Machine {
  /// What a machine can say of a process that it did not start.
  enum Knowledge {
    /// It runs here.
    case isAlive
    /// It ran here, and there is no such process any more.
    case isGone
    /// There is no such process here, but it may have been meant elsewhere: on another machine of the same
    /// name, or in a namespace that nobody noted.
    case isGoneFromHere
    /// It is elsewhere.
    case nothing
  }

  /// What is known of a process. Its id means something only on its machine, during its boot, and in its
  /// namespace.
  func knowledge(host: String?, bootID: String?, pidNamespace: Int?, pid: Int?) -> Knowledge {
    guard host == self.host, let pid else { return .nothing }
    guard bootID == self.bootID else { return .isGoneFromHere }
    if pidNamespace == self.pidNamespace { return isProcessAlive(pid) ? .isAlive : .isGone }
    return pidNamespace == nil && !isProcessAlive(pid) ? .isGoneFromHere : .nothing
  }
}
