/// What is done for a request.
enum Route: Sendable {
  typealias Body = @Sendable (Call) throws -> [UInt8]

  /// Answers from one state of the file.
  case reading(Body)
  /// Changes the file in one transaction, and answers.
  case writing(Body)
  /// Sends a file; the closure says which.
  case sending(@Sendable (Call) throws -> StoredFile)
  /// Takes a file in; the closure says where it goes.
  case receiving(@Sendable (Call) throws -> ArtifactTarget)
  /// Removes files.
  case removing(@Sendable (Call) throws -> ArtifactTarget)
  /// Answers with a text that is always the same.
  case saying(String)

  /// All that this server does, by method and path; `*` is any part, `**` any number of them.
  static let all: [(method: String, path: String, route: Route)] =
    experiments + runs + models + registry + artifacts + other

  private static let experiments: [(method: String, path: String, route: Route)] = [
    ("POST", "mlflow/experiments/create", .writing { try $0.createExperiment() }),
    ("GET", "mlflow/experiments/get", .reading { try $0.getExperiment() }),
    ("GET", "mlflow/experiments/get-by-name", .reading { try $0.getExperimentByName() }),
    ("POST", "mlflow/experiments/search", .reading { try $0.searchExperiments() }),
    ("GET", "mlflow/experiments/search", .reading { try $0.searchExperiments() }),
    ("POST", "mlflow/experiments/update", .writing { try $0.updateExperiment() }),
    ("POST", "mlflow/experiments/delete", .writing { try $0.deleteExperiment() }),
    ("POST", "mlflow/experiments/restore", .writing { try $0.restoreExperiment() }),
    ("POST", "mlflow/experiments/set-experiment-tag", .writing { try $0.setExperimentTag() }),
    ("POST", "mlflow/experiments/delete-experiment-tag", .writing { try $0.deleteExperimentTag() }),
    ("POST", "mlflow/experiments/search-datasets", .reading { try $0.searchDatasets() }),
  ]

  private static let runs: [(method: String, path: String, route: Route)] = [
    ("POST", "mlflow/runs/create", .writing { try $0.createRun() }),
    ("GET", "mlflow/runs/get", .reading { try $0.getRun() }),
    ("POST", "mlflow/runs/update", .writing { try $0.updateRun() }),
    ("POST", "mlflow/runs/delete", .writing { try $0.deleteRun() }),
    ("POST", "mlflow/runs/restore", .writing { try $0.restoreRun() }),
    ("POST", "mlflow/runs/search", .reading { try $0.searchRuns() }),
    ("POST", "mlflow/runs/log-metric", .writing { try $0.logMetric() }),
    ("POST", "mlflow/runs/log-batch", .writing { try $0.logBatch() }),
    ("POST", "mlflow/runs/log-parameter", .writing { try $0.logParam() }),
    ("POST", "mlflow/runs/set-tag", .writing { try $0.setTag() }),
    ("POST", "mlflow/runs/delete-tag", .writing { try $0.deleteTag() }),
    ("POST", "mlflow/runs/log-inputs", .writing { try $0.logInputs() }),
    ("GET", "mlflow/metrics/get-history", .reading { try $0.getHistory() }),
    ("GET", "mlflow/metrics/get-history-bulk", .reading { try $0.getHistoryOfRuns() }),
    ("GET", "mlflow/metrics/get-history-bulk-interval", .reading { try $0.getHistoryInterval() }),
    ("GET", "mlflow/artifacts/list", .reading { try $0.listArtifacts() }),
  ]

