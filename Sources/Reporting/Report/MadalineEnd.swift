import Foundation
import RunStore

/// How a Madaline with two hidden neurons ended.
struct MadalineEnd {
  let run: ComparedRun
  /// The last value of each weight, by name.
  let weights: [String: Double]
  /// Rows of the truth table that are wrong; nil if the run does not say.
  let wrongRows: Int?

  init(_ run: ComparedRun) {
    self.run = run
    weights = run.metrics.keys.reduce(into: [:]) { weights, name in
      if name.hasPrefix("weight/") { weights[name] = run.metrics[name]?.lastValue }
    }
    wrongRows = run.metrics["train/errors"]?.lastValue.flatMap { Int(exactly: $0) }
  }

  /// Whether the output's answer changes when one hidden neuron turns over, for some answer of the other.
  private func hears(_ neuron: Int) -> Bool {
    let output = (0..<3).map { weights["weight/output/w\($0)"] ?? 0 }
    func answer(_ this: Double, _ other: Double) -> Bool {
      output[0] + output[neuron] * this + output[3 - neuron] * other >= 0
    }
    return [-1.0, 1].contains { answer(-1, $0) != answer(1, $0) }
  }

  var hearsBoth: Bool { hears(1) && hears(2) }

  /// The rows of the gate and the lines of both hidden neurons.
  func plane(in database: RunDatabase, remark: String? = nil) throws -> LinePlot {
    .inputPlane(
      try database.predictions(ofRun: run.id),
      lines: [1, 2].map { neuron in
        (
          "hidden \(neuron)\(hears(neuron) ? "" : ", not heard")",
          (0..<3).map { weights["weight/hidden\(neuron)/w\($0)"] ?? .nan }
        )
      }, remark: remark)
  }

  /// What the output listens to, in words.
  var heard: String {
    switch (hears(1), hears(2)) {
    case (true, true): "both"
    case (true, false): "hidden 1 only"
    case (false, true): "hidden 2 only"
    case (false, false): "neither"
    }
  }
}

/// The 95 % interval of a share that was seen `count` times in `total` (Wilson, 1927).
struct WilsonInterval {
  let lower: Double
  let upper: Double

  init(_ count: Int, of total: Int) {
    let (n, z) = (Double(max(1, total)), 1.959_963_984_540_054)
    let share = Double(count) / n
    let middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    let reach = z / (1 + z * z / n) * (share * (1 - share) / n + z * z / (4 * n * n)).squareRoot()
    (lower, upper) = (max(0, middle - reach), min(1, middle + reach))
  }

  /// In whole percent: `34 % to 74 %`.
  var percent: String { String(format: "%.0f %% to %.0f %%", 100 * lower, 100 * upper) }
}

extension Table {
  /// How each Madaline ended.
  static func madalines(_ ends: [MadalineEnd]) -> Table {
    Table(
      columns: ["run", "seed", "epochs", "wrong rows", "output listens to"],
      rows: ends.map { end in
        [
          .integer(Int64(end.run.id)), SQLValue(end.run.seed),
          SQLValue(end.run.metrics["train/errors"]?.lastEpoch), SQLValue(end.wrongRows),
          .text(end.heard),
        ]
      })
  }

  /// The last weights of each Madaline.
  static func weights(_ ends: [MadalineEnd]) -> Table {
    let names = Set(ends.flatMap(\.weights.keys)).sorted()
    return Table(
      columns: ["seed"] + names.map { Column(String($0.dropFirst("weight/".count))) },
      rows: ends.map { end in
        [SQLValue(end.run.seed)]
          + names.map { name in end.weights[name].map { .text(String(format: "%.3f", $0)) } ?? .null
          }
      })
  }
}
