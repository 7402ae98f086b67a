/// The runs that a statement is about.
///
/// Of runs that lie close together, all between the first and the last are read, and the caller passes over
/// those that are not meant: to look for each of thousands takes longer.
struct ChosenRuns {
  /// What `:runs` is bound to: the ids, or the first and the last.
  let json: SQLValue
  private let isRange: Bool

  init(_ ids: [Int]) {
    if let first = ids.min(), let last = ids.max(),
      Double(last) - Double(first) < 2 * Double(ids.count)
    {
      (json, isRange) = (.json([first, last]), true)
    } else {
      (json, isRange) = (.json(ids), false)
    }
  }

  /// Whether a column holds one of them, as SQL, or one that lies between them.
  func condition(on column: String) -> String {
    isRange
      ? "\(column) BETWEEN json_extract(:runs, '$[0]') AND json_extract(:runs, '$[1]')"
      : "\(column) IN (SELECT value FROM json_each(:runs))"
  }
}
