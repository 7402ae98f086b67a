import Foundation
import TestSupport
import Testing

/// What another package gets that depends on a tagged version of this one.
@Suite(.slow)
struct OutsidePackageTests {
  private static let manifest = """
    // swift-tools-version: 6.2
    import PackageDescription

    let package = Package(
      name: "outside", platforms: [.macOS(.v15)],
      dependencies: [.package(url: "file://FOLDER/tracker", exact: "1.0.0")],
      targets: [
        .executableTarget(
          name: "outside", dependencies: [.product(name: "RunStore", package: "tracker")])
      ])
    """

  private static let program = """
    import Foundation
    import RunStore

    let database = try RunDatabase(writingTo: "tracker.db")
    let run = try database.createRun(RunDraft(name: "outside", startedAt: Date())).id
    var batch = RunBatch(time: Date())
    batch.metrics = [MetricPoint(name: "loss", step: 1, epoch: 1, value: 0.5)]
    try database.record(batch, run: run)
    try database.finishRun(run, status: .finished, at: Date())
    """

  /// A version cannot be used whose library drags unsafe flags along: those of the engine.
  @Test func theStoreCanBeUsedFromATaggedVersion() async throws {
    let workplace = try Workplace()
    let root = URL(fileURLWithPath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    try FileManager.default.createDirectory(
      at: workplace.file("Sources/outside"), withIntermediateDirectories: true)
    try Self.manifest.replacing("FOLDER", with: workplace.path(""))
      .write(to: workplace.file("Package.swift"), atomically: true, encoding: .utf8)
    try Self.program.write(
      to: workplace.file("Sources/outside/main.swift"), atomically: true, encoding: .utf8)

    let version = try await workplace.shell(
      """
      mkdir tracker && git -C '\(root.path)' ls-files -z \
        | tar -C '\(root.path)' --null -T - -cf - | tar -C tracker -xf - \
        && git -C tracker init -q && git -C tracker add . \
        && git -C tracker -c user.name=test -c user.email=test@localhost commit -qm Version \
        && git -C tracker tag 1.0.0 && cp '\(root.path)/Package.resolved' .
      """)
    try #require(version.status == .exited(0), "\(version.errors)")
    // The package manager leaves locks in the temporary folder.
    let build = try await workplace.shell("TMPDIR=$PWD swift build && .build/debug/outside")
    #expect(build.status == .exited(0), "\(build.output.suffix(2_000)) \(build.errors)")
    #expect(try workplace.database().metricSummaries(ofRun: 1).map(\.name) == ["loss"])
  }
}
