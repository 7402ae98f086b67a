import Foundation
import Randomness
import TestSupport
import Testing

@testable import Server

/// Whatever is sent, the server answers that it is wrong, and the next one.
@Suite struct BadRequestTests {
  private static let bodies = [
    "experiments/create": #"{"name":"e","tags":[{"key":"a","value":"b"}]}"#,
    "experiments/search":
      #"{"max_results":10,"filter":"name LIKE 'a%'","order_by":["name DESC"],"view_type":"ALL","page_token":"eyJvZmZzZXQiOiAxfQ=="}"#,
    "experiments/set-experiment-tag": #"{"experiment_id":"0","key":"k","value":"v"}"#,
    "runs/create":
      #"{"experiment_id":"0","user_id":"me","start_time":1,"run_name":"n","tags":[{"key":"mlflow.user","value":"x"}]}"#,
    "runs/update": #"{"run_id":"RUN","status":"FINISHED","end_time":5,"run_name":"m"}"#,
    "runs/log-metric": #"{"run_id":"RUN","key":"m","value":0.5,"timestamp":1,"step":"2"}"#,
    "runs/log-batch":
      #"{"run_id":"RUN","metrics":[{"key":"m","value":"NaN","timestamp":1,"step":-4}],"params":[{"key":"p","value":"1"}],"tags":[{"key":"t","value":"ä"}]}"#,
    "runs/log-parameter": #"{"run_id":"RUN","key":"q","value":"0.10"}"#,
    "runs/set-tag": #"{"run_id":"RUN","key":"mlflow.parentRunId","value":"RUN"}"#,
    "runs/delete-tag": #"{"run_id":"RUN","key":"t"}"#,
    "runs/search":
      #"{"experiment_ids":["0"],"filter":"metrics.m > 1 AND tags.`a b` = 'x' AND run_id IN ('a','b')","order_by":["metrics.m DESC"],"max_results":5,"page_token":"eyJvZmZzZXQiOiAxfQ==","run_view_type":"ALL"}"#,
    "runs/log-inputs":
      #"{"run_id":"RUN","datasets":[{"tags":[{"key":"mlflow.data.context","value":"train"}],"dataset":{"name":"d","digest":"1","source_type":"t","source":"s"}}]}"#,
    "runs/outputs": #"{"run_id":"RUN","models":[{"model_id":"m-1","step":1}]}"#,
    "logged-models": #"{"experiment_id":"0","name":"n","params":[{"key":"a","value":"b"}]}"#,
    "logged-models/search":
      #"{"experiment_ids":["0"],"filter":"name = 'n' AND metrics.a > 1","order_by":[{"field_name":"metrics.a","ascending":false}],"max_results":2}"#,
    "registered-models/create": #"{"name":"r","tags":[{"key":"a","value":"b"}],"description":"d"}"#,
    "model-versions/create": #"{"name":"r","source":"models:/m-1","run_id":"RUN"}"#,
    "registered-models/alias": #"{"name":"r","alias":"a","version":"1"}"#,
  ]

  private static let paths = [
    "/api/2.0/mlflow/runs/get?run_id=RUN",
    "/api/2.0/mlflow/experiments/get-by-name?experiment_name=a+b",
    "/api/2.0/mlflow/metrics/get-history?run_id=RUN&metric_key=m&max_results=3&page_token=eyJvZmZzZXQiOiAxfQ%3D%3D",
    "/ajax-api/2.0/mlflow/metrics/get-history-bulk-interval?run_ids=RUN&metric_key=m&start_step=1&end_step=9",
    "/api/2.0/mlflow/artifacts/list?run_id=RUN&path=a%2Fb", "/get-artifact?run_id=RUN&path=f.txt",
    "/api/2.0/mlflow-artifacts/artifacts/0/RUN/artifacts/f%20g.txt",
    "/api/2.0/mlflow-artifacts/artifacts?path=0%2FRUN%2Fartifacts",
    "/ajax-api/2.0/mlflow/metrics/get-history-bulk?run_id=RUN&metric_key=m&max_results=3",
    "/api/2.0/mlflow/experiments/search?view_type=1&max_results=2&page_token=eyJvZmZzZXQiOiAxfQ%3D%3D",
    "/api/2.0/mlflow/logged-models/m-1", "/api/2.0/mlflow/model-versions/get?name=r&version=1",
    "/api/2.0/mlflow/registered-models/search?max_results=3",
    "/api/2.0/mlflow/model-versions/search?filter=name%3D%27r%27&max_results=3", "/health",
  ]

