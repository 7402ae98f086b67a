import Foundation
import RunStore
import TestSupport
import Testing

/// Statuses and words are those of MLflow's server (3.17.2), which clients and their tests look for.
@Suite struct ErrorContractTests {
  /// What a request finds: `EXP`, `RUN` and `MODEL` are what is there.
  private static let answers: [(String, String, String, Int, String)] = [
    ("GET", "runs/get?run_id=..%2Fx", "", 404, "Run with id=../x not found"),
    ("POST", "runs/set-tag", #"{"run_id":"a b","key":"k"}"#, 404, "RESOURCE_DOES_NOT_EXIST"),
    ("POST", "runs/log-batch", #"{"run_id":"a b"}"#, 400, #"Invalid value \"a b\""#),
    ("GET", "experiments/get?experiment_id=-1", "", 404, "No Experiment with id=-1 exists"),
    ("GET", "experiments/get?experiment_id=x", "", 400, "must be a valid integer"),
    ("POST", "runs/search", #"{"experiment_ids":["-1"]}"#, 200, "{"),
    ("POST", "registered-models/rename", #"{"name":"r"}"#, 400, "required parameter 'new_name'"),
    ("GET", "registered-models/get?name=a%2F%2Fb", "", 400, "Names cannot contain '/' or ':'."),
    ("GET", "registered-models/get?name=..", "", 400, "would resolve to '..'"),
    ("GET", "model-versions/get?name=%20&version=1", "", 400, "required parameter 'name'"),
    ("GET", "model-versions/get?name=r&version=x", "", 400, "must be an integer, got 'x'"),
    (
      "DELETE", "registered-models/delete-tag", #"{"name":"r","key":"a//b"}"#, 400,
      "would resolve to 'a/b'"
    ),
    (
      "DELETE", "model-versions/delete-tag", #"{"name":"r","version":"1","key":"$"}"#, 400,
      "Names may only contain"
    ),
    (
      "DELETE", "registered-models/alias", #"{"name":"r","alias":"a b"}"#, 400, "Invalid alias name"
    ),
    ("DELETE", "registered-models/alias", #"{"name":"no","alias":"a"}"#, 404, "name=no not found"),
    (
      "POST", "registered-models/alias", #"{"name":"r","alias":"v1","version":"1"}"#, 400,
      "Version alias name 'v1' is reserved"
    ),
    ("GET", "registered-models/alias?name=r&alias=latest", "", 200, #""version":"1""#),
    (
      "POST", "model-versions/create", #"{"name":"r","source":"models:/MODEL"}"#, 400,
      "The model_id request parameter must identify"
    ),
    (
      "POST", "model-versions/create",
      #"{"name":"r","source":"mlflow-artifacts:/0/nobody","run_id":"RUN"}"#, 400,
      "The run_id request parameter must identify"
    ),
    (
      "POST", "model-versions/create",
      #"{"name":"r","source":"mlflow-artifacts:/0/nobody/artifacts/m"}"#, 400, "must identify"
    ),
    (
      "POST", "model-versions/create", #"{"name":"r","source":"runs:/RUN/m","run_id":"RUN"}"#, 200,
      "model_version"
    ),
    ("POST", "experiments/search", "{}", 400, "It must be a positive integer"),
    (
      "POST", "runs/search", #"{"experiment_ids":["0"],"max_results":50001}"#, 400,
      "It must be at most 50000"
    ),
    ("POST", "runs/outputs", #"{"run_id":"RUN"}"#, 400, "required parameter 'models'"),
    ("POST", "logged-models/search", "{}", 400, "required parameter 'experiment_ids'"),
    (
      "PATCH", "logged-models/MODEL", #"{"status":"LOGGED_MODEL_READY"}"#, 400,
      "required parameter 'model_id'"
    ),
    ("POST", "logged-models/MODEL/params", "{}", 400, "required parameter 'model_id'"),
    (
      "POST", "runs/log-metric",
      #"{"run_id":"RUN","key":"m","value":1,"timestamp":1,"dataset_name":"d"}"#, 400,
      "Both dataset_name and dataset_digest must be provided"
    ),
    (
      "POST", "runs/log-batch",
      #"{"run_id":"RUN","metrics":[{"key":"m","value":1,"timestamp":1,"dataset_digest":"d"}]}"#,
      400, "Both dataset_name and dataset_digest must be provided"
    ),
    (
      "POST", "runs/log-metric", #"{"run_id":"RUN","key":"m","value":"x","timestamp":1}"#, 400,
      #"Invalid value \"x\" for parameter 'value' supplied:  Hint: Value was of type 'str'."#
    ),
    (
      "POST", "runs/log-metric", #"{"run_id":"RUN","key":"m","value":"","timestamp":1}"#, 400,
      "Missing value for required parameter 'value'"
    ),
    (
      "POST", "runs/log-parameter", #"{"run_id":"RUN","key":"LONG","value":"1"}"#, 400,
      "'Param key' exceeds the maximum length of 250 characters"
    ),
    (
      "POST", "runs/log-metric", #"{"run_id":"RUN","key":"LONG","value":1,"timestamp":1}"#, 400,
      "'Metric name' exceeds the maximum length of 250 characters"
    ),
    (
      "POST", "runs/log-parameter", #"{"run_id":"RUN","key":"a/../b","value":"1"}"#, 400,
      "This name would resolve to 'b'"
    ),
    (
      "POST", "runs/search", #"{"experiment_ids":["0"],"filter":"a"}"#, 400,
      "Invalid clause(s) in filter string: 'a'"
    ),
    (
      "POST", "runs/search", #"{"experiment_ids":["0"],"order_by":["a b c"]}"#, 400,
      "Invalid order_by clause 'a b c'. Could not be parsed"
    ),
    ("GET", "runs/create", "", 405, "error_code"), ("POST", "runs/get", "{}", 405, "error_code"),
    ("OPTIONS", "runs/create", "", 200, ""), ("POST", "nothing", "{}", 404, "ENDPOINT_NOT_FOUND"),
    ("GET", "runs/get", #"{"run_id":"RUN"}"#, 200, #""run_id":"RUN""#),
    ("POST", "runs/log-metric", "{bad", 400, "INVALID_PARAMETER_VALUE"),
    ("POST", "experiments/search", "\u{FEFF}{\"max_results\":1}", 200, "experiments"),
  ]

  @Test func statusesAndWordsAreThoseThatClientsKnow() async throws {
    try await ServedFolder.whileServing { served in
      let run = try await served.makeRun()
      let model = try await served.makeModel()
      try await served.post("registered-models/create", #"{"name":"r"}"#)
      try await served.post(
        "model-versions/create",
        #"{"name":"r","source":"models:/\#(model)","model_id":"\#(model)"}"#
      )
      for (method, path, body, status, words) in Self.answers {
        func fill(_ text: String) -> String {
          text.replacingOccurrences(of: "RUN", with: run)
            .replacingOccurrences(of: "/MODEL", with: "/" + model)
            .replacingOccurrences(of: "LONG", with: String(repeating: "x", count: 251))
        }
        let answer = try await served.post(fill(path), fill(body), method: method)
        #expect(answer.status == status, "\(method) \(path) \(body): \(answer)")
        #expect(answer.body.contains(fill(words)) || words.isEmpty, "\(method) \(path): \(answer)")
      }
      let options = try await served.post("runs/create", "", method: "OPTIONS")
      #expect(options.head.lowercased().contains("allow: post"))
    }
  }

  @Test(arguments: [
    ("nan", "NaN"), ("-inf", "-Infinity"), ("INFINITY", "Infinity"), (" 1", "1.0"),
    ("+1e1", "10.0"),
  ]) func numbersInStringsAreReadAsPythonDoes(text: String, read: String) async throws {
    try await ServedFolder.whileServing { served in
      let run = try await served.makeRun()
      let answer = try await served.post(
        "runs/log-metric",
        #"{"run_id":"\#(run)","key":"m","value":"\#(text)","timestamp":" 2 ","step":"-3"}"#)
      #expect(answer.status == 200, "\(answer)")
      let history = try await served.get(
        "/api/2.0/mlflow/metrics/get-history?run_id=\(run)&metric_key=m")
      #expect(history.body.contains(read), "\(history)")
      #expect(history.body.contains(#""timestamp":2,"step":-3"#))
    }
  }

  @Test func tagsThatARunBeginsWithStayWhole() async throws {
    try await ServedFolder.whileServing { served in
      let long = String(repeating: "ä", count: 20_000)
      let run = try await served.makeRun(
        #"{"experiment_id":"0","tags":[{"key":"mlflow.note.content","value":"\#(long)"},{"key":"t","value":"\#(long)"}]}"#
      )
      try await served.post("runs/set-tag", #"{"run_id":"\#(run)","key":"u","value":"\#(long)"}"#)
      let rows = try PlainConnection(path: served.folder.path("runs.db")).textRows(
        "SELECT name, length(value) FROM tags WHERE length(value) > 100 ORDER BY name")
      #expect(rows == [["mlflow.note.content", "20000"], ["t", "20000"], ["u", "8000"]])
    }
  }

  @Test func theNumberOfAVersionIsNotGivenTwice() async throws {
    try await ServedFolder.whileServing { served in
      let model = try await served.makeModel()
      func publish() async throws -> String {
        let answer = try await served.post(
          "model-versions/create",
          #"{"name":"r","source":"models:/\#(model)","model_id":"\#(model)"}"#
        ).body
        let start = try #require(answer.range(of: #""version":""#)).upperBound
        return String(answer[start...].prefix { $0 != "\"" })
      }
      func remove(_ version: String) async throws {
        let answer = try await served.post(
          "model-versions/delete", #"{"name":"r","version":"\#(version)"}"#, method: "DELETE")
        #expect(answer.status == 200)
      }
      try await served.post("registered-models/create", #"{"name":"r"}"#)
      for version in ["1", "2", "3"] { #expect(try await publish() == version) }
      for version in ["3", "2"] { try await remove(version) }
      #expect(try await publish() == "4")
      // A model that is made anew has no versions yet.
      try await served.post("registered-models/delete", #"{"name":"r"}"#, method: "DELETE")
      try await served.post("registered-models/create", #"{"name":"r"}"#)
      #expect(try await publish() == "1")
    }
  }

  @Test func filesAndFoldersHaveNamesOfTheirOwnAndGoTogether() async throws {
    try await ServedFolder.whileServing { served in
      let run = try await served.makeRun()
      let place = "/api/2.0/mlflow-artifacts/artifacts/0/\(run)/artifacts"
      func put(_ path: String) async throws -> Exchange {
        try await served.send(
          "PUT \(place)/\(path) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 1\r\n\r\nx"
        )
      }
      func names() async throws -> String {
        try await served.get("/api/2.0/mlflow/artifacts/list?run_id=\(run)").body
      }
      for path in ["con", "d/e/f", "d.txt", "con"] { #expect(try await put(path).status == 200) }
      for path in ["con/x", "con/x/y", "d", "d/e"] {
        let answer = try await put(path)
        #expect(answer.status == 400, "\(path): \(answer)")
        #expect(answer.body.contains("cannot be stored"))
      }
      let whole = try await names()
      #expect(whole.components(separatedBy: "is_dir").count == 4, "\(whole)")
      for path in ["/", ""] {
        let answer = try await served.send(
          "DELETE \(place)\(path) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        #expect(answer.status == 200)
        #expect(!(try await names().contains("is_dir")))
        #expect(try await put("con").status == 200)
      }
    }
  }

  @Test func theUserOfARunThatNamesNoneIsEmpty() async throws {
    try await ServedFolder.whileServing { served in
      let none = try await served.makeRun(#"{"experiment_id":"0"}"#)
      let other = try await served.makeRun(#"{"experiment_id":"0","user_id":"unknown"}"#)
      func found(_ user: String) async throws -> String {
        try await served.post(
          "runs/search", #"{"experiment_ids":["0"],"filter":"user_id = '\#(user)'"}"#
        ).body
      }
      #expect(try await found("").contains(none))
      #expect(!(try await found("").contains(other)))
      #expect(try await found("unknown").contains(other))
    }
  }
}
