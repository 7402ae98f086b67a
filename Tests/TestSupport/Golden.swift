import Foundation
import Testing

/// Expects `actual` to equal the golden file `name` in the folder `Golden` beside the test's source.
///
/// With `RECORD_GOLDEN=1` in the environment it writes the file instead, and always fails, so that no
/// automatic run can pass by recording what it should check.
public func expectGolden(
  _ actual: String, _ name: String, filePath: String = #filePath,
  sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let file = URL(fileURLWithPath: filePath).deletingLastPathComponent()
    .appendingPathComponent("Golden").appendingPathComponent(name)
  if ProcessInfo.processInfo.environment["RECORD_GOLDEN"] == "1" {
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(actual.utf8).write(to: file)
    Issue.record(
      "Recorded \(name); run again without RECORD_GOLDEN.", sourceLocation: sourceLocation)
    return
  }
  guard let bytes = FileManager.default.contents(atPath: file.path) else {
    Issue.record(
      "No golden file \(name); record it with RECORD_GOLDEN=1.", sourceLocation: sourceLocation)
    return
  }
  // Bytes, not strings: strings are equal when they only look alike.
  guard Data(actual.utf8) != bytes else { return }
  let difference = firstDifference(actual, String(decoding: bytes, as: UTF8.self))
  Issue.record("\(name) differs: \(difference)", sourceLocation: sourceLocation)
}

private func firstDifference(_ actual: String, _ expected: String) -> String {
  let actualLines = actual.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
  let expectedLines = expected.unicodeScalars.split(
    separator: "\n", omittingEmptySubsequences: false)
  let index =
    zip(actualLines, expectedLines).enumerated().first { !$1.0.elementsEqual($1.1) }?.offset
    ?? min(actualLines.count, expectedLines.count)
  let found = index < actualLines.count ? String(actualLines[index]).debugDescription : "the end"
  let wanted =
    index < expectedLines.count ? String(expectedLines[index]).debugDescription : "the end"
  return "line \(index + 1) is \(found), expected \(wanted)"
}
