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

extension HeatMap: Drawing {
  var ownTitle: String? { title }

  func write(to writer: inout ScriptWriter) {
    writer.setFrame()
    writer.add("set key off")
    writer.add("unset grid")
    let shading = Shading(values.joined(), on: colour)
    let legend = writer.isTerminal ? "   (\(colour.caption): \(shading.legend))" : ""
    let x = writer.placement("x", horizontal)
    let y = writer.placement("y", vertical)
    writer.setCaptions(x.caption + legend, y.caption)
    writer.setAxis("x", x, scale: horizontal.scale)
    writer.setAxis("y", y, scale: vertical.scale)
    guard horizontal.range != nil, vertical.range != nil,
      values.contains(where: { !$0.isEmpty })
    else {
      writer.noteAbsence()
      writer.plot(["NaN notitle"])
      return
    }
    if case .characters(let width, let height) = writer.canvas {
      let raster = CharacterRaster(width: width, height: height)
      raster.write(values, shade: shading, to: &writer)
      writer.plot(["NaN notitle"])
    } else {
      let shades = writer.setShades(shading, on: colour, .rising)
      writer.plot([image(x.range, y.range, shades, in: &writer)])
    }
  }

  private func image(
    _ columns: ClosedRange<Double>, _ rows: ClosedRange<Double>, _ shades: AxisPlacement,
    in writer: inout ScriptWriter
  ) -> String {
    // Gnuplot draws no image that is one field wide or high; two halves of it look the same.
    let fields = Shading.doubledIfSingle(values.map(Shading.doubledIfSingle))
    let width = (columns.upperBound - columns.lowerBound) / Double(fields.count)
    let points = fields.enumerated().flatMap { column, fields in
      let height = (rows.upperBound - rows.lowerBound) / Double(fields.count)
      return fields.enumerated().map { row, value in
        [
          columns.lowerBound + (Double(column) + 0.5) * width,
          rows.lowerBound + (Double(row) + 0.5) * height,
          colour.canShow(value) ? shades.place(value) : .nan,
        ]
      }
    }
    return "\(writer.addBlock(points)) using 1:2:3 with image notitle"
  }
}

/// Draws a grid with characters, one string a line, over the plotting area of a terminal.
private struct CharacterRaster {
  private let left = 9
  private let bottom = 3
  private let width: Int
  private let height: Int

  init(width: Int, height: Int) {
    self.width = max(1, width - left - 4)
    self.height = max(1, height - bottom - 4)
  }

  func write(_ values: [[Double]], shade: Shading, to writer: inout ScriptWriter) {
    writer.add("set lmargin \(left)")
    writer.add("set rmargin 2")
    writer.add("set bmargin \(bottom)")
    for line in 0..<height {
      let text = (0..<width).map { column in
        let fields = values[column * values.count / width]
        return fields.isEmpty ? " " : shade.character(fields[line * fields.count / height])
      }
      writer.add(
        "set label \(GnuplotText.quoted(String(text))) "
          + "at character \(left + 1), character \(bottom + 1 + line)")
    }
  }
}
