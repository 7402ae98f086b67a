import Foundation
import Randomness
import RunStore
import TestSupport
import Testing

/// Artifacts of more than a mebibyte, by the built programs.
@Suite(.slow) struct LargeArtifactTests {
  /// A folder whose run keeps three million bytes as `model.bin`.
  private func filled() throws -> (workplace: Workplace, data: Data) {
    let workplace = try Workplace()
    let database = try RunDatabase(writingTo: workplace.path("tracker.db"))
    let run = try database.createRun(RunDraft(name: "a", startedAt: Date())).id
    let words = (0..<375_000 as Range<UInt64>).map { $0 &* 0x9E37_79B9_7F4A_7C15 }
    let data = words.withUnsafeBytes { Data($0) }
    try data.write(to: workplace.file("in.bin"))
    try database.storeArtifact(
      "model.bin", ofFile: workplace.path("in.bin"), run: run, at: Date(), on: .current())
    return (workplace, data)
  }

  @Test func whatIsExportedIsWhatWasStored() async throws {
    let (workplace, data) = try filled()
    let outcome = try await workplace.tracker(["export", "artifact", "1", "model.bin", "-o", "out"])
    #expect(outcome.status == .exited(0), "\(outcome.errors)")
    #expect(try Data(contentsOf: workplace.file("out")) == data)
    let piped = try await workplace.shell("tracker export artifact 1 model.bin | cmp - in.bin")
    #expect(piped.status == .exited(0), "\(piped.errors)")
    let listed = try await workplace.tracker(["export", "artifact", "1", "--format", "csv"])
    #expect(
      listed.output == "name,media_type,bytes\nmodel.bin,application/octet-stream,3000000\n")
    let shown = try await workplace.tracker(["show", "1"])
    #expect(shown.output.contains("3000000"))
    let database = try await workplace.tracker(
      ["export", "artifact", "1", "model.bin", "-o", "tracker.db"])
    #expect(database.errors.contains("is a database, and stays as it is"))
  }

  @Test func damagedContentMakesNoFile() async throws {
    let (workplace, _) = try filled()
    let damage = try await workplace.shell(
      "sqlite3 tracker.db 'UPDATE blob_chunks SET data = zeroblob(length(data)) WHERE position = 2'"
    )
    guard damage.status == .exited(0) else { return }
    let before = try workplace.files
    let outcome = try await workplace.tracker(["export", "artifact", "1", "model.bin", "-o", "out"])
    #expect(outcome.status == .exited(1))
    #expect(outcome.errors.contains("is damaged: the content"))
    #expect(try workplace.files == before)
    try Data("old".utf8).write(to: workplace.file("out"))
    _ = try await workplace.tracker([
      "export", "artifact", "1", "model.bin", "-o", "out", "--force",
    ])
    #expect(try Data(contentsOf: workplace.file("out")) == Data("old".utf8))
    let piped = try await workplace.shell("tracker export artifact 1 model.bin > piped")
    #expect(piped.status == .exited(1))
  }

  /// The memory of the program itself: in that of the tests, others take theirs at the same time.
  @Test func longListsAreCheckedWithoutCopies() async throws {
    let workplace = try await Workplace.withRun()
    guard let before = try await workplace.peakMemory(of: ["doctor"]) else { return }
    try PlainConnection(path: workplace.path("tracker.db")).execute(
      """
      INSERT INTO histograms (run_id, layer, lower, upper, counts, count)
      VALUES (1, 'a', 0, 1, '[0' || replace(hex(zeroblob(1500000)), '00', ',0') || ']', 0);
      """)
    let after = try #require(try await workplace.peakMemory(of: ["doctor"]))
    #expect(after - before < 30, "megabytes")
  }

  /// Three million bins with their edges are a row of 67 MB.
  @Test func manyBinsCrossInLittleMemory() async throws {
    let workplace = try await Workplace.withRun()
    try PlainConnection(path: workplace.path("tracker.db")).execute(
      """
      INSERT INTO histograms (run_id, layer, lower, upper, count, counts, edges)
      VALUES (
        1, 'a', 0, 1, 0, '[0' || replace(hex(zeroblob(2999999)), '00', ',0') || ']',
        '[0' || replace(hex(zeroblob(3000000)), '00', ',0.12345678901234567') || ']');
      """)
    let peak = try await workplace.peakMemory(of: ["export", "run", "1", "-o", "run.db"])
    #expect(try #require(peak) < 200, "megabytes")
  }

  @Test func memoryHoldsAFewChunks() async throws {
    let workplace = try Workplace()
    let size = 512
    let outcome = try await workplace.shell("benchmarks artifact --json --folder . --size \(size)")
    #expect(outcome.status == .exited(0), "\(outcome.errors)")
    for line in outcome.lines.dropFirst() {
      let row = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
      let peak = try #require(row?["peak_mib"] as? Int)
      #expect(peak < 60, "\(line)")
    }
    #expect(outcome.lines.count == 5)
  }

  @Test func aProgramThatIsKilledLeavesChunksThatPruneRemoves() async throws {
    let workplace = try Workplace()
    var generator = SeededGenerator(seed: 18)
    let path = workplace.path("tracker.db")
    for _ in 0..<50 {
      let moment = Double.random(in: 0...1, using: &generator)
      _ = try await workplace.shell("exec benchmarks artifact --size 64 --into tracker.db") {
        process in
        try await Task.sleep(for: .seconds(moment))
        kill(process, SIGKILL)
      }
      guard FileManager.default.fileExists(atPath: path) else { continue }
      let database = try RunDatabase(writingTo: path)
      let findings = try database.examine(seenFrom: .current(), at: Date())
      #expect(findings.allSatisfy { $0.kind == .unnamedChunks }, "after \(moment) s: \(findings)")
      _ = try database.prune(Pruning(), seenFrom: .current(), at: Date())
      #expect(try database.examine(seenFrom: .current(), at: Date()) == [], "after \(moment) s")
    }
  }

  @Test func aFileThatGivesNoRoomBackSaysHow() async throws {
    let (workplace, _) = try filled()
    let old = try await workplace.sqlite3("tracker.db", "PRAGMA auto_vacuum = NONE; VACUUM")
    guard old.status == .exited(0) else { return }
    let pruned = try await workplace.tracker(["prune"])
    #expect(pruned.errors.contains("tracker prune --vacuum"))
    let rebuilt = try await workplace.tracker(["prune", "--vacuum"])
    #expect(rebuilt.status == .exited(0))
    #expect(!rebuilt.errors.contains("--vacuum"))
  }

  @Test func aHistogramOfMillionsOfBinsIsDrawnBySums() async throws {
    let workplace = try Workplace()
    let database = try RunDatabase(writingTo: workplace.path("tracker.db"))
    let run = try database.createRun(RunDraft(name: "a", startedAt: Date())).id
    let counts = (0..<3_000_000).map { $0 % 7 }
    try database.record(
      RunBatch(
        time: Date(),
        histograms: [
          HistogramRecord(
            epoch: 1, layer: "fc", quantity: .weight, lower: 0, upper: 1, counts: counts)
        ]), run: run)
    for arguments in [["-o", "h.svg"], []] {
      let outcome = try await workplace.tracker(["plot", "histogram", "1"] + arguments)
      #expect(outcome.status == .exited(0), "\(outcome.errors)")
      let picture =
        arguments.isEmpty
        ? outcome.output : try String(contentsOf: workplace.file("h.svg"), encoding: .utf8)
      #expect(picture.contains("each bar the sum of"))
    }
  }
}
