import ArgumentParser
import Foundation
import Logging
import RunStore
import Server

/// `tracker serve`.
struct Serve: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Serve the file to any program that logs to MLflow.",
    discussion: """
      Scripts that use MLflow log into the tracker file when MLFLOW_TRACKING_URI is set to the address \
      that is printed. Their runs are runs like any other, and they see those that are there. Ctrl-C ends \
      the server, once it has finished what it was asked.
      """)

  @Option(help: "The address to listen on; any but this machine's own needs --token-file.")
  var host = "127.0.0.1"

  @Option(help: "The port to listen on; 0 for any that is free.")
  var port = 5000

  @Option(
    help: ArgumentHelp(
      "A file with a secret in its first line, which clients must show.", valueName: "file"))
  var tokenFile: String?

  @Option(
    help: ArgumentHelp(
      "Another name by which clients may call this server; may be repeated.", valueName: "name"))
  var allowedHost: [String] = []

  @Option(
    help: ArgumentHelp("What all paths begin with, behind a proxy.", valueName: "path"))
  var basePath = ""

  @Option(
    help: ArgumentHelp(
      "How much is told on standard error; info tells a line for each request.",
      valueName: "level"))
  var logLevel = LogLevel.warning

  @OptionGroup var database: DatabaseOptions

  func validate() throws {
    guard (0...65_535).contains(port) else {
      throw ValidationError("--port is between 0 and 65535, not \(port).")
    }
    guard basePath.isEmpty || basePath.hasPrefix("/") else {
      throw ValidationError("--base-path begins with a slash, such as /tracker.")
    }
  }

  func run() async throws {
    let token = try tokenFile.map { try Self.token(inFile: $0) }
    let options = TrackerServer.Options(
      host: host, port: port, token: token, allowedHosts: allowedHost, basePath: basePath,
      connections: ProcessSetup.raiseFileLimit(to: 1_024) / 2)
    guard options.isLocal || token != nil else { throw ServerError.needsToken(host: host) }
    database.warnOfOtherNames()
    var logger = Logger(label: "tracker") { StreamLogHandler.standardError(label: $0) }
    logger.logLevel = logLevel.level
    StopSignals.listen()
    try await TrackerServer(path: database.path, options: options, logger: logger).run {
      address, file in
      database.tell(file.notices)
      // Whoever started the server waits for this line; without a reader it serves all the same.
      try? Console.print(address)
    } until: {
      await StopSignals.first()
    }
    if let code = StopSignals.exitCode { throw ExitCode(code) }
  }

  private static func token(inFile path: String) throws -> String {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw ServerError.unreadableToken(path: path)
    }
    let line = String(decoding: data, as: UTF8.self).split(separator: "\n").first ?? ""
    let token = line.trimmingCharacters(in: .whitespaces)
    guard !token.isEmpty, token.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
      throw ServerError.badToken(path: path)
    }
    return token
  }
}

/// How much the server tells.
enum LogLevel: String, CaseIterable, ExpressibleByArgument {
  case error, warning, info, debug

  var level: Logger.Level {
    switch self {
    case .error: .error
    case .warning: .warning
    case .info: .info
    case .debug: .debug
    }
  }
}