  private static let models: [(method: String, path: String, route: Route)] = [
    ("POST", "mlflow/logged-models", .writing { try $0.createModel() }),
    ("POST", "mlflow/logged-models/search", .reading { try $0.searchModels() }),
    ("GET", "mlflow/logged-models/*", .reading { try $0.getModel() }),
    ("PATCH", "mlflow/logged-models/*", .writing { try $0.finishModel() }),
    ("DELETE", "mlflow/logged-models/*", .writing { try $0.deleteModel() }),
    ("PATCH", "mlflow/logged-models/*/tags", .writing { try $0.setModelTags() }),
    ("DELETE", "mlflow/logged-models/*/tags/*", .writing { try $0.deleteModelTag() }),
    ("POST", "mlflow/logged-models/*/params", .writing { try $0.logModelParams() }),
    (
      "GET", "mlflow/logged-models/*/artifacts/directories",
      .reading { try $0.listModelArtifacts() }
    ),
    ("GET", "mlflow/logged-models/*/artifacts/files", .sending { try $0.modelFile() }),
    ("POST", "mlflow/runs/outputs", .writing { try $0.logOutputs() }),
    ("POST", "mlflow/runs/log-model", .writing { try $0.logModelOfRun() }),
  ]

  private static let registry: [(method: String, path: String, route: Route)] = [
    ("POST", "mlflow/registered-models/create", .writing { try $0.createRegisteredModel() }),
    ("GET", "mlflow/registered-models/get", .reading { try $0.getRegisteredModel() }),
    ("POST", "mlflow/registered-models/alias", .writing { try $0.setAlias() }),
    ("GET", "mlflow/registered-models/alias", .reading { try $0.getByAlias() }),
    ("DELETE", "mlflow/registered-models/alias", .writing { try $0.deleteAlias() }),
    ("POST", "mlflow/model-versions/create", .writing { try $0.createModelVersion() }),
    ("GET", "mlflow/model-versions/get", .reading { try $0.getModelVersion() }),
    (
      "GET", "mlflow/model-versions/get-download-uri",
      .reading { try $0.getModelVersionURI() }
    ),
    ("GET", "mlflow/model-versions/search", .reading { try $0.searchModelVersions() }),
    ("GET", "mlflow/registered-models/search", .reading { try $0.searchRegisteredModels() }),
    ("POST", "mlflow/registered-models/rename", .writing { try $0.renameRegisteredModel() }),
    ("PATCH", "mlflow/registered-models/update", .writing { try $0.updateRegisteredModel() }),
    ("DELETE", "mlflow/registered-models/delete", .writing { try $0.deleteRegisteredModel() }),
    ("POST", "mlflow/registered-models/set-tag", .writing { try $0.setRegisteredModelTag() }),
    (
      "DELETE", "mlflow/registered-models/delete-tag",
      .writing { try $0.deleteRegisteredModelTag() }
    ),
    (
      "GET", "mlflow/registered-models/get-latest-versions",
      .reading { try $0.getLatestVersions() }
    ),
    (
      "POST", "mlflow/registered-models/get-latest-versions",
      .reading { try $0.getLatestVersions() }
    ),
    ("PATCH", "mlflow/model-versions/update", .writing { try $0.updateModelVersion() }),
    ("DELETE", "mlflow/model-versions/delete", .writing { try $0.deleteModelVersion() }),
    ("POST", "mlflow/model-versions/transition-stage", .writing { try $0.transitionStage() }),
    ("POST", "mlflow/model-versions/set-tag", .writing { try $0.setModelVersionTag() }),
    ("DELETE", "mlflow/model-versions/delete-tag", .writing { try $0.deleteModelVersionTag() }),
  ]

  private static let multipart: Route = .reading { _ in
    throw Refusal(
      .notImplemented,
      "Multipart upload is not supported for the current artifact repository: files go up whole.")
  }

