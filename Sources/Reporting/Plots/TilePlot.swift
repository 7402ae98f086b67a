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

extension TilePlot: Drawing {
  /// Between neighbouring tiles, in fields.
  private static let gap = 1.0

  private var tileColumns: Int { tiles.map { $0.values.first?.count ?? 0 }.max() ?? 0 }
  private var tileRows: Int { tiles.map(\.values.count).max() ?? 0 }
  private var sheetRows: Int { (tiles.count + columns - 1) / columns }

  /// Wide enough for readable fields, high enough to keep them square.
  func imageSize(scale: Double) -> (width: Int, height: Int) {
    let height = Double(sheetRows) * (Double(tileRows) + 2 * Self.gap)
    let width = Double(min(columns, tiles.count)) * (Double(tileColumns) + Self.gap)
    let pixels = min(28, max(6, 760 / max(width, 1)))
    return (
      Int(scale * Double(max(400, Int(width * pixels) + 140))),
      Int(scale * Double(max(200, Int(height * pixels) + 80)))
    )
  }

  func terminalSize(columns width: Int, rows: Int) -> (columns: Int, rows: Int) {
    let lines = (tiles.count + tilesBeside(width) - 1) / tilesBeside(width)
    return (width, max(6, lines * (tileRows + 2) + 5))
  }

  func write(to writer: inout ScriptWriter) {
    writer.add("set key off")
    writer.add("unset tics")
    writer.add("unset border")
    let shading = Shading(tiles.lazy.flatMap { $0.values.joined() }, on: shade, isDiverging: true)
    if case .characters(let width, let height) = writer.canvas {
      writeCharacters(shading, width: width, height: height, to: &writer)
    } else {
      writeImage(shading, to: &writer)
    }
  }

  private func writeImage(_ shading: Shading, to writer: inout ScriptWriter) {
    let shades = writer.setShades(shading, on: shade, .diverging)
    writer.add("set size ratio -1")
    let stepX = Double(tileColumns) + Self.gap
    let stepY = Double(tileRows) + 2 * Self.gap
    writer.add("set xrange [-0.5:\(Double(columns) * stepX)]")
    writer.add("set yrange [\(1.5 - Double(sheetRows) * stepY):2]")
    let elements = tiles.enumerated().map { index, tile in
      let (left, top) = (Double(index % columns) * stepX, -Double(index / columns) * stepY)
      writer.add(
        "set label \(GnuplotText.quoted(tile.label)) "
          + "at \(left + Double((tile.values.first?.count ?? 1) - 1) / 2),\(top + 1.2) center")
      // White fields need an edge on white.
      writer.add(
        "set object rectangle from \(left - 0.5),\(top + 0.5) "
          + "to \(left + Double(tile.values.first?.count ?? 0) - 0.5),"
          + "\(top + 0.5 - Double(tile.values.count)) front fs empty border lc rgb '#999999'")
      return image(tile, left: left, top: top, shades, in: &writer)
    }
    writer.plot(elements.isEmpty ? ["NaN notitle"] : elements)
  }

  private func image(
    _ tile: Tile, left: Double, top: Double, _ shades: AxisPlacement, in writer: inout ScriptWriter
  ) -> String {
    let fields = Shading.doubledIfSingle(tile.values.map(Shading.doubledIfSingle))
    let heightShare = Double(tile.values.count) / Double(max(1, fields.count))
    let points = fields.enumerated().flatMap { row, values in
      values.enumerated().map { column, value in
        let widthShare = Double(tile.values.first?.count ?? 0) / Double(values.count)
        return [
          left - 0.5 + (Double(column) + 0.5) * widthShare,
          top + 0.5 - (Double(row) + 0.5) * heightShare,
          shade.canShow(value) ? shades.place(value) : .nan,
        ]
      }
    }
    // As rectangles: browsers would smooth the few pixels of an image until no field has an edge.
    return points.isEmpty
      ? "NaN notitle" : "\(writer.addBlock(points)) using 1:2:3 with image pixels notitle"
  }

  private func tilesBeside(_ width: Int) -> Int {
    max(1, min(columns, (width - 2) / max(1, tileCharacters + 2)))
  }

  /// A field is two characters wide, which makes it nearly square; labels need some as well.
  private var tileCharacters: Int {
    max(2 * tileColumns, tiles.map { DisplayWidth.of($0.label) }.max() ?? 0)
  }

  private func writeCharacters(
    _ shading: Shading, width: Int, height: Int, to writer: inout ScriptWriter
  ) {
    let beside = tilesBeside(width)
    for (index, tile) in tiles.enumerated() {
      let left = 2 + index % beside * (tileCharacters + 2)
      let top = height - 4 - index / beside * (tileRows + 2)
      let lines =
        [tile.label]
        + tile.values.map { String($0.flatMap { [shading.character($0), shading.character($0)] }) }
      for (line, text) in lines.enumerated() {
        writer.add(
          "set label \(GnuplotText.quoted(text)) at character \(left), character \(top - line)")
      }
    }
    let legend = "\(shade.caption): \(shading.legend)"
    writer.add("set label \(GnuplotText.quoted(legend)) at character 2, character 0")
    writer.add("set xrange [0:1]")
    writer.add("set yrange [0:1]")
    writer.plot(["NaN notitle"])
  }
}
