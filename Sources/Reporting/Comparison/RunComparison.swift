import Foundation
import RunStore

/// What two or more runs do not share, side by side.
public struct RunComparison: Sendable {
  /// The tables: settings, metrics, surroundings, layers and weights, where there is a difference, and the
  /// weights that cannot be read.
  public let tables: TableSheet
  /// Whether there are more parameters than were asked for.
  public let isCut: Bool

  /// Reads runs.
  /// - Parameters:
  ///   - ids: The runs, one column each; weights are compared with those of the first.
  ///   - metrics: The metrics to show; nil for all.
  ///   - showsAllParameters: Whether parameters that all runs share are shown too.
  ///   - limit: The most parameters; nil for all.
  ///   - format: What the tables will be written in.
  ///   - machine: This one, which knows whether the process of a running run still lives.
  /// - Throws: `RunStoreError`; `noSuchRun` for a deleted run.
  public init(
    of ids: [Int], in database: RunDatabase, metrics: [String]? = nil, showsAllParameters: Bool,
    limit: Int? = nil, format: TableFormat = .text, seenFrom machine: Machine, at time: Date
  ) throws {
    // One more tells whether there are more.
    let parameters = try database.parameterNames(
      ofRuns: ids, differing: !showsAllParameters, limit: limit.map { $0 + 1 })
    isCut = limit.map { parameters.count > $0 } ?? false
    let runs = try database.comparedRuns(
      ids, metrics: metrics, parameters: Array(parameters.prefix(limit ?? parameters.count)))
    // A run that was deleted since it was looked up, or has lost its experiment, has no column.
    for id in ids where !runs.contains(where: { $0.id == id }) {
      throw RunStoreError.noSuchRun(selector: String(id))
    }
    let records = try ids.map { try database.run($0) }
    let durations = Dictionary(
      try database.runs(ids, seenFrom: machine, at: time).map { ($0.id, $0.seconds) },
      uniquingKeysWith: { first, _ in first })
    let names = runs.map { "\($0.name) (\($0.id))" }
    func sideBySide(
      _ title: String, _ values: [NamedValueMap<SQLValue>], all: Bool = false
    ) -> TableSheet.Section {
      .init(title: title, table: .sideBySide(values, under: names, showsAll: all, in: format))
    }
    let layers = try Table.readable {
      .sideBySide(
        try ids.map { Self.layers(try database.layers(ofRun: $0)) }, under: names, showsAll: false,
        in: format)
    }
    let weights = try Self.weights(of: ids, in: database)
    tables = TableSheet([
      sideBySide(
        "Runs",
        records.map {
          $0.facts(
            status: $0.status(seenFrom: machine, at: time), seconds: durations[$0.id], in: format)
        }, all: true),
      sideBySide("Parameters", runs.map(\.parameters), all: true),
      .init(
        title: "Metrics",
        table: .metrics(of: runs, under: names, in: format)),
      sideBySide(
        "Environment",
        try zip(ids, records).map { id, record in
          try database.namedValues(.environment, ofRun: id).merging(record.surroundings)
        }),
      .init(title: "Layers", table: layers),
      .init(title: "Weights", table: weights.distances),
      .init(title: "Unreadable weights", table: weights.unreadable),
    ])
  }

  /// Each layer in one line of text.
  private static func layers(_ layers: [LayerRecord]) -> NamedValueMap<SQLValue> {
    let lines = layers.map { layer in
      let shapes = [layer.inputShape, layer.outputShape].map(Table.shapeText)
      let text =
        "\(layer.kind) \(shapes[0]) → \(shapes[1])"
        + (layer.weightCount > 0 ? ", \(layer.weightCount) weights" : "")
      return (layer.name, SQLValue.text(text))
    }
    return NamedValueMap(lines)
  }

  /// How far the last weights of each run lie from those of the first, and which cannot be read. One pair of
  /// tensors is held at a time.
  private static func weights(
    of ids: [Int], in database: RunDatabase
  ) throws -> (distances: Table, unreadable: Table) {
    var distances = Table(columns: ["tensor", "run", "other", "distance", "cosine"])
    var unreadable = Table(columns: ["tensor", "run", "reason"])
    func tensor(_ name: String, _ snapshot: Int, of run: Int) throws -> TensorRecord? {
      do {
        return try database.tensor(name, ofSnapshot: snapshot)
      } catch let error as RunStoreError {
        switch error {
        case .corrupt, .unexpectedValue:
          let row: [SQLValue] = [.text(name), SQLValue(run), .text(error.localizedDescription)]
          if !unreadable.rows.contains(row) { unreadable.rows.append(row) }
          return nil
        default: throw error
        }
      }
    }
    // A run without snapshots has nothing to compare.
    let kept = try ids.compactMap { id in
      try database.lastWeights(ofRun: id).map {
        (run: id, snapshot: $0.snapshot, names: $0.tensors)
      }
    }
    guard let first = kept.first else { return (distances, unreadable) }
    for other in kept.dropFirst() {
      let common = Set(other.names.map(ExactName.init))
      for name in first.names where common.contains(ExactName(name)) {
        guard let ours = try tensor(name, first.snapshot, of: first.run),
          let theirs = try tensor(name, other.snapshot, of: other.run),
          let distance = WeightDistance(between: ours, and: theirs)
        else { continue }
        distances.rows.append([
          .text(name), SQLValue(first.run), SQLValue(other.run), .real(distance.distance),
          .real(distance.cosine),
        ])
      }
    }
    return (distances, unreadable)
  }
}

