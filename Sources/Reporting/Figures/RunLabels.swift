import RunStore

/// What runs are called in a legend: by the parameters that differ between them.
public struct RunLabels {
  /// More settings are no legend any more.
  public static let mostParameters = 3

  private let names: [Int: String]

  /// - Parameter runs: The runs of one figure.
  init(_ runs: [ComparedRun]) {
    let parameters = runs.flatMap(\.parameters.keys).distinctNames.filter { name in
      Set(runs.map { Setting($0.parameters[name]) }).count > 1
    }
    let isShort = (1...Self.mostParameters).contains(parameters.count)
    let words = runs.map { run in
      isShort
        ? parameters.map { "\($0) \(Setting(run.parameters[$0]).words)" }
          .joined(separator: ", ") : "\(run.name) (\(run.id))"
    }
    let isUnique = Set(words.map(ExactName.init)).count == runs.count
    names = Dictionary(
      zip(runs, words).map { ($0.id, isUnique ? $1 : "\($1) (\($0.id))") },
      uniquingKeysWith: { first, _ in first })
  }

  /// The label of one of the runs.
  subscript(run: ComparedRun) -> String { names[run.id] ?? run.name }

  /// The runs in a title: `run 3`, `runs 3 and 7`, `5 runs`.
  static func title(_ runs: [ComparedRun]) -> String {
    switch runs.count {
    case 1: "run \(runs[0].id) (\(runs[0].name))"
    case 2: "runs \(runs[0].id) and \(runs[1].id)"
    default: "\(runs.count) runs"
    }
  }
}
