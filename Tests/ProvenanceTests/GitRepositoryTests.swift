import Foundation
import Subprocess
import TestSupport
import Testing

@testable import Provenance

/// What real git says of real repositories, also of those that want to have a program run.
@Suite(.enabled("git is missing", hasGit)) struct GitRepositoryTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test func theCommitAndChangesAreFoundFromAnyFolderBelow() async throws {
    try await shell("git init -q r && mkdir -p r/a/b && cd r && \(commit)")
    let clean = await state(folder.path("r/a/b"))
    #expect(clean == .known(GitState(commit: try await head("r"), isDirty: false)))
    try await shell("echo changed > r/file")
    #expect(try await isDirty("r"))
  }

  @Test func aFolderNamedGitIsNoProgram() throws {
    try FileManager.default.createDirectory(
      atPath: folder.path("bin/git"), withIntermediateDirectories: true)
    #expect(GitProcess.find(in: folder.path("bin")) == nil)
  }

  @Test func linkedWorkTreesAndSubmodulesHaveAStateOfTheirOwn() async throws {
    try await shell(
      """
      git init -q r && (cd r && \(commit) && git worktree add -q ../linked && cd ../linked && \(commit))
      git init -q outer && cd outer && \(commit)
      git -c protocol.file.allow=always submodule --quiet add ../r inner && echo x > inner/file
      """)
    let linked = await state(folder.path("linked"))
    #expect(linked == .known(GitState(commit: try await head("linked"), isDirty: false)))
    let inner = await state(folder.path("outer/inner"))
    #expect(inner == .known(GitState(commit: try await head("r"), isDirty: true)))
  }

  @Test func longHashesAreTakenToo() async throws {
    try await shell("git init -q --object-format=sha256 r && cd r && \(commit)")
    #expect(try await head("r").count == 64)
    let found = await state(folder.path("r"))
    #expect(found == .known(GitState(commit: try await head("r"), isDirty: false)))
  }

  @Test func aRepositoryWithoutACommitHasNoState() async throws {
    try await shell("git init -q r")
    #expect(await state(folder.path("r")) == .none)
  }

  /// Lines of a shell that prepare a repository such that git, left alone, runs the program `$P`.
  @Test(arguments: [
    #"git config core.fsmonitor "$P""#,
    #"git config filter.x.clean "$P"; echo '* filter=x' > .gitattributes"#,
    #"git config filter.x.process "$P"; echo '* filter=x' > .gitattributes"#,
    #"""
    git config filter.x.clean "$P"; git config filter.x.required true
    echo '* filter=x' > .git/info/attributes
    """#,
    #"git config filter.a=b.clean "$P"; echo '* filter=a=b' > .gitattributes"#,
    #"git config filter.A.b.Clean "$P"; echo '* filter=A.b' > .gitattributes"#,
    #"""
    git config include.path ../more; git config -f more filter.x.clean "$P"
    echo '* filter=x' > .gitattributes
    """#,
    #"""
    git config extensions.worktreeConfig true; git config --worktree filter.x.clean "$P"
    echo '* filter=x' > .gitattributes
    """#,
    #"""
    printf '[filter "\303\051"]\nclean = %s\n' "$P" >> .git/config
    printf '* filter=\303\051\n' > .gitattributes
    """#,
    #"git config diff.external "$P"; git config diff.x.textconv "$P"; echo '* diff=x' > .gitattributes"#,
    #"""
    git config core.hooksPath hooks; mkdir hooks; cp "$P" hooks/post-index-change
    cp "$P" .git/hooks/post-index-change
    """#,
    #"""
    git config extensions.partialClone origin; git config remote.origin.promisor true
    git config remote.origin.url /nowhere; git config remote.origin.uploadpack "$P"
    git config protocol.allow always; git config protocol.file.allow always
    rm -rf .git/objects/??
    """#,
    #"""
    git config extensions.partialClone origin; git config remote.origin.promisor true
    git config remote.origin.url "ext::$P"; git config protocol.ext.allow always
    rm -rf .git/objects/??
    """#,
    #"git config core.pager "$P"; git config pager.status "$P"; git config alias.status "!$P""#,
    #"git config core.worktree ..; git config core.fsmonitor "$P""#,
    #"git config diff.x.command "$P"; echo '* diff=x' > .gitattributes"#,
  ])
  func noProgramOfARepositoryIsRun(preparation: String) async throws {
    try await shell(
      """
      printf '#!/bin/sh\ntouch "\(folder.path("ran"))"\ncat\n' > program && chmod +x program
      P="$PWD/program"; git init -q r && cd r && \(commit)
      \(preparation)
      touch -d '2001-01-01' file
      """)
    let answer = await state(folder.path("r"))
    _ = await GitChanges.patch(of: folder.path("r"))
    #expect(!FileManager.default.fileExists(atPath: folder.path("ran")), "\(answer)")
    if !preparation.contains("objects/??") {
      guard case .known = answer else {
        Issue.record("\(answer)")
        return
      }
    }
  }

  @Test func changesAreAPatchThatNamesUntrackedFiles() async throws {
    try await shell("git init -q r && cd r && echo old > file && git add file && \(commit)")
    #expect(await GitChanges.patch(of: folder.path("r"), limit: .seconds(600)) == nil)
    try await shell("cd r && mkdir notes && echo new > file && echo x > notes/a && echo y > b")
    let patch = String(
      decoding: try #require(await GitChanges.patch(of: folder.path("r"), limit: .seconds(600))),
      as: UTF8.self)
    #expect(
      patch.hasPrefix(
        "# Files that git does not know, which are not in this patch:\n#   b\n#   notes/\ndiff --git"
      ))
    #expect(patch.contains("-old\n+new\n"))
    try Data(patch.utf8).write(to: folder.url.appendingPathComponent("changes.patch"))
    try await shell("cd r && git checkout -q file && git apply ../changes.patch && grep new file")
    try await shell("cd r && head -c 5000000 /dev/zero | tr '\\0' a | fold > file")
    let large = String(
      decoding: try #require(await GitChanges.patch(of: folder.path("r"), limit: .seconds(600))),
      as: UTF8.self)
    #expect(large.contains("The changes are larger than 4000000 bytes"))
    #expect(large.contains("\tfile\n"))
  }

  @Test func aCommittedFolderThatIsABareRepositoryIsOnlyAFolder() async throws {
    try await shell(
      """
      printf '#!/bin/sh\ntouch "\(folder.path("ran"))"\n' > program && chmod +x program
      git init -q r && cd r && \(commit) && git init -q --bare inner
      git -C inner config core.fsmonitor "$PWD/../program"
      git -C inner config core.bare false; git -C inner config core.worktree .
      """)
    let answer = await state(folder.path("r/inner"))
    #expect(answer == .known(GitState(commit: try await head("r"), isDirty: false)))
    #expect(!FileManager.default.fileExists(atPath: folder.path("ran")))
  }

  @Test func aRepositoryOfAnotherUserIsNotAsked() async throws {
    try await shell("git init -q r && cd r && \(commit)")
    let answer = await state(folder.path("r"), user: geteuid() + 1)
    guard case .unknown(let reason) = answer else {
      Issue.record("\(answer)")
      return
    }
    #expect(reason.hasPrefix("the repository belongs to "))
  }

  @Test(
    .enabled("only root can give files away", { geteuid() == 0 }),
    arguments: ["r", "r/.git", "s/.git"])
  func oneForeignPartIsEnough(part: String) async throws {
    try await shell(
      """
      git init -q r && (cd r && \(commit)) && cp -r r s && rm -rf s/.git && ln -s ../r/.git s/.git
      chown -h 12345 \(part)
      """)
    let answer = await GitState.of(folder.path(String(part.prefix(1))))
    #expect(answer == .unknown("the repository belongs to user 12345"))
  }

  /// A configuration that can never be read to its end.
  @Test func aGitThatHangsIsEnded() async throws {
    try await shell(
      "git init -q r && cd r && \(commit) && mkfifo p && git config include.path ../p")
    let answer = await GitState.of(folder.path("r"), limit: .milliseconds(200))
    #expect(answer == .unknown("git took longer than 0.2 s"))
  }

  private let commit = """
    { [ -e file ] || echo a > file; } && git add file \\
      && git -c user.name=n -c user.email=e commit -q --allow-empty -m m
    """

  /// Asks with all the time that a machine busy with other tests needs.
  private func state(_ path: String, user: uid_t = geteuid()) async -> GitState.Answer {
    await GitState.of(path, user: user, limit: .seconds(600))
  }

  private func head(_ name: String) async throws -> String {
    try await shell("git -C \(name) rev-parse HEAD").trimmingCharacters(in: .newlines)
  }

  private func isDirty(_ name: String) async throws -> Bool {
    guard case .known(let state) = await state(folder.path(name)) else { return false }
    return state.isDirty
  }

  @discardableResult private func shell(_ script: String) async throws -> String {
    let result = try await run(
      .name("sh"), arguments: ["-ec", script],
      environment: .inherit.updating(["GIT_CONFIG_GLOBAL": "/dev/null"]),
      workingDirectory: .init(folder.url.path), output: .string(limit: 1 << 20),
      error: .string(limit: 1 << 20))
    #expect(result.terminationStatus.isSuccess, "\(script): \(result.standardError)")
    return result.standardOutput
  }
}

private func hasGit() async -> Bool {
  let result = try? await run(.name("git"), arguments: ["--version"], output: .discarded)
  return result?.terminationStatus.isSuccess ?? false
}
