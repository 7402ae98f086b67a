import RunStore

extension Table {
  /// The layers that have weights, with their totals: first weights only, then with the biases of all layers.
  ///
  /// A bias adds one parameter for each output channel and one addition for each output value. For a
  /// run with a profile, the time of each layer for an image follows, and the speed that comes of it:
  /// backward, a layer does its multiply-adds once for its weights and once for its input, which the
  /// first layer leaves out. A total beyond 64 bits is the largest number of 64 bits.
  public static func layers(_ layers: [LayerRecord]) -> Table {
    let weighted = layers.filter { $0.weightCount > 0 }
    let weights = weighted.map(\.weightCount)
    let macs = weighted.map(\.macs)
    let biased = layers.filter { $0.biasCount > 0 }
    guard !weighted.isEmpty || !biased.isEmpty else {
      return Table(columns: ["layer", "input", "output", "weight", "parameters", "macs"])
    }
    var table = Table(
      columns: ["layer", "input", "output", "weight", "parameters", "macs"],
      rows: weighted.map { layer in
        [
          .text(layer.name), .text(shapeText(layer.inputShape)),
          .text(shapeText(layer.outputShape)), .text(shapeText(layer.weightShape ?? [])),
          .integer(Int64(layer.weightCount)), .integer(Int64(layer.macs)),
        ]
      } + [
        total("total", weights, macs),
        total(
          "total with biases", weights + biased.map(\.biasCount),
          macs + biased.map(\.outputShape.clampedProduct)),
      ])
    if weighted.contains(where: { $0.forwardNanoseconds != nil }) {
      table.columns += ["forward_ns", "forward_gmac_per_s", "backward_ns", "backward_gmac_per_s"]
      for index in table.rows.indices {
        table.rows[index] +=
          index < weighted.count
          ? speed(of: weighted[index], isFirst: index == 0) : [.null, .null, .null, .null]
      }
    }
    return table
  }

  /// Nanoseconds for an image and billions of multiply-adds a second, forward and backward.
  private static func speed(of layer: LayerRecord, isFirst: Bool) -> [SQLValue] {
    func pair(_ nanoseconds: Double?, _ macs: Double) -> [SQLValue] {
      guard let nanoseconds else { return [.null, .null] }
      return [.real(nanoseconds), nanoseconds > 0 ? .real(macs / nanoseconds) : .null]
    }
    let macs = Double(layer.macs)
    return pair(layer.forwardNanoseconds, macs)
      + pair(layer.backwardNanoseconds, (isFirst ? 1 : 2) * macs)
  }

  private static func total(_ name: String, _ parameters: [Int], _ macs: [Int]) -> [SQLValue] {
    [
      .text(name), .null, .null, .null, SQLValue(parameters.clampedSum), SQLValue(macs.clampedSum),
    ]
  }

  /// A shape in the report's form: `(1, 3, 32, 32)`.
  static func shapeText(_ shape: [Int]) -> String {
    "(" + shape.map(String.init).joined(separator: ", ") + ")"
  }
}
