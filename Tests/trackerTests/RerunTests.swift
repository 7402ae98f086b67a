import Foundation
import RunStore
import TestSupport
import Testing

/// Runs that are done again.
@Suite struct RerunTests {
  private let workplace: Workplace

  init() throws { workplace = try Workplace() }

  @Test func aProgramRunsAgainInItsFolderAsAChild() async throws {
    let outcome = try await workplace.shell(
      """
      mkdir a && cd a && tracker exec --db ../tracker.db --name n --experiment e --param lr=0.10 \
        --scalars auto -- sh -c 'pwd; echo loss: 0.5; echo "more: $*"' sh
      cd .. && tracker rerun 1 -- --fast 2
      """)
    #expect(outcome.status == .exited(0), "\(outcome.errors)")
    #expect(outcome.lines.last == "more: --fast 2")
    #expect(outcome.lines[0] == outcome.lines[3])
    #expect(outcome.errors.contains("Again run 1, in /"))
    #expect(outcome.errors.contains("Commit, changes, machine and versions are as they were."))
    let database = try workplace.database()
    let run = try database.run(2)
    #expect(run.parentRun == 1)
    #expect([run.name, run.experiment] == ["n", "e"])
    #expect(run.arguments?.suffix(2) == ["--fast", "2"])
    #expect(try database.parameters(ofRun: 2) == ["lr": 0.1])
    #expect(try database.metrics(ofRun: 2).map(\.value) == [0.5])
  }

  @Test(.enabled("git is missing", { await hasProgram("git") }))
  func whatIsNotAsItWasIsSaidFirst() async throws {
    let git = "git -c user.name=a -c user.email=a@b"
    let outcome = try await workplace.shell(
      """
      git init -q && echo '*.db*' > .gitignore && git add . && \(git) commit -qm x
      tracker exec --quiet -- true
      echo new >> .gitignore; \(git) commit -qam y; echo newer >> .gitignore
      sqlite3 tracker.db "UPDATE runs SET host = 'elsewhere', version = '0.0'" 2> /dev/null || exit 77
      tracker rerun 1
      """)
    guard outcome.status != .exited(77) else { return }
    let lines = outcome.errors.split(separator: "\n")
    #expect(lines.count { $0.hasPrefix("  the commit was ") } == 1, "\(outcome.errors)")
    #expect(outcome.errors.contains("  the changes that are not committed are others"))
    #expect(outcome.errors.contains("  the machine was elsewhere, and is "))
    #expect(outcome.errors.contains("  the version of tracker was 0.0, and is "))
  }

  @Test(.enabled("git is missing", { await hasProgram("git") }))
  func theFileAndNewFilesAreNoChanges() async throws {
    let git = "git -c user.name=a -c user.email=a@b"
    let outcome = try await workplace.shell(
      """
      git init -q && echo x > file && git add . && \(git) commit -qm x
      tracker exec --quiet -- touch made && tracker rerun 1
      """)
    #expect(outcome.errors.contains("Commit, changes, machine and versions are as they were."))
    let files = try (1...2).map {
      try workplace.database().artifactSummaries(ofRun: $0).map(\.name)
    }
    #expect(files == [[], ["code/changes.patch"]])
  }

  /// A repository may keep git waiting, until its time is over.
  @Test(.enabled("git is missing", { await hasProgram("git") }))
  func theStateOfTheCodeIsAskedOnce() async throws {
    let outcome = try await workplace.shell(
      """
      git init -q && tracker exec --quiet -- true && mkdir bin
      printf '#!/bin/sh\necho "$*" >> "%s/asked"\nexec "%s" "$@"\n' "$PWD" "$(command -v git)" > bin/git
      chmod +x bin/git && PATH="$PWD/bin:$PATH" tracker rerun 1 2> /dev/null && grep -c ' status ' asked
      """)
    #expect(outcome.lines == ["1"], "\(outcome)")
  }

  /// A copy of the file alone holds the run.
  @Test func nothingIsLeftBesideTheFile() async throws {
    let outcome = try await workplace.shell("tracker exec --quiet -- true; ls tracker.db*")
    #expect(outcome.lines == ["tracker.db"], "\(outcome)")
  }

  @Test func aRecipeRunsAgainAsItsOwnRun() async throws {
    let outcome = try await workplace.shell(
      "tracker run adaline --epochs 3 --quiet && tracker rerun 1 -- --epochs 2 --quiet")
    #expect(outcome.status == .exited(0), "\(outcome.errors)")
    let runs = try [1, 2].map { try workplace.database().run($0) }
    #expect(runs.map(\.parentRun) == [nil, 1])
    #expect(runs[1].recipe == "adaline")
    #expect(try workplace.database().parameters(ofRun: 2)["epochs"] == 2)
  }

  @Test func whatDoesNotSayHowItWasStartedIsRefused() async throws {
    let database = try RunDatabase(writingTo: workplace.path("tracker.db"))
    _ = try database.createRun(RunDraft(name: "a", startedAt: Date()))
    var draft = RunDraft(name: "b", startedAt: Date())
    (draft.arguments, draft.directory) = (["true"], "/nowhere/at/all")
    _ = try database.createRun(draft)
    let first = try await workplace.tracker(["rerun", "1"])
    #expect(first.status == .exited(1))
    #expect(first.errors.contains("Error: Run 1 does not say how it was started."))
    let second = try await workplace.tracker(["rerun", "2"])
    #expect(second.errors.contains("Error: The folder '/nowhere/at/all'"))
  }
}
