import GRDB

/// A row of the other file that is longer than what is taken over: it would be in memory three times.
struct LongRow: Error {
  let table: Substring
  let most: Int32

  /// In words, such as `a row of params has more than 16 MB`.
  var words: String { "a row of \(table) has more than \(most / 1_000_000) MB" }

  /// Runs a statement that writes rows of one table. The bins of a histogram are the longest that there
  /// are: three million with their edges take 67 MB.
  static func limiting<Value>(
    _ statement: String, in db: Database, _ body: () throws -> Value
  ) throws -> Value {
    let table = statement.firstMatch(of: /(INTO|UPDATE|FROM) main\.(\w+)/)?.2 ?? "the file"
    let most: Int32 = table == "histograms" ? 80_000_000 : 16_000_000
    do {
      return try db.limitingLength(to: most, body)
    } catch let error as DatabaseError where error.resultCode == .SQLITE_TOOBIG {
      throw LongRow(table: table, most: most)
    }
  }
}
