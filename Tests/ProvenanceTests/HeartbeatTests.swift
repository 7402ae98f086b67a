import Synchronization
import Testing

@testable import Provenance

@Suite struct HeartbeatTests {
  @Test func thereIsABeatAfterEachPause() async {
    let (pauses, endOfPause) = AsyncStream.makeStream(of: Void.self)
    let (beats, beat) = AsyncStream.makeStream(of: Void.self)
    let heartbeat = Heartbeat(pause: { try await next(of: pauses) }, beat: { beat.yield() })
    for _ in 0..<3 {
      endOfPause.yield()
      #expect(await beats.first { true } != nil)
    }
    withExtendedLifetime(heartbeat) {}
  }

  @Test func whatItHoldsIsLetGoWhenItEnds() {
    let (pauses, endOfPause) = AsyncStream.makeStream(of: Void.self)
    var file: OpenFile? = OpenFile()
    weak let observed = file
    do {
      let heartbeat = Heartbeat(
        pause: { try await next(of: pauses) }, beat: { [file] in file?.touch() })
      file = nil
      withExtendedLifetime(heartbeat) { #expect(observed != nil) }
    }
    #expect(observed == nil)
    endOfPause.finish()
  }
}

/// Waits for the next element; throws when there is none.
private func next(of stream: AsyncStream<Void>) async throws {
  guard await stream.first(where: { true }) != nil else { throw CancellationError() }
}

private final class OpenFile: Sendable {
  private let touches = Mutex(0)

  func touch() { touches.withLock { $0 += 1 } }
}
