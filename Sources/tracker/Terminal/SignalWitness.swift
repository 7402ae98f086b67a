import Foundation

/// A process beside the program of `exec`, in the same process group, that does nothing and lets signals wait:
/// those that wait for it were sent to the whole group, and so to the program, too. The kernel tells nobody
/// else.
struct SignalWitness: ~Copyable {
  private let process: pid_t
  /// The witness ends when this is closed, also because we were killed.
  private let end: Int32

  /// Starts a witness for signals; nil if that cannot be.
  init?(_ signals: [Int32]) {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { return nil }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    defer { close(ends[0]) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, ends[0], STDIN_FILENO)
    for stream in [STDOUT_FILENO, STDERR_FILENO] {
      posix_spawn_file_actions_addopen(&actions, stream, "/dev/null", O_WRONLY, 0)
    }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var blocked = sigset_t()
    sigemptyset(&blocked)
    for signal in signals { sigaddset(&blocked, signal) }
    posix_spawnattr_setsigmask(&attributes, &blocked)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
    var words = [strdup("cat"), nil]
    var variables: [UnsafeMutablePointer<CChar>?] = [nil]
    defer { free(words[0]) }
    var process = pid_t()
    guard posix_spawnp(&process, "cat", &actions, &attributes, &words, &variables) == 0 else {
      close(ends[1])
      return nil
    }
    (self.process, end) = (process, ends[1])
  }

  /// Whether a signal waits for the witness.
  func hasReceived(_ signal: Int32) -> Bool {
    let status = (try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix("ShdPnd:") }
    let digits = line?.dropFirst(7).trimmingCharacters(in: .whitespaces) ?? ""
    return UInt64(digits, radix: 16).map { $0 & 1 << UInt64(signal - 1) != 0 } ?? false
  }

  deinit {
    close(end)
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
  }
}
