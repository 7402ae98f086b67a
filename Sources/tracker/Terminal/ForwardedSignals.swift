import Foundation
import Synchronization

/// The signals of a command that runs another program: they are the program's. A terminal sends its own to the
/// program by itself, and so does whoever sends one to the process group, such as a batch system; those that
/// someone sends to this process alone are passed on. This process ends when the program does.
enum ForwardedSignals {
  /// The program; 0 while there is none.
  private static let program = Atomic<pid_t>(0)
  /// The first signal that has come; 0 for none.
  private static let received = Atomic<Int32>(0)
  /// Where a byte is written when the terminal has another size; -1 for nowhere.
  private static let resizing = Atomic<Int32>(-1)
  /// Where signals are written; -1 for nowhere.
  private static let arrivals = Atomic<Int32>(-1)

  /// In a byte of `arrivals`, beside the number: someone has sent the signal while the program ran.
  private static let isSent: UInt8 = 0x80
  /// How long a signal to the group takes to reach all of it at the most, in microseconds.
  private static let groupDelay: UInt32 = 20_000

  /// The first signal that asked this process to end; nil if none has come.
  static var first: Int32? {
    let number = received.load(ordering: .relaxed)
    return number == 0 ? nil : number
  }

  /// From now on, signals no longer end this process. One that is ignored, as `nohup` has it, stays so, also
  /// for the program.
  static func listen() {
    // Made here, before a signal handler looks at them: there nothing may be allocated.
    program.store(0, ordering: .relaxed)
    received.store(0, ordering: .relaxed)
    resizing.store(-1, ordering: .relaxed)
    watch()
    for number in StopSignals.all {
      handle(number) { number, information, _ in
        _ = ForwardedSignals.received.compareExchange(
          expected: 0, desired: number, ordering: .relaxed)
        let place = ForwardedSignals.arrivals.load(ordering: .relaxed)
        var byte = UInt8(truncatingIfNeeded: number)
        // What a person typed came to the program, too; a limit of processor time is of one process.
        if ForwardedSignals.program.load(ordering: .relaxed) > 0, let information,
          information.pointee.si_code <= 0 || number == SIGXCPU
        {
          byte |= ForwardedSignals.isSent
        }
        if place >= 0 { _ = write(place, &byte, 1) }
      }
    }
    handle(SIGWINCH) { _, _, _ in
      let place = ForwardedSignals.resizing.load(ordering: .relaxed)
      var byte: UInt8 = 1
      if place >= 0 { _ = write(place, &byte, 1) }
    }
  }

  /// Passes on what does not reach the program by itself, on a thread of its own.
  private static func watch() {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { return }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    arrivals.store(ends[1], ordering: .relaxed)
    let source = ends[0]
    Thread.detachNewThread {
      var witness = SignalWitness(StopSignals.all)
      var byte: UInt8 = 0
      while case let count = read(source, &byte, 1), count > 0 || errno == EINTR {
        guard count > 0 else { continue }
        let number = Int32(byte & ~isSent)
        usleep(groupDelay)
        let wasForAll = witness?.hasReceived(number) ?? false
        let process = program.load(ordering: .relaxed)
        if byte & isSent != 0, !wasForAll, process > 0 { kill(process, number) }
        // What waits for it stays: the next signal needs another.
        if wasForAll { witness = SignalWitness(StopSignals.all) }
      }
    }
  }

  /// Says which program it is about; a signal that has come before it was there is passed on now.
  static func pass(to process: pid_t, resizing descriptor: Int32) {
    program.store(process, ordering: .relaxed)
    resizing.store(descriptor, ordering: .relaxed)
    if let first { kill(process, first) }
  }

  /// The program has ended: what comes from now on is for no process of that number.
  static func forget() { program.store(0, ordering: .relaxed) }

  private typealias Handler =
    @convention(c) (Int32, UnsafeMutablePointer<siginfo_t>?, UnsafeMutableRawPointer?) -> Void

  private static func handle(_ number: Int32, with handler: @escaping Handler) {
    var action = sigaction()
    guard sigaction(number, nil, &action) == 0, !isIgnoring(action) else { return }
    action = sigaction()
    action.__sigaction_handler.sa_sigaction = handler
    action.sa_flags = SA_SIGINFO | Int32(SA_RESTART)
    _ = sigaction(number, &action, nil)
  }

  private static func isIgnoring(_ action: sigaction) -> Bool {
    unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
      == unsafeBitCast(SIG_IGN, to: Int.self)
  }
}
