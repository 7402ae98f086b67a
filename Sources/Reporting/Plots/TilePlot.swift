/// Small matrices as images side by side, all on one scale.
public struct TilePlot: Sendable, Hashable {
  /// One matrix.
  public struct Tile: Sendable, Hashable {
    /// What stands above it.
    public var label: String
    /// `values[row][column]`, rows from the top; all rows equally long.
    public var values: [[Double]]

    /// A matrix called `label`.
    public init(_ label: String, values: [[Double]]) {
      self.label = label
      self.values = values
    }
  }

  /// The matrices, row by row from the top.
  public var tiles: [Tile]
  /// How many stand beside each other.
  public var columns: Int
  /// What the shade shows.
  public var shade: Axis

  /// A sheet of `tiles`, `columns` in each row.
  public init(tiles: [Tile], columns: Int, shade: Axis) {
    precondition(columns > 0, "A sheet needs at least one column.")
    self.tiles = tiles
    self.columns = columns
    self.shade = shade
  }
}
