import Foundation
import RunStore
import Subprocess
import TestSupport
import Testing

/// What the shell that starts a command may have closed, limited or set.
@Suite struct ProcessTests {
  private static let small = Workplace.smallRun.joined(separator: " ")

  @Test func closedDescriptorsGetNothingThatIsMeantForThem() async throws {
    let workplace = try Workplace()
    let silent = try await workplace.shell("tracker \(Self.small) --quiet <&- >&- 2>&-")
    #expect(silent.status == .exited(0))
    let result = try await workplace.shell("tracker \(Self.small) <&- >&-")
    #expect(result.status == .exited(1))
    #expect(result.errors.contains("Cannot write to standard output: Bad file descriptor."))
    let database = try workplace.database()
    #expect(
      try database.runs(seenFrom: .current(), at: Date()).map(\.status) == [.finished, .finished])
    #expect(try database.examine(seenFrom: .current(), at: Date()).isEmpty)
    #expect(try await workplace.shell("tracker list >&-").status == .exited(1))
    #expect(try await workplace.shell("tracker list 2>&-").status == .exited(0))
  }

  @Test(arguments: [4, 8, 14, 17])
  func tooFewFilesAreAnErrorAtOnce(limit: Int) async throws {
    let workplace = try Workplace()
    let outcome = try await workplace.shell("ulimit -n \(limit); exec tracker \(Self.small)")
    #expect(outcome.status == .exited(1))
    #expect(
      outcome.errors.hasPrefix("Error: Only \(limit) files may be open"), "\(outcome.errors)")
    #expect(outcome.errors.hasSuffix("ulimit -n 1024\n"))
    #expect(try workplace.files == [])
  }

  @Test func aLimitThatIsOnlyAdviceIsRaised() async throws {
    let workplace = try Workplace()
    let outcome = try await workplace.shell("ulimit -Sn 8; exec tracker \(Self.small) --quiet")
    #expect(outcome.status == .exited(0))
    #expect(outcome.errors == "")
  }

  @Test func aLimitOfTheSizeOfFilesIsNamed() async throws {
    let workplace = try await Workplace.withRun()
    for command in [
      "\(Self.small) --db other.db", "export weights 1 -o w.safetensors", "backup copy.db",
    ] {
      // In blocks of 512 bytes, and in some shells of 1,024.
      let outcome = try await workplace.shell("ulimit -f 120; exec tracker \(command)")
      #expect(outcome.status == .exited(1), "\(command)")
      #expect(outcome.errors.contains("ulimit -f unlimited"), "\(command): \(outcome.errors)")
      #expect(!outcome.errors.contains("not an error"), "\(command): \(outcome.errors)")
    }
  }

  /// What a batch system grants is counted as it is asked for, not as it is used.
  @Test(.slow) func aPictureAsksForNoMoreMemoryThanItTakes() async throws {
    let workplace = try await Workplace.withRun()
    for command in ["plot loss 1", "report 1"] {
      let outcome = try await workplace.shell(
        "ulimit -v 480000; exec tracker \(command)")
      #expect(outcome.status == .exited(0), "\(command): \(outcome.errors.prefix(200))")
    }
  }

  /// Where the stack of a thread found no room, commands waited for it without end.
  @Test(arguments: ["list", "run lenet --data shapes --limit 64", "plot loss 1", "exec -- true"])
  func tooFewAddressesAreSaid(command: String) async throws {
    let workplace = try await Workplace.withRun()
    let outcome = try await workplace.shell("ulimit -v 250000; exec tracker \(command)")
    #expect(outcome.status == .exited(1))
    #expect(outcome.errors.contains("Only 244 MiB of memory may be addressed"), "\(outcome.errors)")
    #expect(outcome.errors.hasSuffix("ulimit -v 262144\n"))
  }

  // Where the system shows its processes, nobody may make files, whatever the permissions say.
  @Test(
    arguments: ["$PWD/nowhere", "$PWD/tracker.db", "/proc"],
    ["verify 1", "plot loss 1", "report course"])
  func aBadTemporaryFolderIsNamed(folder: String, command: String) async throws {
    let workplace = try await Workplace.withRun()
    let outcome = try await workplace.shell("TMPDIR=\(folder) exec tracker \(command)")
    #expect(outcome.status == .exited(1))
    let name = folder.replacing("$PWD", with: "")
    #expect(outcome.errors.contains("\(name)', cannot be used:"), "\(outcome.errors)")
    #expect(outcome.errors.contains("TMPDIR"))
    #expect(try workplace.files == ["tracker.db"])
  }

  @Test(arguments: ["$PWD/nowhere", "$PWD/tracker.db", "/proc"])
  func aBadTemporaryFolderIsNamedWhereAnOlderFileIsRead(folder: String) async throws {
    let workplace = try await Workplace.withRun()
    try PlainConnection(path: workplace.path("tracker.db")).execute("PRAGMA user_version = 1")
    let outcome = try await workplace.shell("TMPDIR=\(folder) exec tracker list")
    #expect(outcome.status == .exited(1))
    let name = folder.replacing("$PWD", with: "")
    #expect(outcome.errors.contains("\(name)', cannot be used:"), "\(outcome.errors)")
    #expect(outcome.errors.contains("TMPDIR"))
  }

  @Test func onOneProcessorThereIsOneThread() async throws {
    let workplace = try Workplace()
    let outcome = try await workplace.shell(
      """
      processor=$(sed -n 's/^Cpus_allowed_list:[^0-9]*\\([0-9]*\\).*/\\1/p' /proc/self/status)
      taskset -c "$processor" tracker \(Self.small) --quiet
      """)
    #expect(outcome.status == .exited(0), "\(outcome.errors)")
    #expect(try workplace.database().parameters(ofRun: 1)["threads"] == 1)
  }

  @Test(arguments: [
    #"list --db "$(printf 'caf\351.db')""#, #"run adaline --db "$(printf 'caf\351.db')""#,
    #"run adaline --name "$(printf '\377')""#,
  ])
  func argumentsThatAreNotUTF8AreRefused(command: String) async throws {
    let workplace = try Workplace()
    let outcome = try await workplace.shell("exec tracker \(command)")
    #expect(outcome.status == .exited(64))
    #expect(outcome.errors.contains("is not valid UTF-8: '"))
    #expect(try workplace.files == [])
  }

  @Test func aFolderThatIsNotUTF8IsRefused() async throws {
    let workplace = try Workplace()
    let outcome = try await workplace.shell(
      #"d="$(printf 'caf\351')"; mkdir "$d" && cd "$d" && exec tracker run adaline"#)
    #expect(outcome.status == .exited(64))
    #expect(outcome.errors.contains("The path of this folder is not valid UTF-8"))
  }

  @Test func aVariableThatIsNotUTF8IsRefused() async throws {
    let workplace = try Workplace()
    let outcome = try await workplace.shell(
      #"TRACKER_DB="$(printf 'caf\351.db')" exec tracker run adaline"#)
    #expect(outcome.status == .exited(64))
    #expect(outcome.errors.contains("The variable TRACKER_DB is not valid UTF-8"))
    #expect(try workplace.files == [])
  }

  @Test(.enabled("only root can give files away", { geteuid() == 0 }))
  func theCommitOfSomeoneElsesRepositoryStaysUnknown() async throws {
    let workplace = try Workplace()
    let outcome = try await workplace.shell(
      """
      git init -q r && cd r && git -c user.name=n -c user.email=e commit -q --allow-empty -m m
      chown -R 12345 . && exec tracker run adaline --db ../tracker.db
      """)
    let words = "git commit unknown: the repository belongs to user 12345"
    #expect(outcome.errors.contains("Note: \(words).\n"))
    let database = try workplace.database()
    #expect(try database.environment(ofRun: 1)["git.state"] == .text(words))
    #expect(try database.run(1).gitCommit == nil)
  }

  @Test func variablesOfGitLeadToNoOtherRepository() async throws {
    let workplace = try Workplace()
    let outcome = try await workplace.shell(
      """
      for r in r s; do
        git init -q $r
        git -C $r -c user.name=n -c user.email=e commit -q --allow-empty -m $r
      done
      cd r && git rev-parse HEAD
      GIT_DIR=$PWD/../s/.git GIT_WORK_TREE=/ exec tracker run adaline --quiet --db ../tracker.db
      """)
    #expect(outcome.status == .exited(0))
    #expect(try workplace.database().run(1).gitCommit == outcome.lines.first)
  }
}
