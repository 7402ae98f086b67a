import TestSupport
import Testing

/// What clients look for in refusals, and in answers that they compare as text.
struct RefusalTests {
  @Test(arguments: [
    (
      "POST", "runs/log-parameter", #"{"run_id":31,"key":"k","value":41}"#,
      "Invalid value 31 for parameter 'run_id'"
    ),
    (
      "POST", "runs/set-tag", #"{"run_id":31,"key":"k","value":41}"#,
      "Invalid value 31 for parameter 'run_id'"
    ),
    (
      "POST", "experiments/update", #"{"experiment_id":"0","new_name":""}"#,
      "Missing value for required parameter 'new_name'"
    ),
    ("POST", "experiments/search-datasets", "{}", "must specify at least one experiment_id"),
    ("GET", "metrics/get-history-bulk?metric_key=k", "", "must specify at least one run_id"),
    ("GET", "metrics/get-history-bulk?run_id=r", "", "must specify a metric_key"),
    (
      "GET", "metrics/get-history-bulk-interval?metric_key=k", "",
      "Missing value for required parameter 'run_ids'"
    ),
    (
      "GET", "metrics/get-history-bulk-interval?run_ids=r&metric_key=k&max_results=0", "",
      "max_results must be between 1 and 2500"
    ),
    (
      "GET", "metrics/get-history-bulk-interval?run_ids=r&metric_key=k&start_step=1", "",
      "both must be specified"
    ),
    (
      "POST", "model-versions/create", #"{"name":"m","source":"/tmp/model"}"#,
      "To use a local path as a model version source"
    ),
    (
      "POST", "model-versions/create", #"{"name":"m","source":"file:///tmp/model"}"#,
      "To use a local path as a model version source"
    ),
    (
      "POST", "model-versions/create", #"{"name":"m","source":"s3://b/a/%2e%2e/c"}"#,
      "without relative path references"
    ),
  ])
  func refusalsSayWhatIsWrong(_ request: (String, String, String, String)) async throws {
    let (method, path, json, message) = request
    try await ServedFolder.whileServing { served in
      let answer = try await served.post(path, json, method: method)
      #expect(answer.status == 400)
      #expect(answer.body.contains("INVALID_PARAMETER_VALUE"))
      #expect(answer.body.contains(message), "\(answer.body)")
    }
  }

  @Test func aFileOfAPageHasBytesAndNotTooMany() async throws {
    try await ServedFolder.whileServing { served in
      let run = try await served.makeRun()
      func upload(_ count: Int) async throws -> Exchange {
        try await served.post(
          "upload-artifact?run_uuid=\(run)&path=a.txt", String(repeating: "x", count: count))
      }
      let none = try await upload(0)
      #expect(none.status == 400 && none.body.contains("Request must specify data."))
      #expect(try await upload((10 << 20) + 1).status == 400)
      #expect(try await served.get("/get-artifact?run_uuid=\(run)&path=a.txt").status == 404)
      #expect(try await upload(5).status == 200)
      #expect(try await served.get("/get-artifact?run_uuid=\(run)&path=a.txt").body == "xxxxx")
    }
  }

  @Test func publishedModelsAndDatasetsAreWrittenAsClientsCompareThem() async throws {
    try await ServedFolder.whileServing { served in
      let id = try await served.makeModel()
      try await served.post("registered-models/create", #"{"name":"m"}"#)
      try await served.post(
        "model-versions/create", #"{"name":"m","source":"models:/\#(id)","model_id":"\#(id)"}"#)
      let found = try await served.get("/api/2.0/mlflow/logged-models/\(id)").body
      #expect(found.contains(#""[{\"name\": \"m\", \"version\": 1}]""#), "\(found)")

      let run = try await served.makeRun()
      try await served.post(
        "runs/log-inputs",
        #"{"run_id":"\#(run)","datasets":[{"tags":[{"key":"k","value":"v"},{"key":"mlflow.data.context","value":"c"}],"dataset":{"name":"d","digest":"1","source_type":"s","source":"s"}}]}"#
      )
      let inputs = try await served.get("/api/2.0/mlflow/runs/get?run_id=\(run)").body
      #expect(
        inputs.contains(
          #""tags":[{"key":"k","value":"v"},{"key":"mlflow.data.context","value":"c"}]"#))
    }
  }

  @Test func thinnedHistoriesKeepTheirLastPoint() async throws {
    try await ServedFolder.whileServing { served in
      let run = try await served.makeRun()
      let points = (0..<20).map { #"{"key":"m","value":1,"timestamp":1,"step":\#($0)}"# }
      try await served.post(
        "runs/log-batch", #"{"run_id":"\#(run)","metrics":[\#(points.joined(separator: ","))]}"#)
      let answer = try await served.get(
        "/ajax-api/2.0/mlflow/metrics/get-history-bulk-interval?run_ids=\(run)&metric_key=m&max_results=5"
      ).body
      let steps = answer.split(separator: #""step":"#).dropFirst().map { $0.prefix { $0.isNumber } }
      #expect(steps == ["0", "4", "8", "12", "19"])
    }
  }
}
