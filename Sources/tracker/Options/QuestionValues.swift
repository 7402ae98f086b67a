import ArgumentParser
import Reporting
import RunStore

extension SavedQuery {
  /// The values for the statement, made of what a person typed: of the type that the header says, and with what
  /// the names of some parameters mean in everyone's questions. `run`, `first` and `second` are a run;
  /// `metric`, `parameter` and `layer` a name that runs have; `goal` and `quantity` one of a few words.
  func values(typed: [String: String], in database: DatabaseOptions) throws -> [String: SQLValue] {
    var values = try arguments(typed.mapValues { .text($0) })
    for parameter in parameters {
      guard let text = typed[parameter.name] else { continue }
      values[parameter.name] =
        switch parameter.kind {
        case .integer where ["run", "first", "second"].contains(parameter.name):
          try run(text, in: database)
        case .integer: try .integer(parameter.checked(text, Int64(text), "a whole number"))
        case .real: try .real(parameter.checked(text, Double(text), "a number"))
        case .text: .text(text)
        }
    }
    for parameter in parameters where parameter.kind == .text {
      guard let name = typed[parameter.name] else { continue }
      try parameter.require(name, run: values["run"]?.integer, in: database)
    }
    return values
  }

  private func run(_ text: String, in database: DatabaseOptions) throws -> SQLValue {
    let database = try database.openForReading()
    return .integer(Int64(try database.runID(ofWhole: database.selector(text))))
  }
}

extension SavedQuery.Parameter {
  fileprivate func checked<Value>(_ text: String, _ value: Value?, _ kind: String) throws -> Value {
    guard let value else {
      throw ValidationError("The value of \(name) is \(kind), not '\(text)'.")
    }
    return value
  }

  /// - Parameter run: The run that the question is about; nil for all.
  fileprivate func require(_ text: String, run: Int64?, in database: DatabaseOptions) throws {
    func known(_ names: (StatementReader) throws -> [String]) throws -> [String]? {
      let known = try names(database.openForStatements())
      return known.containsExactly(text) ? nil : known
    }
    switch name {
    case "metric":
      if let known = try known({ try $0.metricNames() }) {
        throw ComparisonError.noRunWithMetric(text, known: known)
      }
    case "parameter":
      if let known = try known({ try $0.parameterNames() }) {
        throw ComparisonError.noRunWithParameter(text, known: known)
      }
    case "layer":
      if let known = try known({ try $0.layerNames(ofRun: run) }) {
        throw ComparisonError.noRunWithLayer(text, known: known)
      }
    case "goal": _ = try checked(text, MetricGoal(rawValue: text), "min or max")
    case "quantity":
      _ = try checked(
        text, HistogramRecord.Quantity(rawValue: text), "weight, gradient or activation")
    default: break
    }
  }
}
