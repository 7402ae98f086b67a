import Foundation
import GRDB
import RunStore

/// Where the files of runs and models are, as clients name it: unless someone has named a place elsewhere,
/// below `mlflow-artifacts:/EXPERIMENT/RUN/artifacts`, which they reach through this server.
enum ArtifactPlace {
  /// Where the files of an experiment are.
  static func location(ofExperiment id: Int, own: String?) -> String {
    own ?? "mlflow-artifacts:/\(Rules.id(ofExperiment: Int64(id)))"
  }

  /// Where the files of a run are.
  static func uri(ofRun uuid: String, experiment: Int, own: String?) -> String {
    below(location(ofExperiment: experiment, own: own), "\(uuid)/artifacts")
  }

  /// Where the files of a model are.
  static func uri(ofModel id: String, experiment: Int, own: String?) -> String {
    below(location(ofExperiment: experiment, own: own), "models/\(id)/artifacts")
  }

  /// Where the files of a run are, as SQL: of the row `run` of `runs`.
  static let runURI = "\(location("run.experiment_id")) || '/' || run.uuid || '/artifacts'"

  /// Where the files of a model are, as SQL: of the row `model` of `models`.
  static let modelURI = """
    \(location("model.experiment_id")) || '/models/' || model.id || '/artifacts'
    """

  private static func location(_ experiment: String) -> String {
    """
    COALESCE(
      (SELECT rtrim(artifact_location, '/') FROM experiments WHERE id = \(experiment)),
      'mlflow-artifacts:/' || iif(\(experiment) = 1, 0, \(experiment)))
    """
  }

  /// A path below a location, before what may follow a `?`.
  private static func below(_ location: String, _ path: String) -> String {
    let parts = location.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    var base = String(parts[0])
    while base.hasSuffix("/") { base.removeLast() }
    return base + "/" + path + (parts.count > 1 ? "?" + parts[1] : "")
  }

  /// Checks a path below the files of a run.
  /// - Returns: Its shortest form; empty for all files.
  static func checked(_ path: String) throws -> String {
    let parts = path.partsOfPath
    let isSafe =
      !path.utf8.starts(with: "/".utf8) && !parts.contains("..")
      && !path.unicodeScalars.contains {
        "#\\".unicodeScalars.contains($0) || $0.value < 0x20 || $0.value == 0x7F
      }
      && path.utf8.count <= 4_096
      // What could be decoded once more would lead elsewhere on other servers.
      && path.range(of: "%[0-9A-Fa-f]{2}", options: .regularExpression) == nil
      && path.range(of: "^[A-Za-z]:", options: .regularExpression) == nil
    guard isSafe else { throw Refusal.invalid("Invalid path") }
    return parts.filter { !$0.isEmpty && $0 != "." }.joined(separator: "/")
  }
}

/// Whose files are meant.
enum ArtifactOwner: Equatable {
  case run(Int)
  case model(String)

  /// The table that names the files.
  var table: String {
    switch self {
    case .run: "artifacts"
    case .model: "model_artifacts"
    }
  }

  /// The column of the table that names the owner.
  var column: String {
    switch self {
    case .run: "run_id"
    case .model: "model_id"
    }
  }

  /// The value of that column.
  var key: SQLValue {
    switch self {
    case .run(let id): SQLValue(id)
    case .model(let id): .text(id)
    }
  }
}

/// A file that an owner has, or a folder of them.
struct ArtifactTarget {
  let owner: ArtifactOwner
  /// The name of the file, or of the folder; empty for all files.
  let path: String
  /// How many bytes a file that comes may have.
  var sizes = 0...Int.max
}

extension Call {
  /// What a path of the proxy means: whatever stands before it, `RUN/artifacts/…` are the files of a run, and
  /// `models/MODEL/artifacts/…` those of a model.
  func artifactTarget(_ path: String) throws -> ArtifactTarget? {
    let parts = try ArtifactPlace.checked(path).partsOfPath
    for (index, part) in parts.enumerated() where part == "artifacts" && index > 0 {
      let rest = parts[(index + 1)...].joined(separator: "/")
      if index > 1, parts[index - 2] == "models" {
        let model = try db.row(
          "SELECT id FROM models WHERE id = :id", ["id": .text(parts[index - 1])])
        if let model {
          return ArtifactTarget(owner: .model(try model.text("id")), path: rest)
        }
      }
      if let run = try findRun(parts[index - 1]) {
        return ArtifactTarget(owner: .run(run.id), path: rest)
      }
    }
    return nil
  }

  /// The target of a request that needs one.
  func requiredTarget(_ path: String) throws -> ArtifactTarget {
    guard let target = try artifactTarget(path) else {
      throw Refusal(
        .resourceDoesNotExist,
        "There is no run or model of the artifact '\(path.prefix(400))': it is to be named as"
          + " EXPERIMENT/RUN/artifacts/FILE.")
    }
    return target
  }
}
