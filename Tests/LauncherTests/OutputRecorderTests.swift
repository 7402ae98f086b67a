import Foundation
import RunStore
import Synchronization
import TestSupport
import Testing

@testable import Launcher

/// What a program prints while the file takes nothing.
@Suite struct OutputRecorderTests {
  /// A file that refuses what is to be stored, for as long as it is closed.
  private final class Store: Sendable {
    private let state = Mutex(
      (error: RunStoreError?.none, tries: 0, lines: [Int: String](), points: 0, told: [String]()))

    func set(_ error: RunStoreError?) { state.withLock { $0.error = error } }

    func store(_ lines: [OutputLine], _ removed: ClosedRange<Int>?, _ points: [MetricPoint]) throws
    {
      try state.withLock { state in
        state.tries += 1
        if let error = state.error { throw error }
        for number in removed ?? 0...0 { state.lines[number] = nil }
        for line in lines { state.lines[line.number] = line.text }
        state.points += points.count
      }
    }

    func tell(_ word: String) { state.withLock { $0.told.append(word) } }

    var tries: Int { state.withLock { $0.tries } }
    var texts: [String] {
      state.withLock { state in state.lines.sorted { $0.key < $1.key }.map(\.value) }
    }
    var points: Int { state.withLock { $0.points } }
    var told: Set<String> { state.withLock { Set($0.told) } }
  }

  private let store = Store()

  private func recorder(findsScalars: Bool = true) throws -> OutputRecorder {
    OutputRecorder(
      scalars: findsScalars ? try ScalarReader(patterns: ["auto"]) : nil,
      onDelay: { [store] _ in store.tell("waits") },
      onFailure: { [store] _ in store.tell("lost") }, store: store.store)
  }

  private func print(_ lines: ClosedRange<Int>, to recorder: OutputRecorder) {
    let text = lines.map { "step \($0) loss: 0.5\n" }.joined()
    recorder.receive(Array(text.utf8), from: .stdout, at: Date())
  }

  @Test(arguments: [
    RunStoreError.diskFull(path: "a"), .busy(path: "a"), .inputOutput(path: "a", detail: "b"),
  ])
  func whatMayPassIsWaitedFor(error: RunStoreError) async throws {
    let recorder = try recorder()
    store.set(error)
    print(1...10, to: recorder)
    try await wait { store.tries > 2 }
    print(11...20, to: recorder)
    store.set(nil)
    try await wait { store.texts.count == 20 }
    print(21...30, to: recorder)
    recorder.end()
    #expect(store.texts == (1...30).map { "step \($0) loss: 0.5" })
    #expect(store.points == 30)
    #expect(store.told == ["waits"])
  }

  /// Nor does the program wait meanwhile, however much it prints.
  @Test func ofMuchTheLastLinesWait() async throws {
    let recorder = try recorder(findsScalars: false)
    store.set(.diskFull(path: "a"))
    print(1...10, to: recorder)
    try await wait { store.tries > 1 }
    for start in stride(from: 11, to: 30_011, by: 5_000) {
      print(start...start + 4_999, to: recorder)
    }
    store.set(nil)
    recorder.end()
    #expect(store.texts.count < 25_000)
    #expect(store.texts.prefix(10) == (1...10).map { "step \($0) loss: 0.5" }[...])
    #expect(store.texts[10].hasSuffix(" lines are left out here …"))
    #expect(store.texts.last == "step 30010 loss: 0.5")
  }

  @Test(arguments: [
    RunStoreError.ownedByAnother(
      run: 1, status: .running, pid: nil, host: nil, heardAt: .distantPast),
    .diskFull(path: "a"),
  ])
  func whatIsLostAtTheEndIsSaid(error: RunStoreError) throws {
    let recorder = try recorder()
    store.set(error)
    print(1...10, to: recorder)
    recorder.end()
    #expect(store.texts.isEmpty)
    #expect(store.told.contains("lost"))
  }
}
