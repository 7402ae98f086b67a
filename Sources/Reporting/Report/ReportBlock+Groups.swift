import Randomness
import RunStore

extension Table {
  /// The groups of `groups(_:in:)` with headings for a reader, and no more digits than tell them apart.
  static func readable(_ statistics: GroupStatistics) -> Table {
    var table = groups(statistics)
    for column in table.columns.indices.dropFirst(statistics.parameters.count) {
      let numbers = table.rows.compactMap { row in
        if case .real(let number) = row[column] { number } else { nil as Double? }
      }
      guard !numbers.isEmpty else { continue }
      let digits = NumberText.fewestDigits(numbers)
      table.columns[column].alignment = .right
      for row in table.rows.indices {
        if case .real(let number) = table.rows[row][column] {
          table.rows[row][column] = .text(NumberText.rounded(number, digits: digits))
        }
      }
    }
    let words = [
      "n": "finite in", "left_out": "left out", "std": "deviation", "ci95_low": "95 % from",
      "ci95_high": "to", "min": "least", "max": "largest", "depth": "layers",
    ]
    for index in table.columns.indices {
      table.columns[index].name = words[table.columns[index].name] ?? table.columns[index].name
    }
    return table
  }
}

extension ReportBlock {
  /// What the tests of `tracker compare` say of the groups, and the smallest p that so few runs can reach.
  static func tests(
    _ statistics: GroupStatistics, baseline: String? = nil, goal: MetricGoal?
  ) throws -> [ReportBlock] {
    let counted = statistics.groups.filter { !$0.values.isEmpty }
    guard counted.count > 1 else { return [] }
    var generator = SeededGenerator(seed: 1)
    let tests = try GroupTests(statistics, baseline: baseline, using: &generator)
    return [.table("Is the difference more than luck?", tests.readable)]
      + tests.sentences(goal: goal).map {
        .text($0.replacing("Mean val/accuracy", with: "The mean fraction of right answers"))
      }
  }
}

extension GroupTests {
  /// The table with headings for a reader.
  var readable: Table {
    let columns = ["first", "second", "design", "difference", "p", "p_holm", "p_min"]
    let names = [
      "first": "this", "second": "beside", "design": "compared as", "p_holm": "p, corrected",
      "p_min": "smallest possible p",
    ]
    let places = columns.compactMap { name in table.columns.firstIndex { $0.name == name } }
    return Table(
      columns: places.map { Table.Column(names[table.columns[$0].name] ?? table.columns[$0].name) },
      rows: table.rows.map { row in places.map { row[$0] } })
  }
}
