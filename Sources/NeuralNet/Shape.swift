extension [Int] {
  /// The number of values of a tensor of this shape; 1 for a scalar.
  public var valueCount: Int { reduce(1, *) }

  /// The shape as people write it: `(6, 3, 5, 5)`, and `(120,)` for one dimension.
  public var shapeText: String {
    count == 1 ? "(\(self[0]),)" : "(" + map(String.init).joined(separator: ", ") + ")"
  }
}
