import Datasets
import RunStore

extension RunDraft {
  /// Notes what the recipe works on, such that a repetition with other numbers is refused.
  /// - Parameter file: Where it was read; nil if the recipe made it.
  mutating func note(data: Matrix, as name: String, from file: String? = nil) {
    environment["data.\(name).hash"] = .text(data.fingerprint)
    datasets.append(
      DatasetUse(
        name: [recipe, name].compactMap { $0 }.joined(separator: " "), digest: data.fingerprint,
        context: "training", sourceType: file == nil ? "code" : "local", source: file,
        schema: #"{"shape":[\#(data.columnCount)],"dtype":"float64"}"#,
        profile: #"{"count":\#(data.rowCount)}"#))
  }

  /// Notes how a file was read: whether its first line was a header, and how many rows followed.
  mutating func note(_ table: CSVTable, as name: String) {
    environment["data.\(name).rows"] = .integer(Int64(table.rows.count))
    environment["data.\(name).header"] = .text(table.columnNames == nil ? "no" : "yes")
  }
}

extension Matrix {
  /// 16 hexadecimal digits: XXH64 of the numbers, seeded with the number of columns.
  fileprivate var fingerprint: String {
    values.withUnsafeBytes { xxHash64($0, seed: UInt64(columnCount)) }.hexadecimal
  }
}
