import Synchronization

/// What a task in the background does again and again, until it is revoked.
final class RevocableAction<Input>: Sendable {
  private let body: Mutex<(@Sendable (Input) throws -> Void)?>

  init(_ body: @escaping @Sendable (Input) throws -> Void) { self.body = Mutex(body) }

  /// Does it once more; nothing after it was revoked.
  func perform(_ input: Input) throws { try body.withLock { try $0?(input) } }

  /// Lets go of what the action holds. Waits for one under way.
  func revoke() { body.withLock { $0 = nil } }
}
