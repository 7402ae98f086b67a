import CLinux
import Foundation
import RunStore

/// Passes the output of a program on as it comes, and shows it to someone.
///
/// Of two streams that have something, the one that had it first comes first: the kernel tells of them in the
/// order in which that happened, if each is asked for anew once it was read. Of terminals it learns late, so
/// that before a line without an end, such as a prompt, the other stream is asked for what was written before.
final class OutputPump: @unchecked Sendable {
  // Used by the thread alone once that has started, but for the pipe that wakes it.
  private var channels: [OutputChannel]
  private let wakeup: (reading: Int32, writing: Int32)
  /// What the kernel tells of streams that have something (`epoll`).
  private let queue: Int32
  private var isEnding = false
  /// The first stream that could not be passed on, and why, though someone was there to take it; to be read
  /// once the thread has ended.
  private(set) var loss: (stream: OutputLine.Stream, reason: String)?
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

  /// How long a prompt is at most, in bytes, and how many pieces of standard error go before it.
  private static let prompt: (size: Int, pieces: Int) = (256, 16)

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
    queue = epoll_create1(Int32(EPOLL_CLOEXEC))
    guard queue >= 0, pipe(&ends) == 0 else {
      throw LaunchError.notStarted("its output", reason: String(cString: strerror(errno)))
    }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    wakeup = (ends[0], ends[1])
    // Before the program starts, so that its first words keep their order.
    for source in [wakeup.reading] + channels.map(\.source) { ask(EPOLL_CTL_ADD, for: source) }
  }

  /// Has the kernel tell, once, when a descriptor has something to read.
  private func ask(_ operation: Int32, for descriptor: Int32) {
    var event = epoll_event()
    event.events = EPOLLIN.rawValue | EPOLLONESHOT.rawValue
    event.data.fd = descriptor
    epoll_ctl(queue, operation, descriptor, &event)
  }

  /// Starts to pass on, once the program has its ends.
  func start() {
    for index in channels.indices {
      channels[index].closeProgramEnd()
    }
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
    var events = [epoll_event](repeating: epoll_event(), count: channels.count + 1)
    var rests = 0
    while !(isEnding && channels.isEmpty), rests < Self.mostRests {
      let count = epoll_wait(
        queue, &events, Int32(events.count), isEnding ? Self.quiet : -1)
      if count == 0 { break }
      guard count > 0 else { continue }
      for event in events.prefix(Int(count)) {
        if let index = channels.firstIndex(where: { $0.source == event.data.fd }) {
          move(channels[index], through: buffer)
        } else if event.data.fd == wakeup.reading {
          listen()
        }
      }
      if isEnding { rests += 1 }
    }
    for index in channels.indices { channels[index].closeSource() }
    close(queue)
  }

  /// Passes on what a channel has; a line without an end after what belongs before it.
  private func move(_ channel: OutputChannel, through buffer: UnsafeMutableRawBufferPointer) {
    guard let count = channel.read(into: buffer) else {
      return ask(EPOLL_CTL_MOD, for: channel.source)
    }
    guard count > 0 else { return end(channel) }
    let bytes = UnsafeRawBufferPointer(rebasing: buffer[..<count])
    let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[count...])
    guard channel.isTerminal, count <= Self.prompt.size, bytes.last != Self.newline,
      let other = channels.first(where: { $0.source != channel.source })
    else { return pass(bytes, from: channel) }
    switch channel.stream {
    case .stdout:
      let whole = bytes.lastIndex(of: Self.newline).map { $0 + 1 } ?? 0
      if whole > 0 { pass(UnsafeRawBufferPointer(rebasing: bytes[..<whole]), from: channel) }
      passErrors(through: rest)
      guard channels.contains(where: { $0.source == channel.source }) else { return }
      pass(UnsafeRawBufferPointer(rebasing: bytes[whole...]), from: channel)
    case .stderr:
      guard other.hasSomething, let count = other.read(into: rest), count > 0 else {
        return pass(bytes, from: channel)
      }
      let others = UnsafeRawBufferPointer(rebasing: rest[..<count])
      // Whole lines were there before this one was begun; another without an end is a prompt after it.
      if others.last == Self.newline {
        pass(others, from: other)
        pass(bytes, from: channel)
      } else {
        pass(bytes, from: channel)
        passErrors(through: UnsafeMutableRawBufferPointer(rebasing: rest[count...]))
        pass(others, from: other)
      }
    }
  }

  /// Passes on what was said on standard error before a prompt.
  private func passErrors(through buffer: UnsafeMutableRawBufferPointer) {
    for _ in 0..<Self.prompt.pieces {
      guard let errors = channels.first(where: { $0.stream == .stderr }),
        errors.hasSomething, let count = errors.read(into: buffer)
      else { return }
      guard count > 0 else { return end(errors) }
      pass(UnsafeRawBufferPointer(rebasing: buffer[..<count]), from: errors)
    }
  }

  private static let newline = UInt8(ascii: "\n")

  private func pass(_ bytes: UnsafeRawBufferPointer, from channel: OutputChannel) {
    let problem = channel.pass(bytes)
    receive(bytes, channel.stream)
    guard let problem else { return ask(EPOLL_CTL_MOD, for: channel.source) }
    if problem != EPIPE, loss == nil {
      loss = (channel.stream, String(cString: strerror(problem)))
    }
    // What nobody takes is not read either: the program finds out as it would have without us.
    end(channel)
  }

  private func end(_ channel: OutputChannel) {
    guard let index = channels.firstIndex(where: { $0.source == channel.source }) else { return }
    channels[index].closeSource()
    channels.remove(at: index)
  }

  private func listen() {
    defer { ask(EPOLL_CTL_MOD, for: wakeup.reading) }
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
