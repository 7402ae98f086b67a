import Foundation

/// The machine a program runs on, as far as it takes to say whether a process of a run still lives.
public struct Machine: Sendable {
  /// The name of the machine.
  public let host: String
  /// The identity of the present boot, so that process ids of earlier boots do not count.
  public let bootID: String?
  /// Whether there is a process with this id.
  public let isProcessAlive: @Sendable (Int) -> Bool

  /// Describes a machine.
  public init(
    host: String, bootID: String?, isProcessAlive: @escaping @Sendable (Int) -> Bool
  ) {
    self.host = host
    self.bootID = bootID
    self.isProcessAlive = isProcessAlive
  }

  /// The machine that this program runs on.
  public static func current() -> Machine {
    let bootID = try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8)
    return Machine(
      host: ProcessInfo.processInfo.hostName,
      bootID: bootID?.trimmingCharacters(in: .whitespacesAndNewlines),
      isProcessAlive: { identifier in
        guard let identifier = pid_t(exactly: identifier), identifier > 0 else { return false }
        // Signal 0 only asks; a process of another user answers with EPERM and lives.
        return kill(identifier, 0) == 0 || errno == EPERM
      })
  }
}
