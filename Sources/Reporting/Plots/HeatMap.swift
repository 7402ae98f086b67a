/// A colour for each field of a grid, for example histograms over time: one column an epoch.
public struct HeatMap: Sendable, Hashable {
  /// What stands above the panel.
  public var title: String
  /// What the columns of the grid run over; its range is where the first begins and the last ends.
  public var horizontal: Axis
  /// What the rows of the grid run over; its range is where the first begins and the last ends.
  public var vertical: Axis
  /// What the colour shows.
  public var colour: Axis
  /// `values[column][row]`, columns from the left, rows from below; NaN leaves a field empty.
  public var values: [[Double]]

  /// A grid of `values` between the edges `columns` and `rows`.
  public init(
    title: String, horizontal: Axis, columns: ClosedRange<Double>, vertical: Axis,
    rows: ClosedRange<Double>, colour: Axis, values: [[Double]]
  ) {
    self.title = title
    self.horizontal = horizontal
    self.horizontal.range = columns
    self.vertical = vertical
    self.vertical.range = rows
    self.colour = colour
    self.values = values
  }
}
