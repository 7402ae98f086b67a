import Foundation
import Provenance
import RunStore

extension ProgramRun.Options {
  /// Facts from which the run can be started again with the same options.
  private static let factNames = (scalars: "exec.scalars", parameters: "exec.params")

  /// What its run notes of these options.
  var facts: [String: SQLValue] {
    var facts: [String: SQLValue] = [:]
    func note(_ name: String, _ value: some Encodable) {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      if let data = try? encoder.encode(value) {
        facts[name] = .text(String(decoding: data, as: UTF8.self))
      }
    }
    if !scalarPatterns.isEmpty { note(Self.factNames.scalars, scalarPatterns) }
    if !parameters.isEmpty { note(Self.factNames.parameters, parameters) }
    return facts
  }

  /// Takes over what was said of an earlier run, where nothing else is said of this one.
  mutating func adopt(_ record: RunRecord, facts: [String: SQLValue]) {
    func value<Value: Decodable>(_ name: String, _ type: Value.Type) -> Value? {
      // Anyone may have written anything there.
      facts[name]?.text.flatMap { try? JSONDecoder().decode(type, from: Data($0.utf8)) }
    }
    parent = record.id
    name = name ?? record.name
    experiment = experiment ?? record.experiment
    group = group ?? record.group
    if scalarPatterns.isEmpty {
      scalarPatterns = value(Self.factNames.scalars, [String].self) ?? []
    }
    let earlier = value(Self.factNames.parameters, [String: String].self) ?? [:]
    parameters.merge(earlier) { given, _ in given }
  }
}

/// A run that is done again: the same program, in the same folder.
public struct ProgramRepetition: Sendable {
  /// The run.
  public let record: RunRecord
  /// The program and its arguments.
  public let program: [String]
  /// Where it is started.
  public let directory: String
  private let facts: [String: SQLValue]
  private let files: [String: Data]

  /// Whether it is one of this program's own, which makes its run by itself.
  public var isRecipe: Bool { record.recipe != nil && program.first == "tracker" }

  /// The most bytes of a patch or of a list of packages: what `exec` keeps is less, and what others have put
  /// in its place is of any size.
  private static let mostBytes = 16_000_000

  /// Reads how a run was started.
  /// - Throws: `LaunchError`, `RunStoreError`.
  public init(of run: Int, adding words: [String], in database: RunDatabase) throws {
    record = try database.run(run)
    guard let arguments = record.arguments, !arguments.isEmpty else {
      throw LaunchError.noArguments(run: run)
    }
    program = arguments + words
    directory = record.directory ?? FileManager.default.currentDirectoryPath
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: directory, isDirectory: &isFolder),
      isFolder.boolValue
    else { throw LaunchError.noFolder(run: run, path: directory) }
    facts = try database.environment(ofRun: run)
    var files: [String: Data] = [:]
    for artifact in try database.artifactSummaries(ofRun: run)
    where [ProgramJournal.patchName, ProgramJournal.requirementsName].contains(artifact.name)
      && artifact.byteCount ?? 0 <= Self.mostBytes
    {
      var content = Data()
      try database.forEachPiece(ofBlob: artifact.blobHash) { content.append($0) }
      files[artifact.name] = content
    }
    self.files = files
  }

  /// Has `options` say of the new run what was said of this one.
  public func adopt(into options: inout ProgramRun.Options) { options.adopt(record, facts: facts) }

  /// What is not as it was when the run started, a clause each.
  public func differences(
    from environment: RunEnvironment, version: String
  ) async -> [String] {
    var words: [String] = []
    func compare(_ what: String, _ then: String?, _ now: String?) {
      guard let then, then != now else { return }
      words.append("\(what) was \(then), and is \(now ?? "unknown")")
    }
    compare(
      "the commit", record.gitCommit.map { String($0.prefix(10)) },
      environment.gitCommit.map { String($0.prefix(10)) })
    if record.gitCommit != nil, environment.gitProblem == nil,
      await GitChanges.changes(in: GitChanges.patch(of: directory))
        != GitChanges.changes(in: files[ProgramJournal.patchName])
    {
      words.append("the changes that are not committed are others (code/changes.patch)")
    }
    compare("the machine", record.host, environment.machine.host)
    compare("the version of tracker", record.version, version)
    for fact in ["cpu", "cores", "memory_bytes", "os"] {
      compare(fact, facts[fact].map(Self.text), environment.facts[fact].map(Self.text))
    }
    let python = python
    compare("python", facts["python"].map(Self.text), python?.version)
    words += packages(python?.requirements ?? [])
    return words
  }

  private static func text(_ value: SQLValue) -> String {
    switch value {
    case .integer(let number): String(number)
    case .real(let number): String(number)
    case .text(let text): text
    case .null, .blob: "unknown"
    }
  }

  private var python: PythonInstallation? {
    let path = LaunchedEnvironment.searchPath
    guard let name = program.first, let place = try? ChildProcess.find(name, in: path) else {
      return nil
    }
    return PythonInstallation(of: place, path: path)
  }

  /// The most packages that are named.
  private static let mostPackages = 8

  private func packages(_ now: [String]) -> [String] {
    guard let data = files[ProgramJournal.requirementsName] else { return [] }
    let then = String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init)
    let gone = Set(then).subtracting(now).sorted()
    let new = Set(now).subtracting(then).sorted()
    guard !gone.isEmpty || !new.isEmpty else { return [] }
    func list(_ names: [String]) -> String {
      let shown = names.prefix(Self.mostPackages).joined(separator: ", ")
      return names.count > Self.mostPackages
        ? "\(shown) and \(names.count - Self.mostPackages) more" : shown
    }
    let words = [
      gone.isEmpty ? nil : "without \(list(gone))", new.isEmpty ? nil : "with \(list(new))",
    ]
    return ["the Python packages are others: " + words.compactMap(\.self).joined(separator: ", ")]
  }
}
