import RunStore

/// What a version of a registered model is made of.
extension Call {
  /// The run of `version` in SQL, beside its row `run` of this file: a run of another server is named in the
  /// source alone.
  static let versionRun = """
    COALESCE(
      run.uuid,
      CASE WHEN version.run_id IS NULL AND version.source LIKE 'runs:/_%/%'
        THEN substr(version.source, 7, instr(substr(version.source, 7), '/') - 1) END)
    """

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
}
