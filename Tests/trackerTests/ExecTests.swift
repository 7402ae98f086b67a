import Foundation
import RunStore
import TestSupport
import Testing

/// Programs that are no part of this one, as runs.
@Suite struct ExecTests {
  private let workplace: Workplace

  init() throws { workplace = try Workplace() }

  private func output(ofRun run: Int = 1) throws -> [String] {
    var lines: [String] = []
    try workplace.database().forEachOutputLine(ofRun: run) {
      lines.append("\($0.stream == .stdout ? "" : "! ")\($0.text)")
    }
    return lines
  }

  @Test func outputSettingsAndEndAreKept() async throws {
    let outcome = try await workplace.shell(
      """
      tracker exec --name first --experiment e --tag t=1 --param lr=0.10 --note n --group g -- \
        sh -c 'printf "a\\033[31mb\\033[0m\\n"; sleep 0.2; echo c >&2; sleep 0.2; printf "1\\r2"; exit 3'
      """)
    #expect(outcome.status == .exited(3))
    #expect(outcome.output == "a\u{1B}[31mb\u{1B}[0m\n1\r2")
    #expect(outcome.errors.hasPrefix("c\nRun 1 (first) failed after "))
    #expect(outcome.errors.hasSuffix("s: ended with exit status 3. Look: tracker show 1\n"))
    let run = try workplace.database().run(1)
    #expect(run.status == .failed)
    #expect(run.exitCode == 3)
    #expect(run.error == "ended with exit status 3")
    #expect(run.arguments?.first == "sh")
    #expect(run.command?.hasPrefix("tracker exec --name first") == true)
    #expect([run.name, run.experiment, run.note, run.group] == ["first", "e", "n", "g"])
    #expect(run.heartbeatSeconds == 10 && run.pidNamespace != nil)
    #expect(try output() == ["ab", "! c", "2"])
    let shown = try await workplace.tracker(["show", "1", "--output"])
    #expect(shown.output == "ab\nc\n2\n")
    let rows = try await workplace.tracker(["show", "1", "--output", "--format", "csv"])
    #expect(rows.lines.first == "line,at,stream,text")
    #expect(rows.lines.last?.hasSuffix(",stdout,2") == true)
  }

  @Test func theProgramFindsItsRunAndNotWhatBelongsToNoOne() async throws {
    let outcome = try await workplace.shell(
      """
      MLFLOW_RUN_ID=x http_proxy=http://p tracker exec --quiet -- sh -c \
        'echo "$TRACKER_DB $TRACKER_RUN_ID ${#TRACKER_RUN_OWNER} ${MLFLOW_RUN_ID-none} $no_proxy"
         place=${MLFLOW_TRACKING_URI#http://}; echo "${place%:*}"'
      """)
    #expect(outcome.lines[0].hasSuffix("/tracker.db 1 36 none 127.0.0.1"))
    #expect(outcome.lines[1] == "127.0.0.1")
    #expect(outcome.errors == "")
    let dump = try await workplace.tracker(["sql", "SELECT group_concat(value) FROM environment"])
    #expect(!dump.output.contains("http://p"))
  }

