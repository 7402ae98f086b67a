import Reporting
import RunStore
import Testing

/// How settings stand in tables: such that those that differ are told apart.
@Suite struct SettingCellTests {
  private func table(_ values: [SQLValue?], _ format: TableFormat) -> [String] {
    Table.values(values.map { [1, $0] }, called: ["id", "p"], [false, true], in: format)
      .formatted(as: format).split(separator: "\n").map(String.init)
  }

  private func cells(_ values: [SQLValue?]) -> [String] {
    table(values, .text).dropFirst(2).map { $0.dropFirst(2).trimmingPrefix { $0 == " " } }.map(
      String.init)
  }

  @Test func numbersAreRoundedWhereTheyAreToldApart() {
    #expect(
      cells([.real(1.0 / 3), .real(2.0 / 3), 0.5, 7]) == ["0.333333", "0.666667", "0.5", "7"])
    let near: [SQLValue?] = [.real(1.0 / 3), 0.333333, 1_234_567, 1_234_568]
    #expect(cells(near) == ["0.3333333333333333", "0.333333", "1234567", "1234568"])
    #expect(cells([1, 1.0, .real(-.infinity)]) == ["1", "1", "-inf"])
    #expect(cells([1e-5, 0.00012, 123.456]) == ["1e-05", "0.00012", "123.456"])
  }

  @Test func noneEmptyAndMissingAreThreeThingsInEveryFormat() {
    let values: [SQLValue?] = [.null, "", nil, "none", "null", "1"]
    #expect(cells(values) == ["none", "''", "–", "'none'", "null", "'1'"])
    #expect(
      table(values, .csv) == ["id,p", "1,null", "1,\"\"", "1,", "1,none", "1,\"null\"", "1,1"])
    #expect(
      table(Array(values.prefix(3)), .jsonl) == [
        #"{"id": 1, "p": null}"#, #"{"id": 1, "p": ""}"#, #"{"id": 1}"#,
      ])
  }
}
