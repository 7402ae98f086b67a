/// Waits until something is so. Between two looks it leaves the processor to what it waits for.
public func wait(until isSo: () throws -> Bool) async throws {
  while try !isSo() { try await Task.sleep(for: .milliseconds(5)) }
}
