import Foundation
import RunStore
import TestSupport
import Testing

/// Programs on a terminal, and programs that are killed. A terminal needs tmux.
@Suite(.enabled(if: TestScope.isFull)) struct ExecTerminalTests {
  private let workplace: Workplace

  init() throws { workplace = try Workplace() }

  private func output(
    ofRun run: Int = 1, on streams: [OutputLine.Stream] = OutputLine.Stream.allCases
  ) throws -> [String] {
    var lines: [String] = []
    try workplace.database().forEachOutputLine(ofRun: run) {
      if streams.contains($0.stream) { lines.append($0.text) }
    }
    return lines
  }

  /// Types lines into a shell on a terminal, each when the screen shows what stands before it.
  /// - Returns: The screen, once it shows `end`.
  private func screen(_ keys: [(after: String, keys: String)], end: String) async throws -> String {
    let name = "tracker-\(UUID().uuidString)"
    let tmux = "tmux -L \(name)"
    _ = try await workplace.shell(
      "\(tmux) -f /dev/null new-session -d -x 80 -y 30 -s t 'PS1=\"ready \" PATH='\"'$PATH'\"' exec bash --norc'"
    )
    var shown = ""
    func look(for text: String) async throws {
      while !shown.contains(text) {
        shown = try await workplace.shell("\(tmux) capture-pane -p -t t").output
      }
    }
    for (text, keys) in keys {
      try await look(for: text)
      _ = try await workplace.shell("\(tmux) send-keys -t t \(keys)")
    }
    try await look(for: end)
    _ = try await workplace.shell("\(tmux) kill-server")
    return shown
  }

  @Test(.enabled("tmux is missing", { await hasProgram("tmux") }))
  func aProgressBarStaysABarAndIsOneLine() async throws {
    let script = """
      import os, sys, time
      print(sys.stdout.isatty(), sys.stderr.isatty(), sys.stdin.isatty(), os.get_terminal_size(1).columns)
      for part in range(11):
          sys.stderr.write(f"\\r{10 * part}%"); sys.stderr.flush(); time.sleep(0.02)
      sys.stderr.write("\\n")
      """
    try Data(script.utf8).write(to: workplace.file("bar.py"))
    let shown = try await screen(
      [
        ("ready", "'tracker exec -- python3 bar.py' Enter"),
        ("finished", "'tracker rerun 1' Enter"),
      ],
      end: "Run 2 (bar.py) finished")
    let lines = shown.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
    #expect(lines.contains("True True True 80"), "\(shown)")
    #expect(lines.contains("100%") && !shown.contains("90%"), "\(shown)")
    // Which of two terminals had its text first is not known where nobody looked in between.
    for run in [1, 2] {
      let (printed, bar) = (
        try output(ofRun: run, on: [.stdout]), try output(ofRun: run, on: [.stderr])
      )
      #expect(printed == ["True True True 80"])
      #expect(bar == ["100%"])
    }
  }

  @Test(.enabled("tmux is missing", { await hasProgram("tmux") }))
  func keysReachTheProgram() async throws {
    let shown = try await screen(
      [
        ("ready", "'tracker exec --quiet -- python3 -q -i' Enter"), (">>>", "'6*7' Enter"),
        ("42", "C-z"), ("Stopped", "fg Enter"), ("python3 -q -i\n", "C-c"),
        ("KeyboardInterrupt", "'exit(5)' Enter"), ("exit(5)", "'echo code $?' Enter"),
        ("code 5", "'stty -a' Enter"),
      ], end: " echo ")
    #expect(shown.contains("code 5"), "\(shown)")
    let run = try workplace.database().run(1)
    #expect(run.exitCode == 5)
    #expect(try output().contains("42"))
  }

  @Test(.enabled("tmux is missing", { await hasProgram("tmux") }))
  func promptsStandBehindWhatWasSaidBefore() async throws {
    let shown = try await screen(
      [
        ("ready", "'tracker exec --quiet -- python3 -q -i' Enter"), (">>>", "'1/0' Enter"),
        ("division by zero", "'1/7' Enter"), ("0.142", "'exit()' Enter"),
      ], end: "exit()")
    #expect(shown.contains("division by zero\n>>> 1/7\n0.142"), "\(shown)")
  }

  /// The moment is what this is about: there is nothing to wait for but time.
  @Test(arguments: 0..<10)
  func whatIsKilledLeavesAllThatCameBefore(seed: UInt64) async throws {
    var moments = seed &* 0x9E37_79B9_7F4A_7C15
    moments ^= moments >> 29
    let milliseconds = Int(moments % 700)
    let script = "i=0; while :; do i=$((i+1)); echo line $i; sleep 0.001; done"
    let isExec = seed % 2 == 0
    let outcome = try await workplace.shell(
      """
      tracker exec --quiet -- sh -c 'echo $$ > pid; \(script)' > printed & e=$!
      until test -n "$(tracker show 1 --output 2> /dev/null)"; do :; done
      sleep \(Double(milliseconds) / 1_000)
      kill -9 \(isExec ? "$e" : "$(cat pid)"); wait $e; echo code $?; kill -9 $(cat pid) 2> /dev/null
      """)
    #expect(outcome.output.hasPrefix("code 137"))
    let lines = try output()
    for (index, line) in lines.enumerated() where index < 1_000 {
      #expect(line == "line \(index + 1)", "seed \(seed)")
    }
    let run = try workplace.database().run(1)
    let machine = Machine.current()
    #expect(
      run.status(seenFrom: machine, at: Date()) == (isExec ? .crashed : .failed), "seed \(seed)")
    if !isExec {
      let printed = try String(contentsOfFile: workplace.path("printed"), encoding: .utf8)
      #expect(printed.split(separator: "\n").last.map(String.init) == lines.last, "seed \(seed)")
    }
    let findings = try RunDatabase(writingTo: workplace.path("tracker.db"))
      .examine(seenFrom: machine, at: Date())
    #expect(findings.map(\.kind) == (isExec ? [.staleRun] : []), "seed \(seed)")
  }
}