  /// Whatever password a client shows, such as one of ~/.netrc, does not matter.
  @Test func onlyTheProgramKnowsThePathOfItsServer() async throws {
    let outcome = try await workplace.shell(
      #"""
      tracker exec --quiet -- bash -c '
        address=${MLFLOW_TRACKING_URI#http://}
        place=${address%%/*}
        for path in "" "/${address#*/}"; do
          exec 3<>"/dev/tcp/${place%:*}/${place#*:}"
          printf "GET $path/api/2.0/mlflow/experiments/get?experiment_id=0 HTTP/1.1\r\nHost: localhost\r\n" >&3
          printf "Authorization: Basic bWU6d3Jvbmc=\r\n\r\n" >&3
          head -n 1 <&3
        done'
      """#)
    #expect(outcome.lines.map { $0.filter(\.isNumber) } == ["11404", "11200"])
  }

  @Test func whatCannotBeWrittenIsSaid() async throws {
    let outcome = try await workplace.shell(
      """
      tracker exec --quiet -- echo lost > /dev/full; echo $?
      tracker exec --quiet -- sh -c 'echo lost; exit 3' > /dev/full; echo $?
      """)
    #expect(outcome.lines == ["1", "3"])
    let line = "Error: Standard output could not be written: No space left on device."
    #expect(outcome.errors == "\(line)\n\(line)\n")
    #expect(try output() == ["lost"])
    #expect(try workplace.database().run(1).exitCode == 0)
  }

  /// Each pair is written at once, and mostly read at once.
  @Test func streamsKeepTheirOrder() async throws {
    let outcome = try await workplace.shell(
      """
      for i in 1 2 3 4 5; do
        tracker exec --quiet --system-metrics 0 -- sh -c 'echo error >&2; echo output' 2>&1
        tracker exec --quiet --system-metrics 0 -- sh -c 'echo output; echo error >&2' 2>&1
      done
      """)
    let wanted = ["error", "output", "output", "error"]
    #expect(outcome.lines == (0..<5).flatMap { _ in wanted })
  }

  @Test func variablesThatAreNoUTF8AreTheProgramsAllTheSame() async throws {
    let outcome = try await workplace.shell(
      #"X=$(printf '\303\050') tracker exec --quiet -- sh -c 'printf %s "$X"' | od -An -tx1"#)
    #expect(outcome.lines == [" c3 28"])
  }

  @Test func programsWithinAProgramAreItsChildren() async throws {
    _ = try await workplace.shell(
      "tracker exec -- sh -c 'tracker exec --name inner -- true; tracker run adaline --epochs 1 --quiet'"
    )
    let runs = try (1...3).map { try workplace.database().run($0) }
    #expect(runs.map(\.name) == ["sh", "inner", "adaline"])
    #expect(runs.map(\.parentRun) == [nil, 1, 1])
  }

  @Test(arguments: [
    ("kill -TERM $$", 143, RunStatus.interrupted, "ended by SIGTERM"),
    ("kill -KILL $$", 137, .failed, "ended by SIGKILL; perhaps the memory was used up"),
    ("kill -SEGV $$", 139, .failed, "ended by SIGSEGV"),
    ("exit 130", 130, .interrupted, "ended with exit status 130, as after SIGINT"),
    ("exit 255", 255, .failed, "ended with exit status 255"),
  ])
  func signalsAreTheProgramsEnd(script: String, code: Int, status: RunStatus, reason: String)
    async throws
  {
    let outcome = try await workplace.tracker(["exec", "--", "sh", "-c", script])
    #expect(outcome.status == .exited(Int32(code)))
    let run = try workplace.database().run(1)
    #expect(run.status == status)
    #expect(run.exitCode == code)
    #expect(run.error == reason)
  }

  @Test(arguments: [("TERM", SIGTERM), ("XCPU", SIGXCPU)])
  func aSignalToExecReachesTheProgram(name: String, signal: Int32) async throws {
    let script = "trap 'echo asked; exit 9' \(name); echo ready; while :; do sleep 0.02; done"
    let outcome = try await workplace.tracker(["exec", "--", "sh", "-c", script]) { process in
      try await wait { (try? output()) == ["ready"] }
      // `nice` becomes the program that it starts.
      kill(process, signal)
    }
    #expect(outcome.status == .exited(9))
    #expect(try output() == ["ready", "asked"])
    let run = try workplace.database().run(1)
    #expect(run.status == .interrupted)
    #expect(run.error == "ended with exit status 9 after SIG\(name)")
  }

  @Test(.enabled("python3 is missing", { await hasProgram("python3") }))
  func aSignalToTheWholeGroupReachesTheProgramOnce() async throws {
    try Data(
      """
      import signal, sys
      count = 0
      def counted(*_):
          global count
          count += 1
          print(count, flush=True)
      signal.signal(signal.SIGTERM, counted)
      signal.signal(signal.SIGUSR1, lambda *_: sys.exit(count))
      print("ready", flush=True)
      while True:
          signal.pause()
      """.utf8
    ).write(to: workplace.file("count.py"))
    let outcome = try await workplace.shell(
      """
      await() { i=0; until grep -q "$1" out || [ $i = 2000 ]; do i=$((i + 1)); sleep 0.02; done; }
      setsid tracker exec --quiet -- python3 count.py > out &
      await ready
      kill -TERM -$!
      await 1
      kill -TERM $!
      await 2
      kill -TERM -$!
      await 3
      kill -USR1 $!
      wait $!
      """)
    #expect(outcome.status == .exited(3))
    #expect(try output() == ["ready", "1", "2", "3"])
  }

  @Test func aKilledExecLeavesACrashedRunWithEverythingUpToThen() async throws {
    var program: pid_t?
    defer { if let program { kill(program, SIGKILL) } }
    _ = try await workplace.tracker(
      ["exec", "--", "sh", "-c", "echo one; echo two; echo $$ > pid; exec sleep 3600"]
    ) { process in
      try await wait { (try? output()) == ["one", "two"] }
      try await wait { FileManager.default.fileExists(atPath: workplace.path("pid")) }
      kill(process, SIGKILL)
    }
    let text = try String(contentsOfFile: workplace.path("pid"), encoding: .utf8)
    program = pid_t(text.trimmingCharacters(in: .newlines))
    let list = try await workplace.tracker(["list"])
    #expect(list.output.contains("crashed"))
    #expect(try output() == ["one", "two"])
  }

  @Test func whatCannotBeStartedLeavesNoRun() async throws {
    try Data("x".utf8).write(to: workplace.file("file"))
    for (program, code, hint) in [
      ("nosuch", 127, "check its name"), ("./file", 126, "make it executable (chmod +x)"),
    ] {
      let outcome = try await workplace.tracker(["exec", "--", program])
      #expect(outcome.status == .exited(Int32(code)))
      #expect(outcome.errors.contains("'\(program)'"))
      #expect(outcome.errors.contains("Try: \(hint)"), "\(outcome.errors)")
    }
    #expect(!(try workplace.files.contains("tracker.db")))
    #expect(try await workplace.tracker(["exec"]).status == .exited(64))
  }

  @Test(arguments: [
    ("echo x", "name its interpreter: tracker exec -- sh ./script"),
    ("#!/no/such -x\necho x", "correct the line"), ("#!\u{1B}[31m/etc\n", "correct the line"),
  ]) func aScriptWithoutItsInterpreterIsSaidToBeSo(text: String, hint: String) async throws {
    try Data(text.utf8).write(to: workplace.file("script"))
    chmod(workplace.path("script"), 0o755)
    let outcome = try await workplace.tracker(["exec", "--", "./script"])
    #expect(outcome.status == .exited(126))
    #expect(outcome.errors.contains("Try: \(hint)"), "\(outcome.errors)")
    #expect(!outcome.errors.contains("chmod") && !outcome.errors.contains("\u{1B}"))
    #expect(try workplace.database().run(1).status == .failed)
  }

  @Test func standardInputAndLongOutputPassThrough() async throws {
    let outcome = try await workplace.shell(
      "printf 'x\\ny' | tracker exec --quiet -- cat; tracker exec --quiet -- sh -c 'yes | head -c 300000' | md5sum; yes | head -c 300000 | md5sum; tracker exec --quiet -- yes | head -1"
    )
    #expect(outcome.lines[0] == "x")
    #expect(outcome.lines[1].hasPrefix("y"))
    #expect(outcome.lines[1].dropFirst() == outcome.lines[2][...])
    #expect(outcome.lines[3] == "y")
    #expect(try workplace.database().run(3).error == "ended by SIGPIPE")
  }

  @Test func backgroundProgramsAreNotWaitedFor() async throws {
    let outcome = try await workplace.shell(
      "tracker exec --quiet -- sh -c 'sleep 3600 & echo $!'; kill $(tracker show 1 --output)")
    #expect(outcome.status == .exited(0))
    #expect(try workplace.database().run(1).status == .finished)
  }

  @Test func metricsAreReadOnlyWhereThatIsAskedFor() async throws {
    let script = "echo epoch 1 loss: 0.5; echo epoch 2 loss: 0.25"
    _ = try await workplace.shell(
      """
      tracker exec --quiet --system-metrics 0 -- sh -c '\(script)'
      tracker exec --quiet --system-metrics 0 --scalars auto -- sh -c '\(script)'
      """
    )
    #expect(try workplace.database().metrics(ofRun: 1).isEmpty)
    let points = try workplace.database().metrics(ofRun: 2)
    #expect(points.map(\.value) == [0.5, 0.25])
    #expect(points.map(\.step) == [1, 2])
    #expect(points.map(\.epoch) == [1, 2])
    let bad = try await workplace.tracker(["exec", "--scalars", "loss", "--", "true"])
    #expect(bad.status == .exited(64))
    #expect(bad.errors.contains("The pattern 'loss' finds no metrics: it names no metric."))
  }

  @Test func theMachineIsMeasuredWithItsCards() async throws {
    let card = "#!/bin/sh\necho '0, 35, 2048, 8192, 70.5, 250.0'\n"
    try Data(card.utf8).write(to: workplace.file("nvidia-smi"))
    chmod(workplace.path("nvidia-smi"), 0o755)
    let script = """
      until tracker sql "SELECT name FROM metric_series" --format csv | grep -q system/gpu_0; do sleep 0.1; done
      """
    try Data(script.utf8).write(to: workplace.file("wait.sh"))
    _ = try await workplace.shell(
      "PATH=$PWD:$PATH tracker exec --system-metrics 0.1 -- sh wait.sh; tracker exec --system-metrics 0 -- true"
    )
    let names = try workplace.database().metricSummaries(ofRun: 1).map(\.name)
    for name in [
      "system/cpu_utilization_percentage", "system/system_memory_usage_megabytes",
      "system/process_memory_usage_megabytes", "system/gpu_0_utilization_percentage",
      "system/gpu_0_memory_usage_percentage",
    ] {
      #expect(names.contains(name), "\(name) of \(names)")
    }
    #expect(try workplace.database().metricSummaries(ofRun: 2).isEmpty)
  }

  @Test func someoneIsToldOfTheEnd() async throws {
    let hook =
      #"echo "$TRACKER_RUN_ID $TRACKER_RUN_NAME $TRACKER_RUN_STATUS $TRACKER_RUN_EXIT_CODE $TRACKER_BEST_METRIC $TRACKER_BEST_VALUE ${TRACKER_RUN_OWNER-none}""#
    let outcome = try await workplace.tracker([
      "exec", "--scalars", "auto", "--on-end", hook + " > told; exit 1", "--", "sh", "-c",
      "echo val/loss: 0.5; exit 2",
    ])
    #expect(outcome.status == .exited(2))
    #expect(outcome.errors.contains("Warning: The command of --on-end failed"))
    #expect(
      try String(contentsOfFile: workplace.path("told"), encoding: .utf8)
        == "1 sh failed 2 val/loss 0.5 none\n")
  }

  @Test(.enabled("git is missing", { await hasProgram("git") }))
  func theStateOfTheCodeIsKept() async throws {
    let git = "git -c user.name=a -c user.email=a@b"
    let outcome = try await workplace.shell(
      """
      mkdir r && cd r && git init -q && echo old > file && git add file && \(git) commit -qm x
      echo new > file; echo x > extra; tracker exec --db ../tracker.db -- sh -c 'rm file'
      tracker export artifact 1 code/changes.patch -o ../patch --db ../tracker.db
      """)
    #expect(outcome.status == .exited(0), "\(outcome.errors)")
    let run = try workplace.database().run(1)
    #expect(run.gitDirty == true)
    let patch = try String(contentsOfFile: workplace.path("patch"), encoding: .utf8)
    #expect(patch.contains("+new"))
    #expect(patch.contains("#   extra"))
  }
}

/// Whether there is a program of a name.
func hasProgram(_ name: String) async -> Bool {
  let places = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
  return places.contains { access("\($0)/\(name)", X_OK) == 0 }
}
