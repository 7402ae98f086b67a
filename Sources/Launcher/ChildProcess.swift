import Foundation

/// A program that was started: in our process group and session, with our standard input, so that the
/// terminal reaches it by itself.
struct ChildProcess: Sendable {
  /// How a program ended.
  enum End: Sendable, Equatable {
    /// By itself, with a status.
    case exited(Int32)
    /// By a signal.
    case signaled(Int32)

    /// The status that a shell makes of it.
    var exitCode: Int32 {
      switch self {
      case .exited(let code): code
      case .signaled(let signal): 128 + signal
      }
    }
  }

  let id: pid_t

  /// The path of a program as a shell finds it.
  /// - Throws: `LaunchError.noProgram`, `LaunchError.notExecutable`.
  static func find(_ name: String, in path: String) throws -> String {
    let places = name.contains("/") ? [name] : path.split(separator: ":").map { "\($0)/\(name)" }
    var isThere = false
    for place in places {
      var status = stat()
      guard stat(place, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { continue }
      if access(place, X_OK) == 0 { return place }
      isThere = true
    }
    throw isThere
      ? LaunchError.notExecutable(name) : LaunchError.noProgram(name)
  }

  /// Starts a program.
  /// - Parameters:
  ///   - path: Where it is.
  ///   - arguments: Its name as it was typed, and its arguments.
  ///   - output: What it gets as standard output.
  ///   - errors: What it gets as standard error.
  /// - Throws: `LaunchError.noInterpreter`, `LaunchError.notStarted`.
  init(
    path: String, arguments: [String], environment: LaunchedEnvironment, output: Int32,
    errors: Int32
  ) throws {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
    posix_spawn_file_actions_adddup2(&actions, errors, STDERR_FILENO)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // The threads of this program block signals, and it ignores some: neither is the program's business.
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    var usual = sigset_t()
    sigemptyset(&usual)
    for signal in [SIGPIPE, SIGXFSZ] { sigaddset(&usual, signal) }
    posix_spawnattr_setsigdefault(&attributes, &usual)
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETSIGMASK) | Int16(POSIX_SPAWN_SETSIGDEF))
    var words = arguments.map { strdup($0) } + [nil]
    var variables: [UnsafeMutablePointer<CChar>?] = environment.entries.map { entry in
      (entry + [0]).withUnsafeBytes { bytes in
        bytes.baseAddress.flatMap { strdup($0.assumingMemoryBound(to: CChar.self)) }
      }
    }
    variables.append(nil)
    defer { for text in words + variables { free(text) } }
    var id = pid_t()
    let code = posix_spawn(&id, path, &actions, &attributes, &words, &variables)
    guard code == 0 else {
      throw Self.error(code, of: path, called: arguments[0])
    }
    self.id = id
  }

  private static func error(_ code: Int32, of path: String, called name: String) -> LaunchError {
    var line: String?
    if let file = FileHandle(forReadingAtPath: path), let start = try? file.read(upToCount: 256),
      start.starts(with: Data("#!".utf8))
    {
      let visible = start.prefix { $0 != 0x0A }.map { $0 >= 0x20 && $0 < 0x7F ? $0 : 0x3F }
      line = String(decoding: visible, as: UTF8.self)
    }
    // The program itself is there: what is missing is what its line names.
    return code == ENOEXEC || line != nil && [ENOENT, EACCES, ENOTDIR, ELOOP].contains(code)
      ? .noInterpreter(name, line: line)
      : .notStarted(name, reason: String(cString: strerror(code)))
  }

  /// Waits for the end, on a thread of its own.
  func end() async -> End {
    await withCheckedContinuation { continuation in
      Thread.detachNewThread { [id] in
        var status: Int32 = 0
        while waitpid(id, &status, 0) < 0, errno == EINTR {}
        let signal = status & 0x7F
        continuation.resume(
          returning: signal == 0 ? .exited(status >> 8 & 0xFF) : .signaled(signal))
      }
    }
  }
}
