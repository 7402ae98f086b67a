import Foundation
import RunStore

/// Passes the output of a program on as it comes, and shows it to someone.
final class OutputPump: @unchecked Sendable {
  // Used by the thread alone once that has started, but for the pipe that wakes it.
  private var channels: [OutputChannel]
  private let wakeup: (reading: Int32, writing: Int32)
  private var isEnding = false
  private let receive: (UnsafeRawBufferPointer, OutputLine.Stream) -> Void
  private let onResize: () -> Void
  private let hasEnded = DispatchSemaphore(value: 0)

  /// What is said by a byte to the thread.
  private enum Word: UInt8 { case end, resized }

  /// How long one waits for more once the program is gone: others that it left behind may have its output
  /// open for ever. In milliseconds.
  private static let quiet: Int32 = 100
  /// How often those may write until one leaves them alone: more often than it takes to read all that a
  /// program can have written before its end.
  private static let mostRests = 100

  /// - Parameters:
  ///   - receive: Is shown what comes.
  ///   - onResize: Is told that the terminal has another size.
  init(
    _ channels: [OutputChannel],
    receive: @escaping @Sendable (UnsafeRawBufferPointer, OutputLine.Stream) -> Void,
    onResize: @escaping @Sendable () -> Void
  ) throws {
    (self.channels, self.receive, self.onResize) = (channels, receive, onResize)
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else {
      throw LaunchError.notStarted("its output", reason: String(cString: strerror(errno)))
    }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    wakeup = (ends[0], ends[1])
  }

  /// Starts to pass on, once the program has its ends.
  func start() {
    for index in channels.indices { channels[index].closeProgramEnd() }
    let thread = Thread { self.work() }
    thread.name = "output pump"
    thread.start()
  }

  /// The descriptor to which a byte 1 is written when the size of the terminal has changed.
  var resizing: Int32 { wakeup.writing }

  /// Comes back when what the program had written is passed on.
  func end() {
    var byte = Word.end.rawValue
    _ = write(wakeup.writing, &byte, 1)
    hasEnded.wait()
  }

  private func work() {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)
    defer {
      buffer.deallocate()
      hasEnded.signal()
    }
    var rests = 0
    while !(isEnding && channels.isEmpty), rests < Self.mostRests {
      var waits = channels.map { pollfd(fd: $0.source, events: Int16(POLLIN), revents: 0) }
      waits.append(pollfd(fd: wakeup.reading, events: Int16(POLLIN), revents: 0))
      let count = poll(&waits, nfds_t(waits.count), isEnding ? Self.quiet : -1)
      if count == 0 { break }
      guard count > 0 else { continue }
      // Where both have something, standard output comes first: what went wrong is said after what was done.
      for index in channels.indices where waits[index].revents != 0 {
        move(channelAt: index, through: buffer)
      }
      channels.removeAll { $0.source < 0 }
      if waits[waits.count - 1].revents != 0 { listen() }
      if isEnding { rests += 1 }
    }
    for index in channels.indices { channels[index].closeSource() }
  }

  private func move(channelAt index: Int, through buffer: UnsafeMutableRawBufferPointer) {
    let channel = channels[index]
    let count = channel.read(into: buffer)
    let bytes = UnsafeRawBufferPointer(rebasing: buffer[..<count])
    // What nobody takes is not read either: the program finds out as it would have without us.
    if count > 0, channel.pass(bytes) {
      receive(bytes, channel.stream)
    } else {
      channels[index].closeSource()
    }
  }

  private func listen() {
    var byte: UInt8 = 0
    guard read(wakeup.reading, &byte, 1) == 1 else { return }
    switch Word(rawValue: byte) {
    case .end: isEnding = true
    case .resized:
      for channel in channels { channel.copySize() }
      onResize()
    case nil: break
    }
  }
}
