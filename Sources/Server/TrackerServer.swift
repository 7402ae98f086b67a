import Foundation
import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore
import NIOPosix
import RunStore
import ServiceLifecycle

/// Serves a tracker file over HTTP as MLflow's tracking server: what logs to that logs here.
public struct TrackerServer: Sendable {
  /// How a file is served.
  public struct Options: Sendable {
    /// The address to listen on, and the port; 0 for any that is free.
    public var host: String
    /// See `host`.
    public var port: Int
    /// What clients must show; nil if anyone may ask who reaches the address.
    public var token: String?
    /// Other names of this machine that clients may call it by.
    public var allowedHosts: [String]
    /// What all paths begin with, such as `/tracker`.
    public var basePath: String
    /// The most connections at the same time; others wait.
    public var connections: Int
    /// The run of the program that the server was started for; nil if it serves everyone.
    public var launched: LaunchedRun?
    /// How long clients may take.
    var limits = ConnectionGuard.Limits()

    /// Describes how a file is served.
    public init(
      host: String = "127.0.0.1", port: Int = 5000, token: String? = nil,
      allowedHosts: [String] = [], basePath: String = "", connections: Int = 500
    ) {
      (self.host, self.port, self.token, self.allowedHosts, self.basePath, self.connections) = (
        host, port, token, allowedHosts, basePath, connections
      )
    }

    /// Whether only this machine reaches the server.
    public var isLocal: Bool { AccessRules.isLoopback(host) }
  }

  private let options: Options
  private let path: String
  private let logger: Logger

  /// Describes a server of the file at `path`.
  public init(path: String, options: Options, logger: Logger) {
    (self.path, self.options, self.logger) = (path, options, logger)
  }

  /// Serves until `stop` returns, and then finishes what was accepted.
  /// - Parameters:
  ///   - onStart: Is told the address, such as `http://127.0.0.1:5000`, once clients can connect.
  ///   - stop: Returns when the server is to end.
  /// - Throws: `RunStoreError` for a file that cannot be opened, and `ServerError`.
  public func run(
    onStart: @escaping @Sendable (_ address: String, _ file: RunDatabase) -> Void,
    until stop: @escaping @Sendable () async -> Void
  ) async throws {
    let file = try ServedFile(path: path)
    let base = options.basePath.split(separator: "/").map(String.init)
    let responder = Responder(
      file: file,
      access: AccessRules(
        address: options.host, allowedHosts: options.allowedHosts, token: options.token),
      base: base,
      facts: ServerFacts(
        machine: .current(), folder: FileManager.default.currentDirectoryPath,
        launched: options.launched),
      logger: logger)
    let service = try service(responder) { port in
      let host = options.host.contains(":") ? "[\(options.host)]" : options.host
      let suffix = base.map { "/" + $0 }.joined()
      onStart("http://\(host):\(port)\(suffix)", file.database)
    }
    let group = ServiceGroup(
      configuration: Self.configuration(of: service, logger))
    do {
      // Nobody waits for whoever says when to stop: a server that cannot start is not to be stopped.
      let stopping = Task {
        await stop()
        await group.triggerGracefulShutdown()
      }
      defer { stopping.cancel() }
      try await group.run()
    } catch let error as IOError {
      throw ServerError.cannotListen(
        host: options.host, port: options.port, reason: String(cString: strerror(error.errnoCode)))
    } catch is SocketAddressError.UnknownHost {
      throw ServerError.unknownHost(options.host)
    }
    try await file.close()
  }

  /// How long clients may take to finish what they have begun, once the server ends, in seconds.
  private static let farewell = 20

  private static func configuration(
    of service: any Service, _ logger: Logger
  ) -> ServiceGroupConfiguration {
    var configuration = ServiceGroupConfiguration(services: [service], logger: logger)
    configuration.maximumGracefulShutdownDuration = .seconds(farewell)
    return configuration
  }

  private func service(
    _ responder: Responder, onStart: @escaping @Sendable (_ port: Int) -> Void
  ) throws -> any Service {
    var http = HTTP1Channel.Configuration(
      additionalChannelHandlers: [ConnectionGuard(limits: options.limits)])
    http.httpDecoder = .init(
      maxHeaderFieldSize: 32 << 10, maxHeaderListSize: 64 << 10, maxHeaderFieldCount: 200)
    return try HTTPServerBuilder.http1(configuration: http).buildServer(
      configuration: ServerConfiguration(
        address: .hostname(options.host, port: options.port), backlog: 512,
        availableConnectionsDelegate: .maximum(options.connections, logger: logger)),
      eventLoopGroup: MultiThreadedEventLoopGroup.singleton, logger: logger
    ) { request, writer, channel in
      try await responder.respond(to: request, writer: writer, channel: channel)
    } onServerRunning: { channel in
      onStart(channel.localAddress?.port ?? options.port)
    }
  }
}

/// What keeps a server from serving.
public enum ServerError: LocalizedError, Sendable {
  /// The address is not to be had.
  case cannotListen(host: String, port: Int, reason: String)
  /// Nobody knows an address of this name.
  case unknownHost(String)
  /// Others would reach the server without showing anything.
  case needsToken(host: String)
  /// The file that should hold the token cannot be read.
  case unreadableToken(path: String)
  /// There is no token in the file.
  case badToken(path: String)

  /// What is wrong.
  public var errorDescription: String? {
    switch self {
    case .cannotListen(let host, let port, let reason):
      "The server cannot listen on \(host), port \(port): \(reason)."
    case .unknownHost(let host): "The server cannot listen on '\(host)': no address has that name."
    case .unreadableToken(let path): "The token file '\(path)' is not there, or cannot be read."
    case .needsToken(let host):
      "Other machines reach \(host), and could read and write the file without a token."
    case .badToken(let path): "The file '\(path)' holds no token in one line of visible characters."
    }
  }

  /// What to do next.
  public var recoverySuggestion: String? {
    switch self {
    case .cannotListen: "choose another port, or 0 for any that is free"
    case .unknownHost: "name an address of this machine, such as 127.0.0.1 or ::1"
    case .unreadableToken:
      "check its path and permissions, or make one: openssl rand -hex 32 > FILE"
    case .needsToken:
      "write a secret into a file, of which the server takes it; clients show it when MLFLOW_TRACKING_TOKEN"
        + " is set to it"
    case .badToken: "make one: openssl rand -hex 32 > FILE"
    }
  }
}
