/// Whether the first line of a CSV file holds the names of the columns.
public enum CSVHeader: Sendable, Hashable {
  /// It holds numbers, as in a file with a matrix.
  case absent
  /// It holds names.
  case present
  /// It holds names if each of its fields is one: see `CSVTable`.
  case detected
}
