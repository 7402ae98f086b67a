import RunStore

/// What a version of a registered model is made of.
extension Call {
  /// The run of `version` in SQL, beside its row `run` of this file.
  static let versionRun = "COALESCE(run.uuid, \(HiddenTag.run.ofVersion))"

  /// Where the files of a version are: not on the client's disk, and not up from somewhere.
  func versionSource() throws -> String {
    let source = try message.requiredText("source")
    var plain = source
    while let next = plain.removingPercentEncoding, next != plain { plain = next }
    guard !plain.split(separator: "/").contains(".."), !plain.contains("\0") else {
      throw Refusal.invalid(
        "Invalid model version source: '\(source)'. If supplying a source as an http, https, local file"
          + " path, ftp, objectstore, or mlflow-artifacts uri, an absolute path must be provided without"
          + " relative path references present.")
    }
    let scheme = plain.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)[0]
    guard plain.contains(":"), scheme != "file", !scheme.contains("/") else {
      throw Refusal.invalid(
        "Invalid model version source: '\(source)'. To use a local path as a model version source, log its"
          + " files with a run first: this server keeps them, and cannot see other disks.")
    }
    return source
  }

  /// The logged model that a version is of. A source that names a model or a run must be of the one that is
  /// named beside it.
  func versionModel(_ source: String, run: Int?) throws -> String? {
    let id = try message.text("model_id") ?? ""
    let (scheme, path) =
      source.firstIndex(of: "/").map {
        (source[..<$0].lowercased(), String(source[source.index(after: $0)...]))
      } ?? ("", source)
    let isOfIt =
      switch scheme {
      case "models:": !path.hasPrefix("m-") || path == id
      case "runs:":
        try isNamed(String(path.prefix { $0 != "/" }), run)
      case "mlflow-artifacts:":
        try artifactTarget(String(path.drop { $0 == "/" })).map { target in
          target.owner == .model(id) || target.owner == run.map { .run($0) }
        } ?? false
      default: true
      }
    guard isOfIt else {
      throw Refusal.invalid(
        "Invalid model version source: '\(source)'. The"
          + " \(scheme == "models:" || !id.isEmpty ? "model_id" : "run_id") request parameter must"
          + " identify the resource that contains the source.")
    }
    guard !id.isEmpty else { return nil }
    guard try db.row("SELECT 1 FROM models WHERE id = :id", ["id": .text(id)]) != nil else {
      throw Self.noModel(id)
    }
    return id
  }

  /// Whether the request names the run with this id: one of this file, or of another server, whose registry
  /// this is.
  private func isNamed(_ id: String, _ run: Int?) throws -> Bool {
    guard !id.isEmpty else { return false }
    return try message.text("run_id") == id || run != nil && run == findRun(id)?.id
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
    let parts = place.split(separator: "/").map(String.init)
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
      SELECT version.source, version.model_id, model.experiment_id, experiment.artifact_location
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
