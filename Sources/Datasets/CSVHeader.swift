/// Whether the first line of a CSV file holds the names of the columns.
public enum CSVHeader: Sendable, Hashable {
  /// It holds numbers, as in a file with a matrix.
  case absent
  /// It holds names.
  case present
  /// It holds names if none of its fields is a number.
  case detected
}
