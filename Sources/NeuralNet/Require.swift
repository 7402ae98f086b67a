/// Stops the program where a caller broke the contract: `precondition`, which this module's build
/// takes for granted instead of checking it.
@inline(__always)
func require(
  _ condition: Bool, _ message: @autoclosure () -> String, file: StaticString = #fileID,
  line: UInt = #line
) {
  if !condition { fatalError(message(), file: file, line: line) }
}
