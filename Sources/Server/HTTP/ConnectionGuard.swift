import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// Looks after one connection: asks for a body that waits to be asked for, and closes the connection of a
/// client that keeps the server waiting, for its request or for its taking the answer.
///
/// Only time counts in which the client is waited for: while the server itself does not read on, or has not
/// answered, nobody is late.
final class ConnectionGuard: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPRequestPart
  typealias InboundOut = HTTPRequestPart
  typealias OutboundIn = HTTPResponsePart
  typealias OutboundOut = HTTPResponsePart

  /// How long a client may take.
  struct Limits: Sendable {
    /// For its first request, in seconds.
    var firstRequest = 30
    /// For the next one.
    var nextRequest = 120
    /// Without sending or taking anything.
    var pause = 30
    /// The least number of bytes a second, on the long run.
    var bytesPerSecond = 4_096
  }

  /// The client was too slow.
  struct TooSlow: Error {}

  private enum State {
    case awaitingRequest
    case receiving
    case answering
  }

  private let limits: Limits
  private let interval: Int
  private var state = State.awaitingRequest
  private var hadRequest = false
  private var bytes = 0
  private var waited = 0
  private var isReading = false
  private var isPastPause = 0
  private var timer: RepeatedTask?

  init(limits: Limits) {
    self.limits = limits
    interval = max(1, min(5, limits.pause / 2))
  }

  func handlerAdded(context: ChannelHandlerContext) {
    let loopBound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
    timer = context.eventLoop.scheduleRepeatedTask(
      initialDelay: .seconds(Int64(interval)), delay: .seconds(Int64(interval))
    ) { _ in
      let (handler, context) = loopBound.value
      handler.tick(context)
    }
  }

  func handlerRemoved(context: ChannelHandlerContext) { timer?.cancel() }

  func channelInactive(context: ChannelHandlerContext) {
    timer?.cancel()
    context.fireChannelInactive()
  }

  func read(context: ChannelHandlerContext) {
    isReading = true
    context.read()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    isPastPause = 0
    switch unwrapInboundIn(data) {
    case .head(let head):
      (state, hadRequest, bytes, waited) = (.receiving, true, 0, 0)
      if head.headerFields[.expect]?.lowercased() == "100-continue" {
        context.writeAndFlush(wrapOutboundOut(.head(HTTPResponse(status: .continue))), promise: nil)
      }
    case .body(let buffer): bytes += buffer.readableBytes
    case .end: state = .answering
    }
    context.fireChannelRead(data)
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    isReading = false
    context.fireChannelReadComplete()
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    if case .end = unwrapOutboundIn(data), state == .answering {
      (state, waited, isPastPause) = (.awaitingRequest, 0, 0)
    }
    context.write(data, promise: promise)
  }

  private func tick(_ context: ChannelHandlerContext) {
    switch state {
    case .awaitingRequest:
      waited += interval
      if waited >= (hadRequest ? limits.nextRequest : limits.firstRequest) { close(context) }
    case .receiving:
      guard isReading else { return }
      waited += interval
      isPastPause += interval
      if isPastPause > limits.pause || waited > limits.pause + bytes / limits.bytesPerSecond {
        close(context)
      }
    case .answering:
      isPastPause = context.channel.isWritable ? 0 : isPastPause + interval
      if isPastPause > 4 * limits.pause { close(context) }
    }
  }

  private func close(_ context: ChannelHandlerContext) {
    timer?.cancel()
    // Whoever reads the body must not take its beginning for the whole.
    context.fireErrorCaught(TooSlow())
    context.close(promise: nil)
  }
}
