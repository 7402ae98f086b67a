import ArgumentParser
import Foundation
import Reporting
import RunStore
import Synchronization

/// `benchmarks artifact`: a large file in, through a merge, out, and pruned, each beside a training that
/// writes.
struct Artifact: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "artifact",
    abstract: "A large artifact in, merged, out, pruned: speed, memory, and how long others wait.")

  @OptionGroup var output: OutputOptions

  @Option(help: "The size of the artifact in mebibytes.")
  var size = 3_072

  @Option(help: "The folder in which files of this size are made.")
  var folder = FileManager.default.temporaryDirectory.path

  @Option(help: "Only store the artifact, in this file, and leave it there.")
  var into: String?

  func run() throws {
    if let into {
      let database = try RunDatabase(writingTo: into)
      return try store(in: database, run: newRun("artifact", in: database))
    }
    output.print("Machine", machineTable())
    output.print("An artifact of \(size) MiB, beside a training that writes", try table())
  }

  private func table() throws -> Table {
    let place = try TemporaryFolder(in: URL(fileURLWithPath: folder))
    defer { place.remove() }
    let (first, second) = (place.file("first.db"), place.file("second.db"))
    var table = Table(
      columns: [
        "work", "seconds", "mib_per_second", "peak_mib", "writes", "median_wait_ms",
        "longest_wait_ms", "longest_log_mib",
      ])
    func measure(_ work: String, beside path: String, _ body: () throws -> Void) throws {
      try resetPeakMemory()
      let training = try BusyTraining(path: path)
      let duration = try seconds(body)
      let waits = try training.stop()
      table.rows.append(
        [
          .text(work), .real(duration), .real(Double(size) / duration),
          .integer(Int64(try peakMemory())),
        ] + waits)
    }

    let source = try RunDatabase(writingTo: first)
    let run = try newRun("artifact", in: source)
    try measure("store", beside: first) { try store(in: source, run: run) }
    try source.finishRun(run, status: .finished, at: Date())
    let target = try RunDatabase(writingTo: second)
    var merged: Int?
    try measure("merge", beside: second) {
      merged = try target.merge(from: first, seenFrom: .current(), at: Date()).first?.run
    }
    guard let merged else { return table }
    try measure("read", beside: second) {
      let reader = try RunDatabase(readingFrom: second)
      guard let artifact = try reader.artifactSummaries(ofRun: merged).first else { return }
      try Data().write(to: place.url.appending(path: "out"))
      let file = try FileHandle(forWritingTo: place.url.appending(path: "out"))
      try reader.forEachPiece(ofBlob: artifact.blobHash) { piece in
        try file.write(contentsOf: piece)
        // Otherwise whoever syncs next waits for all of it.
        if try file.offset() & (32 << 20 - 1) == 0 { try file.synchronize() }
      }
    }
    try target.deleteRun(merged, seenFrom: .current(), at: Date())
    try measure("prune", beside: second) {
      _ = try target.prune(
        Pruning(deletedBefore: Date() + 1), seenFrom: .current(), at: Date())
    }
    return table
  }

  private func newRun(_ name: String, in database: RunDatabase) throws -> Int {
    try database.createRun(RunDraft(name: name, startedAt: Date())).id
  }

  /// Stores bytes that do not repeat.
  private func store(in database: RunDatabase, run: Int) throws {
    var left = size << 20
    var word: UInt64 = 0
    try database.storeArtifact("large.bin", run: run, at: Date(), on: .current()) { count in
      var piece = Data(count: min(count, left) & ~7)
      piece.withUnsafeMutableBytes { room in
        for index in room.bindMemory(to: UInt64.self).indices {
          word &+= 0x9E37_79B9_7F4A_7C15
          room.storeBytes(of: word, toByteOffset: index * 8, as: UInt64.self)
        }
      }
      left -= piece.count
      return piece
    }
  }
}

/// A training that stores a few points as often as it can, from a thread of its own, and notes how long each
/// time takes.
private final class BusyTraining: Sendable {
  private struct State {
    var isStopped = false
    var waits: [Double] = []
    var longestLog = 0
    var failure: (any Error)?
  }

  private let state = Mutex(State())
  private let end = DispatchSemaphore(value: 0)

  init(path: String) throws {
    let database = try RunDatabase(writingTo: path)
    let run = try database.createRun(RunDraft(name: "training", startedAt: Date())).id
    Thread.detachNewThread { [self] in
      var step = 0
      while !state.withLock(\.isStopped) {
        let points = (0..<4).map { MetricPoint(name: "loss \($0)", step: step, value: 1) }
        do {
          let wait = try seconds {
            try database.record(RunBatch(time: Date(), metrics: points), run: run)
          }
          let size = try? FileManager.default.attributesOfItem(atPath: path + "-wal")[.size] as? Int
          state.withLock {
            $0.waits.append(wait)
            $0.longestLog = max($0.longestLog, size ?? 0)
          }
        } catch {
          state.withLock { $0.failure = error }
          break
        }
        step += 1
        // A batch of a small network.
        Thread.sleep(forTimeInterval: 0.002)
      }
      end.signal()
    }
  }

  /// The number of writes, the median and the longest of their times, and the largest size of the log.
  func stop() throws -> [SQLValue] {
    state.withLock { $0.isStopped = true }
    end.wait()
    return try state.withLock { state in
      if let failure = state.failure { throw failure }
      let waits = state.waits.sorted()
      guard let longest = waits.last else { return [0, .null, .null, .null] }
      return [
        .integer(Int64(waits.count)), .real(1000 * waits[waits.count / 2]), .real(1000 * longest),
        .integer(Int64(state.longestLog >> 20)),
      ]
    }
  }
}

/// Begins to look for the most memory of this process anew.
private func resetPeakMemory() throws {
  let file = try FileHandle(forWritingTo: URL(fileURLWithPath: "/proc/self/clear_refs"))
  try file.write(contentsOf: Data("5".utf8))
}

/// The most memory that this process has had, in mebibytes.
private func peakMemory() throws -> Int {
  let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
  let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
  return (line?.split(separator: " ").dropLast().last.flatMap { Int($0) } ?? 0) / 1024
}