  private static let artifacts: [(method: String, path: String, route: Route)] = [
    ("GET", "mlflow-artifacts/artifacts", .reading { try $0.listProxyArtifacts() }),
    (
      "GET", "mlflow-artifacts/artifacts/**",
      .sending { try $0.file($0.requiredTarget($0.parts[0])) }
    ),
    ("PUT", "mlflow-artifacts/artifacts/**", .receiving { try $0.requiredTarget($0.parts[0]) }),
    ("DELETE", "mlflow-artifacts/artifacts/**", .removing { try $0.requiredTarget($0.parts[0]) }),
    ("POST", "mlflow-artifacts/mpu/create/**", multipart),
    ("POST", "mlflow-artifacts/mpu/complete/**", multipart),
    ("POST", "mlflow-artifacts/mpu/abort/**", multipart),
    (
      "GET", "mlflow-artifacts/presigned/**",
      .reading { _ in
        throw Refusal(
          .notImplemented,
          "Presigned download URLs are not supported for the current artifact repository: files come"
            + " through this server.")
      }
    ),
    (
      "POST", "mlflow/upload-artifact",
      .receiving { call in
        guard (try? call.message.runID()) != nil else {
          throw Refusal.invalid("Request must specify run_uuid.")
        }
        guard let path = try call.message.text("path"), !path.isEmpty else {
          throw Refusal.invalid("Request must specify path.")
        }
        let checked = try ArtifactPlace.checked(path)
        return ArtifactTarget(
          owner: .run(try call.activeRun().id), path: checked, sizes: 1...10 << 20)
      }
    ),
  ]

  private static let other: [(method: String, path: String, route: Route)] = [
    (
      "GET", "/get-artifact",
      .sending { call in
        let run = try call.requiredRun(call.message.runID())
        let path = try ArtifactPlace.checked(call.message.requiredText("path"))
        return try call.file(ArtifactTarget(owner: .run(run.id), path: path))
      }
    ),
    ("GET", "/model-versions/get-artifact", .sending { try $0.modelVersionFile() }),
    ("GET", "/health", .saying("OK")),
    ("GET", "/version", .saying("3.17.2")),
    (
      "GET", "/api/3.0/mlflow/server-info",
      .reading { call in
        call.answer { writer in
          writer.name("store_type")
          writer.raw("null")
          writer.member("workspaces_enabled", false)
          writer.member("trace_archival_enabled", false)
          writer.member("multipart_uploads_enabled", false)
          writer.member("multipart_downloads_enabled", false)
        }
      }
    ),
  ]
}

/// Finds the route of a request.
struct RouteTable: Sendable {
  private let plain: [String: Route]
  private let patterns: [(method: String, parts: [Substring], route: Route)]

  init() {
    var plain: [String: Route] = [:]
    var patterns: [(method: String, parts: [Substring], route: Route)] = []
    for (method, path, route) in Route.all {
      if path.contains("*") {
        patterns.append((method, path.split(separator: "/"), route))
      } else {
        plain["\(method) \(path)"] = route
      }
    }
    (self.plain, self.patterns) = (plain, patterns)
  }

  /// The route of a request, and the parts of the path that it leaves open.
  func route(method: String, parts: [String]) -> (route: Route, open: [String])? {
    let isAPI =
      parts.count > 2 && parts[1] == "2.0" && (parts[0] == "api" || parts[0] == "ajax-api")
    let path =
      isAPI ? parts.dropFirst(2).joined(separator: "/") : "/" + parts.joined(separator: "/")
    if let route = plain["\(method) \(path)"] { return (route, []) }
    guard isAPI else { return nil }
    for pattern in patterns where pattern.method == method {
      if let open = Self.match(parts.dropFirst(2), pattern.parts) { return (pattern.route, open) }
    }
    return nil
  }

  /// The methods that a path knows.
  func methods(parts: [String]) -> [String] {
    ["GET", "POST", "PUT", "PATCH", "DELETE"].filter { route(method: $0, parts: parts) != nil }
  }

  private static func match(_ parts: ArraySlice<String>, _ pattern: [Substring]) -> [String]? {
    var open: [String] = []
    var rest = parts
    for part in pattern {
      if part == "**" { return open + [rest.joined(separator: "/")] }
      guard let next = rest.popFirst() else { return nil }
      if part == "*" {
        open.append(next)
      } else if part != next {
        return nil
      }
    }
    return rest.isEmpty ? open : nil
  }
}
