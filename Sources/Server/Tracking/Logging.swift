import Foundation
import RunStore

/// A point as a client logs it, with what it was measured of and on.
struct ReceivedMetric {
  var point: LoggedPoint
  var model: String?
  var datasetName: String?
  var datasetDigest: String?
}

/// What is logged into runs: metrics and params. To log the same again changes nothing.
extension Call {
  /// `POST runs/log-metric`.
  func logMetric() throws -> [UInt8] {
    var names = MetricNames()
    let metric = try Self.metric(message, place: "", &names)
    try log([metric], into: openRun().id)
    return Self.nothing
  }

  /// `POST runs/log-parameter`.
  func logParam() throws -> [UInt8] {
    _ = try message.runID()
    let param = try Self.param(message, at: "")
    let run = try openRun()
    if let old = try storedParam(param.name, of: run.id) {
      guard ExactName(old) == ExactName(param.value) || isKept(param: param.name, of: run.id) else {
        throw Refusal.invalid(
          "Changing param values is not allowed. Param with key='\(param.name)' was already logged"
            + " with value='\(old)' for run ID='\(run.uuid)'. Attempted logging new value"
            + " '\(param.value)'.")
      }
    } else {
      try insert(param, into: run.id)
    }
    return Self.nothing
  }

  /// `POST runs/log-batch`.
  func logBatch() throws -> [UInt8] {
    guard let id = try message.text("run_id"), !id.isEmpty else { throw Refusal.missing("run_id") }
    let metrics = try Self.metrics(in: message)
    let params = try message.messages("params").enumerated().map { index, param in
      try Self.param(param, at: "params[\(index)].")
    }
    let tags = try message.messages("tags").enumerated().map { index, tag in
      try Self.tag(tag, at: "tags[\(index)].")
    }
    try Self.checkLimits(metrics: metrics.count, params: params.count, tags: tags.count)
    let names = params.map { ExactName($0.name) }
    guard Set(names).count == names.count else {
      let doubled = names.filter { name in names.count { $0 == name } > 1 }.map(\.text)
        .distinctNames
      throw Refusal.invalid(
        "Duplicate parameter keys have been submitted: ['\(doubled.joined(separator: "', '"))']. Please ensure the request contains"
          + " only one param value per param key.")
    }
    let run = try openRun(checksForm: true)
    try add(params, to: run)
    try log(metrics, into: run.id)
    for tag in tags { try set(tag, of: run.id) }
    return Self.nothing
  }

  private static func checkLimits(metrics: Int, params: Int, tags: Int) throws {
    let counts = [
      ("metrics", metrics, 1_000), ("params", params, 100), ("tags", tags, 100),
      ("metrics, params, and tags", metrics + params + tags, 1_000),
    ]
    for (what, count, most) in counts where count > most {
      throw Refusal.invalid(
        "A batch logging request can contain at most \(most) \(what). Got \(count) \(what). Please"
          + " split up \(what) across multiple requests and try again.")
    }
  }

  private func add(_ params: [(name: String, value: String)], to run: FoundRun) throws {
    var changed: [String] = []
    for param in params {
      guard let old = try storedParam(param.name, of: run.id) else {
        try insert(param, into: run.id)
        continue
      }
      if ExactName(old) != ExactName(param.value), !isKept(param: param.name, of: run.id) {
        changed.append(
          "{'key': '\(param.name)', 'old_value': '\(old)', 'new_value': '\(param.value)'}")
      }
    }
    guard changed.isEmpty else {
      throw Refusal.invalid(
        "Changing param values is not allowed. Params were already"
          + " logged='[\(changed.joined(separator: ", "))]' for run ID='\(run.uuid)'.")
    }
  }

  private static func param(
    _ message: Message, at place: String
  ) throws -> (name: String, value: String) {
    let name = try message.requiredText("key")
    try Rules.check(name: name, at: "\(place)key", called: "Param key")
    return (name, Rules.cut(try message.text("value") ?? "", at: Rules.longestParam))
  }

  private func storedParam(_ name: String, of run: Int) throws -> String? {
    let row = try db.row(
      "SELECT value, text FROM params WHERE run_id = :run AND name = :name",
      ["run": SQLValue(run), "name": .text(name)])
    return try row.map { try $0.optionalText("text") ?? ParamText.text(of: $0["value"]) }
  }

