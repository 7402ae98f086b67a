import Foundation

/// The most memory that this process has had, in megabytes. What a test adds to it shows in a process of its
/// own alone: the others run in the same one meanwhile.
public func peakMemory() throws -> Int {
  let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
  let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
  return (line?.split(separator: " ").dropLast().last.flatMap { Int($0) } ?? 0) / 1024
}

/// What the process of the tests may take at the most, in megabytes. A thousand tests run at once in it, and
/// each connection to a tracker file keeps 0.6 MB of its schema: that has come to a gigabyte. A reader that
/// believes a damaged file takes several.
public let mostMemory = 3_000
