import Foundation
import NeuralNet

#if os(Linux)
  import CLinux
#endif

/// What this process needs of the shell that started it.
enum ProcessSetup {
  /// Sees to it that standard input, output and error are open, before anything else is opened and
  /// takes their place, and that signals mean what they mean to other programs.
  static func prepare() {
    // What cannot be read or written there fails as it would have without.
    for (descriptor, mode) in [
      (STDIN_FILENO, O_RDONLY), (STDOUT_FILENO, O_RDONLY), (STDERR_FILENO, O_WRONLY),
    ] where fcntl(descriptor, F_GETFD) == -1 {
      if open("/dev/null", mode) == -1 { _ = open("/", O_RDONLY) }
    }
    // This takes the place of Swift's report of a crash, too, for Ctrl-\ is none.
    StopSignals.takeUnfinishedFilesAlong()
    // A file that becomes larger than it may is an error of the write, which has a message.
    signal(SIGXFSZ, SIG_IGN)
  }

  /// - Throws: `UnfitProcessor` if this program was built for another kind of processor.
  static func requireProcessor() throws {
    if !ProcessorTarget.isHere { throw UnfitProcessor(vectorBytes: ProcessorTarget.vectorBytes) }
  }

  /// The bytes of addresses that any command needs to begin with.
  private static let neededAddresses = 256 << 20

  /// - Throws: `TooFewAddresses` if this process may not have as many as it needs: without room for its
  ///   stack a thread is waited for without end.
  static func requireAddresses() throws {
    var limit = rlimit()
    guard getrlimit(ProcessLimit.addresses, &limit) == 0, let bytes = Int(exactly: limit.rlim_cur)
    else { return }
    #if os(Linux)
      // Each thread would reserve 64 MiB and more for a heap of its own.
      mallopt(M_ARENA_MAX, 1)
    #endif
    if bytes < neededAddresses { throw TooFewAddresses(limit: bytes, needed: neededAddresses) }
  }

  /// The most files that any command opens at the same time, with some to spare.
  private static let neededFiles = 24

  /// - Throws: `TooFewFiles` if this process may not open as many files as it needs: libraries that it
  ///   is made of wait for ever or crash then.
  static func requireFiles() throws {
    guard openableFiles() < neededFiles else { return }
    var limit = rlimit()
    if getrlimit(ProcessLimit.openFiles, &limit) == 0, limit.rlim_cur < limit.rlim_max {
      // The lower of the two limits is only advice.
      limit.rlim_cur = min(limit.rlim_max, 1_024)
      setrlimit(ProcessLimit.openFiles, &limit)
    }
    let openable = openableFiles()
    if openable < neededFiles {
      throw TooFewFiles(
        openable: openable, needed: neededFiles, limit: Int(clamping: limit.rlim_cur))
    }
  }

  /// Lets this process have `count` files open at once, as far as it may.
  /// - Returns: How many it may have.
  static func raiseFileLimit(to count: Int) -> Int {
    var limit = rlimit()
    guard getrlimit(ProcessLimit.openFiles, &limit) == 0 else { return neededFiles }
    if limit.rlim_cur < count {
      limit.rlim_cur = min(limit.rlim_max, rlim_t(count))
      setrlimit(ProcessLimit.openFiles, &limit)
    }
    return min(count, Int(clamping: limit.rlim_cur))
  }

  /// How many files can be opened beside those that are, as far as it matters.
  private static func openableFiles() -> Int {
    var descriptors: [Int32] = []
    defer { for descriptor in descriptors { close(descriptor) } }
    while descriptors.count < neededFiles, case let copy = dup(STDERR_FILENO), copy >= 0 {
      descriptors.append(copy)
    }
    return descriptors.count
  }

  /// - Throws: `UnreadableText` for an argument, a variable or a working directory that would come to name
  ///   other files than it does, because it is not valid UTF-8.
  static func requireReadableText() throws {
    for (index, word) in UnsafeBufferPointer(
      start: CommandLine.unsafeArgv, count: Int(CommandLine.argc)
    ).enumerated() {
      if let word, index > 0 { try requireReadable(word, "Argument \(index)") }
    }
    for name in ["TRACKER_DB", "TMPDIR"] {
      if let value = getenv(name) { try requireReadable(value, "The variable \(name)") }
    }
    if let folder = getcwd(nil, 0) {
      defer { free(folder) }
      try requireReadable(folder, "The path of this folder")
    }
  }

  private static func requireReadable(_ text: UnsafePointer<CChar>, _ place: String) throws {
    guard String(validatingCString: text) == nil else { return }
    throw UnreadableText(place: place, text: String(cString: text))
  }
}

/// The engine was compiled for instructions that this processor does not have.
struct UnfitProcessor: LocalizedError {
  let vectorBytes: Int

  var errorDescription: String? {
    "This tracker was built for processors with \(vectorBytes > 32 ? "AVX-512" : "AVX2"), and this one"
      + " does not have it."
  }
  var recoverySuggestion: String? { "build it on this machine: swift build -c release" }
}

/// Less memory may be addressed than it takes.
struct TooFewAddresses: LocalizedError {
  /// How many bytes of addresses this process may have.
  let limit: Int
  let needed: Int

  var errorDescription: String? {
    "Only \(limit >> 20) MiB of memory may be addressed, and tracker needs \(needed >> 20)."
  }
  var recoverySuggestion: String? { "raise the limit with: ulimit -v \(needed >> 10)" }
}

/// Fewer files may be opened than it takes.
struct TooFewFiles: LocalizedError {
  let openable: Int
  let needed: Int
  /// How many files this process may have open.
  let limit: Int

  var errorDescription: String? {
    "Only \(limit) files may be open at the same time, which leaves \(openable) of the \(needed)"
      + " that tracker needs."
  }
  var recoverySuggestion: String? { "raise the limit with: ulimit -n 1024" }
}

/// A word from the shell is not valid UTF-8.
struct UnreadableText: LocalizedError {
  let place: String
  let text: String

  var errorDescription: String? { "\(place) is not valid UTF-8: '\(text)'." }
  var recoverySuggestion: String? {
    "rename what it names, or make a link to it whose name is UTF-8"
  }
}
