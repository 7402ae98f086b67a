import RunStore

/// What a version of a registered model is made of.
struct VersionOrigin {
  /// The source. One that names a version by its alias or stage names it by its number.
  let source: String
  /// The id of its run, in this file or elsewhere.
  var run: String?
  /// The id of its logged model.
  var model: String?
  /// The source of the version that it is a copy of.
  var copied: String?
}

extension Call {
  /// The run of `version` in SQL, beside its row `run` of this file.
  static let versionRun = "COALESCE(run.uuid, \(HiddenTag.run.ofVersion))"

  /// Where the files of a version are: not on the client's disk, and not up from somewhere.
  func versionSource() throws -> String {
    let source = try message.requiredText("source")
    var plain = source
    while let next = plain.removingPercentEncoding, next != plain { plain = next }
    let scheme = plain.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)[0]
    let isLocal = !plain.contains(":") || scheme == "file" || scheme.contains("/")
    guard !plain.partsOfPath.contains(".."), !plain.contains("\0"),
      isLocal || plain.dropFirst(scheme.count + 1).hasPrefix("/")
    else {
      throw Refusal.invalid(
        "Invalid model version source: '\(source)'. If supplying a source as an http, https, local file"
          + " path, ftp, objectstore, or mlflow-artifacts uri, an absolute path must be provided without"
          + " relative path references present. Please provide an absolute path.")
    }
    guard !isLocal else {
      throw Refusal.invalid(
        "Invalid model version source: '\(source)'. To use a local path as a model version source, log its"
          + " files with a run first: this server keeps them, and cannot see other disks.")
    }
    return source
  }

  /// What a version is made of. A source that names a model or a run must be of the one that is named beside it.
  func versionOrigin() throws -> VersionOrigin {
    let source = try versionSource()
    if let original = try publishedVersion(source) { return try origin(original, source) }
    let run = try message.text("run_id").flatMap { $0.isEmpty ? nil : $0 }
    let model = try message.text("model_id").flatMap { $0.isEmpty ? nil : $0 }
    let (scheme, path) = Self.parts(ofSource: source)
    let isOfIt =
      switch scheme {
      case "models:": path == model
      case "runs:":
        try model == nil && isNamed(String(path.prefix { $0 != "/" }), run)
      case "mlflow-artifacts:":
        switch try artifactTarget(String(path.drop { $0 == "/" }))?.owner {
        case .model(let id)?: id == model
        case .run(let id)?: try model == nil && run.flatMap { try findRun($0)?.id } == id
        case nil: false
        }
      default: true
      }
    guard isOfIt else {
      throw Refusal.invalid(
        "Invalid model version source: '\(source)'. The"
          + " \(scheme == "models:" || model != nil ? "model_id" : "run_id") request parameter must"
          + " identify the resource that contains the source.")
    }
    if let model, try db.row("SELECT 1 FROM models WHERE id = :id", ["id": .text(model)]) == nil {
      throw Self.noModel(model)
    }
    return VersionOrigin(source: source, run: run, model: model)
  }

  /// The scheme of a source, with its colon, and the path behind the first slash.
  private static func parts(ofSource source: String) -> (scheme: String, path: String) {
    source.firstIndex(of: "/").map {
      (source[..<$0].lowercased(), String(source[source.index(after: $0)...]))
    } ?? ("", source)
  }

  /// The version that a source names: `models:/NAME/` and its number, its stage or `latest`, or
  /// `models:/NAME@ALIAS`.
  private func publishedVersion(_ source: String) throws -> (name: String, version: Int)? {
    let (scheme, path) = Self.parts(ofSource: source)
    let parts = path.partsOfPath
    guard scheme == "models:", let first = parts.first, !first.isEmpty, parts.count <= 2 else {
      return nil
    }
    if parts.count == 2 {
      guard !parts[1].isEmpty else { return nil }
      guard try isRegistered(first) else { throw Self.notRegistered(first) }
      if let number = Int(parts[1]) { return (first, number) }
      let stage = try parts[1].lowercased() == "latest" ? nil : Stage(named: parts[1])
      let found = try latestVersions(of: first).filter { stage == nil || $0.stage == stage }
      guard let newest = found.map(\.version).max() else {
        throw Refusal(.resourceDoesNotExist, "No version of '\(first)' for the source '\(source)'")
      }
      return (first, newest)
    }
    guard let at = first.lastIndex(of: "@") else { return nil }
    let name = String(first[..<at])
    return (name, try version(of: name, called: String(first[first.index(after: at)...])))
  }

  /// A copy of a version, which is of the same run and model, and stays when the version goes.
  private func origin(
    _ original: (name: String, version: Int), _ source: String
  ) throws -> VersionOrigin {
    let (name, version) = original
    guard
      let row = try db.row(
        Self.versionStatement, ["name": .text(name), "version": SQLValue(version)])
    else { throw Self.noVersion(name, String(version)) }
    let run = try row.optionalText("run")
    let model = try row.optionalText("model_id")
    guard try message.text("run_id").map({ $0 == run ?? "" }) ?? true,
      try message.text("model_id").map({ $0 == model ?? "" }) ?? true
    else {
      throw Refusal.invalid(
        "Invalid model version source: '\(source)'. The run_id and model_id request parameters must"
          + " match the referenced model version.")
    }
    return VersionOrigin(
      source: "models:/\(name)/\(version)", run: run, model: model,
      copied: try row.optionalText("copied") ?? row.optionalText("source"))
  }

  /// Whether `run` is the run with this id: one of this file, or of another server, whose registry this is.
  private func isNamed(_ id: String, _ run: String?) throws -> Bool {
    guard let run, !id.isEmpty else { return false }
    guard run != id, let found = try findRun(run) else { return run == id }
    return try findRun(id)?.id == found.id
  }

  /// `GET model-versions/get-download-uri`.
  func getModelVersionURI() throws -> [UInt8] {
    let (name, version) = try versionKey()
    let uri = try location(ofVersion: version, of: name)
    return answer { $0.member("artifact_uri", uri) }
  }

  /// `GET /model-versions/get-artifact`: a file of a version.
  func modelVersionFile() throws -> StoredFile {
    let path = try ArtifactPlace.checked(message.requiredText("path"))
    let (name, version) = try versionKey()
    let place = try location(ofVersion: version, of: name)
    let parts = place.partsOfPath.filter { !$0.isEmpty }
    let target: ArtifactTarget? =
      switch parts.first {
      case "mlflow-artifacts:": try artifactTarget(parts.dropFirst().joined(separator: "/"))
      case "runs:" where parts.count > 1:
        try artifactTarget("\(parts[1])/artifacts/\(parts.dropFirst(2).joined(separator: "/"))")
      default: nil
      }
    guard let target else {
      throw Refusal(
        .resourceDoesNotExist,
        "The files of version \(version) of \(name) are elsewhere: \(place.prefix(400))")
    }
    let full = target.path.isEmpty ? path : "\(target.path)/\(path)"
    return try file(ArtifactTarget(owner: target.owner, path: full))
  }

  /// Where the files of a version are.
  private func location(ofVersion version: Int, of name: String) throws -> String {
    let row = try db.row(
      """
      SELECT COALESCE(\(HiddenTag.copied.ofVersion), version.source) AS source, version.model_id,
        model.experiment_id, experiment.artifact_location
      FROM model_versions AS version
      LEFT JOIN models AS model ON model.id = version.model_id
      LEFT JOIN experiments AS experiment ON experiment.id = model.experiment_id
      WHERE version.registered_model = :name AND version.version = :version
      """, ["name": .text(name), "version": SQLValue(version)])
    guard let row else { throw Self.noVersion(name, String(version)) }
    let source = try row.optionalText("source") ?? ""
    if let model = try row.optionalText("model_id"), source.hasPrefix("models:/") {
      return ArtifactPlace.uri(
        ofModel: model, experiment: try row.integer("experiment_id"),
        own: try row.optionalText("artifact_location"))
    }
    return source
  }
}