  private func insert(_ param: (name: String, value: String), into run: Int) throws {
    let stored = ParamText.stored(param.value)
    try db.run(
      "INSERT INTO params (run_id, name, value, text) VALUES (:run, :name, :value, :text)",
      [
        "run": SQLValue(run), "name": .text(param.name), "value": stored.value,
        "text": SQLValue(stored.text),
      ])
  }

  /// Stores points, and those of models with the models, too.
  private func log(_ metrics: [ReceivedMetric], into run: Int) throws {
    guard !metrics.isEmpty else { return }
    try noteLife(of: run)
    try MetricWriter(run: run, time: now, db: db).add(metrics.map(\.point))
    for metric in metrics where metric.model != nil { try addToModel(metric, from: run) }
  }

  /// Names of metrics that were checked already.
  struct MetricNames {
    fileprivate var checked: Set<ExactName> = []
  }

  /// The metrics of a batch. There may be a thousand, so that they are read in one pass.
  private static func metrics(in message: Message) throws -> [ReceivedMetric] {
    guard let list = try message.value("metrics") else { return [] }
    guard let elements = list.elements else {
      throw Refusal.invalid(list.shown, for: "metrics")
    }
    var names = MetricNames()
    var metrics: [ReceivedMetric] = []
    metrics.reserveCapacity(elements.count)
    for (index, element) in elements.enumerated() {
      guard element.kind == .object else { throw Refusal.invalid(element.shown, for: "metrics") }
      if let metric = plainMetric(element, &names) {
        metrics.append(metric)
      } else {
        let place = "metrics[\(index)]."
        let parts = try message.messages("metrics")
        metrics.append(try metric(parts[index], place: place, &names))
      }
    }
    return metrics
  }

  /// A metric of the four usual members, all of them right; nil for any other, which is looked at closely.
  private static func plainMetric(
    _ object: JSONValue, _ names: inout MetricNames
  ) -> ReceivedMetric? {
    var key: String?
    var value: Double?
    var time: Int64?
    var step: Int64 = 0
    var isPlain = true
    _ = object.forEachMember { name, member in
      switch name.count {
      case 3 where name.elementsEqual("key".utf8) && key == nil: key = member.string
      case 4 where name.elementsEqual("step".utf8):
        if let number = member.integer { step = number } else { isPlain = false }
      case 5 where name.elementsEqual("value".utf8) && value == nil: value = member.real
      case 9 where name.elementsEqual("timestamp".utf8) && time == nil: time = member.integer
      default: isPlain = false
      }
    }
    guard isPlain, let key, let value, let time, time >= 0 else { return nil }
    if !names.checked.contains(ExactName(key)) {
      guard (try? Rules.check(name: key, at: "")) != nil else { return nil }
      names.checked.insert(ExactName(key))
    }
    return ReceivedMetric(
      point: LoggedPoint(name: key, step: Int(step), time: time, value: value))
  }

  private static func metric(
    _ message: Message, place: String, _ names: inout MetricNames
  ) throws -> ReceivedMetric {
    let key = try message.requiredText("key")
    let value = try message.requiredReal("value")
    let time = try message.requiredInteger("timestamp")
    let step = try message.integer("step") ?? 0
    try Rules.check(name: key, at: "\(place)name", called: "Metric name")
    guard time >= 0 else {
      throw Refusal.invalid(
        String(time), for: "\(place)timestamp",
        hint: "metric '\(key)' (value=\(value)). Timestamp must be a nonnegative long (64-bit"
          + " integer)")
    }
    func text(_ name: StaticString) throws -> String? {
      try message.text(name).flatMap { $0.isEmpty ? nil : $0 }
    }
    let dataset = (name: try text("dataset_name"), digest: try text("dataset_digest"))
    guard (dataset.name == nil) == (dataset.digest == nil) else {
      throw Refusal.invalid(
        "Both dataset_name and dataset_digest must be provided if one is provided")
    }
    return ReceivedMetric(
      point: LoggedPoint(name: key, step: Int(step), time: time, value: value),
      model: try text("model_id"), datasetName: dataset.name, datasetDigest: dataset.digest)
  }
}
