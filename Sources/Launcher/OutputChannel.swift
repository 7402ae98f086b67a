import Foundation
import RunStore

/// One stream of a program's output on its way to ours: a terminal of its own where ours is one, so that
/// progress bars, colours and width stay, and a pipe elsewhere.
struct OutputChannel {
  let stream: OutputLine.Stream
  /// Where it goes on to.
  let destination: Int32
  /// Where the program's output comes out.
  private(set) var source: Int32
  /// What the program gets as its stream; -1 once it has it.
  private(set) var programEnd: Int32
  let isTerminal: Bool

  /// Opens the way to a stream of ours.
  init(_ stream: OutputLine.Stream) throws {
    self.stream = stream
    destination = stream == .stdout ? STDOUT_FILENO : STDERR_FILENO
    isTerminal = isatty(destination) == 1
    (source, programEnd) = isTerminal ? try Self.openTerminal() : try Self.openPipe()
    _ = fcntl(source, F_SETFL, fcntl(source, F_GETFL) | O_NONBLOCK)
    copySize()
  }

  private static func openPipe() throws -> (source: Int32, programEnd: Int32) {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { throw failure("a pipe") }
    for end in ends { setCloseOnExec(end) }
    return (ends[0], ends[1])
  }

  private static func openTerminal() throws -> (source: Int32, programEnd: Int32) {
    var source: Int32 = -1
    var programEnd: Int32 = -1
    guard openpty(&source, &programEnd, nil, nil, nil) == 0 else {
      throw failure("a pseudo-terminal")
    }
    // The terminal that it goes on to ends its lines; here nothing is changed.
    var settings = termios()
    if tcgetattr(programEnd, &settings) == 0 {
      settings.c_oflag &= ~tcflag_t(OPOST)
      settings.c_lflag &= ~tcflag_t(ECHO)
      tcsetattr(programEnd, TCSANOW, &settings)
    }
    for end in [source, programEnd] { setCloseOnExec(end) }
    return (source, programEnd)
  }

  private static func setCloseOnExec(_ descriptor: Int32) {
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
  }

  private static func failure(_ what: String) -> LaunchError {
    .notStarted(
      "its output", reason: "\(what) could not be opened: \(String(cString: strerror(errno)))")
  }

  /// Gives the program's terminal the size of ours.
  func copySize() {
    var size = winsize()
    guard isTerminal, ioctl(destination, UInt(TIOCGWINSZ), &size) == 0 else { return }
    _ = ioctl(source, UInt(TIOCSWINSZ), &size)
  }

  /// Leaves the program's end to the program.
  mutating func closeProgramEnd() {
    if programEnd >= 0 { close(programEnd) }
    programEnd = -1
  }

  /// Ends the way: the program finds out when it writes.
  mutating func closeSource() {
    if source >= 0 { close(source) }
    source = -1
  }

  /// Reads what is there into `buffer`.
  /// - Returns: How many bytes; 0 at the end, nil for nothing yet.
  func read(into buffer: UnsafeMutableRawBufferPointer) -> Int? {
    while true {
      let count = Foundation.read(source, buffer.baseAddress, buffer.count)
      if count >= 0 { return count }
      if errno == EAGAIN { return nil }
      // A terminal that no program has open any more says EIO.
      guard errno == EINTR else { return 0 }
    }
  }

  /// Whether there is something to read. To ask has a terminal take in all that was written.
  var hasSomething: Bool {
    var wait = pollfd(fd: source, events: Int16(POLLIN), revents: 0)
    return poll(&wait, 1, 0) > 0
  }

  /// Passes bytes on.
  /// - Returns: Why they are not taken, as `errno` has it; nil if they are.
  func pass(_ bytes: UnsafeRawBufferPointer) -> Int32? {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = write(destination, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
      if count > 0 {
        rest = rest.dropFirst(count)
      } else if errno == EAGAIN {
        var wait = pollfd(fd: destination, events: Int16(POLLOUT), revents: 0)
        poll(&wait, 1, -1)
      } else if errno != EINTR {
        return errno
      }
    }
    return nil
  }
}