  @Test func badRequestsAreRefusedAndTheNextIsAnswered() async throws {
    let count = TestScope.isFull ? 10_000 : 400
    try await ServedFolder.whileServing { served in
      let run = try await served.makeRun()
      let seed: UInt64 = 20_261_128
      var random = SeededGenerator(seed: seed)
      for index in 0..<count {
        let request = Self.request(run: run, using: &random)
        let answer = try await served.send(request)
        let text = String(decoding: request.prefix(2_000), as: UTF8.self)
        // Nothing, or what the HTTP library says by itself, is an answer to what is no HTTP.
        #expect(
          answer.status < 500 || answer.status == 501,
          "seed \(seed), request \(index): \(text)\n\(answer)")
        #expect(
          answer.status < 400 || answer.bytes.isEmpty || answer.body.contains("error_code"),
          "seed \(seed), request \(index): \(text)\n\(answer)")
        if index % 50 == 0 {
          try #require(try await served.get("/health").body == "OK", "after request \(index)")
        }
      }
      #expect(try await served.post("runs/log-metric", Self.metric(run)).status == 200)
    }
  }

  private static let numbers = [
    "-1", "0", "-5", "3.5", "-0.0", "-2147483649", "4294967296", "9007199254740992",
    "-9223372036854775808", "9223372036854775807", "9223372036854775808", "1e18", "1e19", "-1e300",
    "1e999", "NaN", "-Infinity",
  ]

  /// What takes a number, or a word that may be written as its number; `#` is that.
  private static let numeric = [
    ("POST", "experiments/search", ##"{"max_results":10,"view_type":#}"##),
    ("POST", "experiments/search", ##"{"max_results":#}"##),
    ("GET", "experiments/search?max_results=10&view_type=#", ""),
    ("GET", "experiments/search?max_results=#", ""),
    ("GET", "experiments/get?experiment_id=#", ""),
    ("POST", "experiments/search-datasets", ##"{"experiment_ids":["#"]}"##),
    ("POST", "runs/create", ##"{"experiment_id":"#"}"##),
    ("POST", "runs/create", ##"{"experiment_id":"0","start_time":#}"##),
    ("POST", "runs/search", ##"{"experiment_ids":["#"]}"##),
    ("POST", "runs/search", ##"{"experiment_ids":["0"],"run_view_type":#}"##),
    ("POST", "runs/search", ##"{"experiment_ids":["0"],"max_results":#}"##),
    ("POST", "runs/search", ##"{"experiment_ids":["0"],"filter":"start_time < #"}"##),
    ("POST", "runs/update", ##"{"run_id":"RUN","status":#}"##),
    ("POST", "runs/update", ##"{"run_id":"RUN","status":"FINISHED","end_time":#}"##),
    ("POST", "runs/log-metric", ##"{"run_id":"RUN","key":"m","value":#,"timestamp":1}"##),
    ("POST", "runs/log-metric", ##"{"run_id":"RUN","key":"m","value":1,"timestamp":#}"##),
    ("POST", "runs/log-metric", ##"{"run_id":"RUN","key":"m","value":1,"timestamp":1,"step":#}"##),
    (
      "POST", "runs/log-batch",
      ##"{"run_id":"RUN","metrics":[{"key":"m","value":#,"timestamp":"#","step":"#"}]}"##
    ),
    ("POST", "runs/outputs", ##"{"run_id":"RUN","models":[{"model_id":"MODEL","step":#}]}"##),
    ("GET", "metrics/get-history?run_id=RUN&metric_key=m&max_results=#", ""),
    ("GET", "metrics/get-history-bulk?run_id=RUN&metric_key=m&max_results=#", ""),
    ("GET", "metrics/get-history-bulk-interval?run_ids=RUN&metric_key=m&max_results=#", ""),
    (
      "GET",
      "metrics/get-history-bulk-interval?run_ids=RUN&metric_key=m&start_step=#&end_step=#", ""
    ),
    (
      "GET",
      "metrics/get-history-bulk-interval?run_ids=RUN&metric_key=m&start_step=#&end_step=1", ""
    ),
    ("PATCH", "logged-models/MODEL", ##"{"model_id":"MODEL","status":#}"##),
    ("POST", "logged-models", ##"{"experiment_id":"#"}"##),
    ("POST", "logged-models/search", ##"{"experiment_ids":["0"],"max_results":#}"##),
    ("POST", "logged-models/search", ##"{"experiment_ids":["#"]}"##),
    ("GET", "model-versions/get?name=r&version=#", ""),
    ("GET", "model-versions/search?max_results=#", ""),
    ("GET", "registered-models/search?max_results=#", ""),
    ("POST", "registered-models/alias", ##"{"name":"r","alias":"a","version":"#"}"##),
  ]

  @Test func numbersOfAnySizeAreAnswered() async throws {
    try await ServedFolder.whileServing { served in
      let run = try await served.makeRun()
      let model = try await served.makeModel()
      try await served.post("registered-models/create", #"{"name":"r"}"#)
      for (method, path, body) in Self.numeric {
        for number in Self.numbers {
          func fill(_ text: String) -> String {
            text.replacingOccurrences(of: "#", with: number)
              .replacingOccurrences(of: "RUN", with: run)
              .replacingOccurrences(of: "MODEL", with: model)
          }
          let answer = try await served.post(fill(path), fill(body), method: method)
          #expect(
            answer.status == 200
              || [400, 404].contains(answer.status)
                && answer.body.contains("error_code"),
            "\(method) \(path) \(body), \(number): \(answer)")
        }
      }
      #expect(try await served.get("/health").body == "OK")
    }
  }

  @Test(arguments: TestScope.some(numbers))
  func pagesBeginWhereTheirTokenSays(offset: String) async throws {
    try await ServedFolder.whileServing { served in
      let run = try await served.makeRun()
      let token = Data("{\"offset\": \(offset)}".utf8).base64EncodedString()
      let searched = try await served.post(
        "runs/search", #"{"experiment_ids":["0"],"page_token":"\#(token)"}"#)
      let encoded = token.replacingOccurrences(of: "=", with: "%3D")
        .replacingOccurrences(of: "+", with: "%2B")
      let history = try await served.get(
        "/api/2.0/mlflow/metrics/get-history?run_id=\(run)&metric_key=m&page_token=\(encoded)")
      for answer in [searched, history] {
        #expect([200, 400].contains(answer.status), "\(answer)")
      }
    }
  }

  private static func metric(_ run: String) -> String {
    #"{"run_id":"\#(run)","key":"end","value":1,"timestamp":1}"#
  }

  private static func request(run: String, using random: inout SeededGenerator) -> [UInt8] {
    func fill(_ text: String) -> String { text.replacingOccurrences(of: "RUN", with: run) }
    let isPost = Bool.random(using: &random)
    var body: [UInt8] = []
    var path = ""
    if isPost {
      let name = bodies.keys.sorted().randomElement(using: &random) ?? ""
      path = "/api/2.0/mlflow/\(name)"
      body = Array(fill(bodies[name] ?? "").utf8)
      switch Int.random(in: 0..<10, using: &random) {
      case 0: body = Array(String(repeating: "[", count: 100_000).utf8)
      case 1: body = swapped(body, using: &random)
      case 2..<9: body = body.damaged(using: &random)
      default: break
      }
    } else {
      path = fill(paths.randomElement(using: &random) ?? "")
      if Int.random(in: 0..<3, using: &random) > 0 {
        path = String(decoding: Array(path.utf8).damaged(using: &random), as: UTF8.self)
      }
    }
    let method =
      isPost
      ? "POST"
      : ["GET", "GET", "GET", "PUT", "DELETE", "HEAD", "PATCH"].randomElement(using: &random) ?? ""
    let length = Int.random(in: 0..<20, using: &random) == 0 ? body.count + 5 : body.count
    let type = Int.random(in: 0..<20, using: &random) == 0 ? "text/plain" : "application/json"
    let head =
      "\(method) \(path) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: \(type)\r\nContent-Length: \(length)\r\n\r\n"
    var request = Array(head.utf8) + body
    if Int.random(in: 0..<8, using: &random) == 0 { request = request.damaged(using: &random) }
    return request
  }

  /// The body with one of its values replaced by one of another kind.
  private static func swapped(_ body: [UInt8], using random: inout SeededGenerator) -> [UInt8] {
    let others = [
      "null", "1", "-1", "-9223372036854775808", "9223372036854775807", "\"-5\"", "-1.5", "true",
      "[]", "{}", "\"\"", "[[1]]", "\"\\u0000\"", "1e999",
      "\"\(String(repeating: "x", count: 30_000))\"",
    ]
    var parts = String(decoding: body, as: UTF8.self).components(separatedBy: ":")
    let place = Int.random(in: 1..<max(2, parts.count), using: &random)
    guard parts.indices.contains(place) else { return body }
    let rest = parts[place].drop { $0 != "," && $0 != "}" && $0 != "]" }
    parts[place] = (others.randomElement(using: &random) ?? "") + rest
    return Array(parts.joined(separator: ":").utf8)
  }

  @Test func whoeverSendsNothingMoreIsLeft() async throws {
    var options = TrackerServer.Options(port: 0)
    options.limits = .init(firstRequest: 1, nextRequest: 1, pause: 1, bytesPerSecond: 1_000)
    try await ServedFolder.whileServing(options) { served in
      let run = try await served.makeRun()
      let begun = [
        "POST /api/2.0/mlflow/runs/create HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{\"experi",
        "PUT /api/2.0/mlflow-artifacts/artifacts/0/\(run)/artifacts/half HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n",
        "POST /api/2.0/mlflow/runs/create HT", "",
      ]
      for text in begun {
        let answer = try await served.send(Array(text.utf8), isWhole: false)
        #expect(answer.status == 0 || answer.status == 400, "\(text): \(answer)")
      }
      let listed = try await served.get("/api/2.0/mlflow/artifacts/list?run_id=\(run)")
      #expect(!listed.body.contains("half"))
      let runs = try await served.post("runs/search", #"{"experiment_ids":["0"]}"#)
      #expect(runs.body.components(separatedBy: "\"info\"").count == 2)
    }
  }

  @Test func bodiesThatAreTooLongAreRefused() async throws {
    try await ServedFolder.whileServing { served in
      let answer = try await served.send(
        "POST /api/2.0/mlflow/runs/create HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: 99999999999\r\n\r\n{}"
      )
      #expect(answer.status == 413 || answer.status == 400)
      let long = String(repeating: "x", count: 100_000)
      #expect(try await served.get("/api/2.0/mlflow/runs/get?run_id=\(long)").status < 500)
      #expect(try await served.get("/health", fields: "X: \(long)\r\n").status < 500)
      #expect(try await served.get("/health").body == "OK")
    }
  }
}