extension Table {
  /// Named values of several runs, a column a run. People find those that differ first.
  /// - Parameter showsAll: Whether names with the same value in all runs are shown too.
  fileprivate static func sideBySide(
    _ values: [NamedValueMap<SQLValue>], under names: [String], showsAll: Bool,
    in format: TableFormat
  ) -> Table {
    let all = values.flatMap(\.keys).distinctNames.map { name in
      (name: name, settings: values.map { Setting($0[name]) })
    }
    let differing = all.filter { Set($0.settings).count > 1 }
    let equal = all.filter { Set($0.settings).count == 1 }
    let shown = !showsAll ? differing : format.isForPeople ? differing + equal : all
    var table = Table(
      columns: ["name"]
        + names.map { Column($0, alignment: .right, importance: Column.mostImportant) },
      rows: shown.map { name, settings in
        [.text(name)] + Setting.cells(settings, in: format)
      })
    for column in table.columns.indices.dropFirst() { table.columns[column].showsNone = true }
    table.note(shown.map(\.settings), from: 1)
    return table
  }

  /// The last and the best value of every metric; where nobody knows what is better, the last alone. People
  /// find the losses first, and last those that are the same in all runs.
  fileprivate static func metrics(
    of runs: [ComparedRun], under names: [String], in format: TableFormat
  ) -> Table {
    let known = runs.flatMap(\.metrics.keys).distinctNames
    func rank(_ metric: String) -> Int {
      let summaries = runs.map { $0.metrics[metric] }
      let values = Set(summaries.flatMap { [SQLValue(final: $0), SQLValue(best: $0)] })
      if runs.count > 1, values.count == 1 { return 2 }
      return metric.contains("loss") ? 0 : 1
    }
    let metrics =
      !format.isForPeople ? known : (0...2).flatMap { part in known.filter { rank($0) == part } }
    return Table(
      columns: [
        Column("name", importance: Column.mostImportant),
        Column("value", importance: Column.mostImportant),
      ] + names.map { Column($0, alignment: .right, importance: Column.mostImportant) },
      rows: metrics.flatMap { metric -> [[SQLValue]] in
        let summaries = runs.map { $0.metrics[metric] }
        let final = [.text(metric), "final"] + summaries.map { SQLValue(final: $0) }
        guard summaries.contains(where: { $0?.goal != nil }) else { return [final] }
        let best = [.text(metric), "best"] + summaries.map { SQLValue(best: $0) }
        var rows = [final, best]
        if summaries.contains(where: { $0?.bestEpoch != nil }) {
          rows.append([.text(metric), "best epoch"] + summaries.map { SQLValue($0?.bestEpoch) })
        }
        if summaries.contains(where: { $0?.bestStep != nil && $0?.bestEpoch == nil }) {
          rows.append([.text(metric), "best step"] + summaries.map { SQLValue($0?.bestStep) })
        }
        return rows
      })
  }
}

extension RunRecord {
  /// What says which run it is.
  fileprivate func facts(
    status: RunStatus, seconds: Double?, in format: TableFormat
  ) -> NamedValueMap<SQLValue> {
    var facts: NamedValueMap<SQLValue> = [
      "experiment": .text(experiment), "status": .text(status.rawValue),
    ]
    facts["recipe"] = recipe.map { .text($0) }
    facts["started"] = startedAt.map { .text($0.formatted(.iso8601)) }
    if format.isForPeople {
      facts["duration"] = seconds.map { .text(DurationText.short($0)) }
    } else {
      facts["seconds"] = seconds.map { .real($0) }
    }
    return facts
  }

  /// What the run ran on and with.
  fileprivate var surroundings: NamedValueMap<SQLValue> {
    NamedValueMap(
      [
        ("git_commit", gitCommit), ("git_dirty", gitDirty.map { $0 ? "yes" : "no" }),
        ("host", host), ("version", version),
      ].compactMap { name, text in text.map { (name, .text($0)) } })
  }
}

/// How far two tensors of the same name and shape lie apart.
public struct WeightDistance: Sendable, Hashable {
  /// The name of the tensor.
  public let tensor: String
  /// The Euclidean distance `‖a - b‖₂`.
  public let distance: Double
  /// The cosine of the angle between them, `a·b / (‖a‖ ‖b‖)`; NaN if one of them is zero.
  public let cosine: Double

  /// Compares two tensors of numbers, computed in Double; nil if they have different shapes.
  public init?(between tensor: TensorRecord, and other: TensorRecord) {
    guard tensor.shape == other.shape, tensor.isNumeric, other.isNumeric else { return nil }
    var (squares1, squares2, product, difference) = (0.0, 0.0, 0.0, 0.0)
    for (a, b) in zip(tensor.values, other.values) {
      let (a, b) = (Double(a), Double(b))
      squares1 += a * a
      squares2 += b * b
      product += a * b
      difference += (a - b) * (a - b)
    }
    self.tensor = tensor.name
    distance = difference.squareRoot()
    let cosine = product / (squares1 * squares2).squareRoot()
    // Rounding must not carry the cosine of equal tensors beyond 1.
    self.cosine = cosine.isNaN ? .nan : min(1, max(-1, cosine))
  }
}
