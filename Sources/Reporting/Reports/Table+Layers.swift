import RunStore

extension Table {
  /// The layers that have weights, with their totals: first weights only, then with biases.
  ///
  /// A bias adds one parameter for each output channel and one addition for each output value.
  public static func layers(_ layers: [LayerRecord]) -> Table {
    let weighted = layers.filter { $0.weightCount > 0 }
    let weights = weighted.reduce(0) { $0 + $1.weightCount }
    let macs = weighted.reduce(0) { $0 + $1.macs }
    let biases = weighted.reduce(0) { $0 + $1.biasCount }
    let biasAdditions = weighted.filter { $0.biasCount > 0 }
      .reduce(0) { $0 + $1.outputShape.reduce(1, *) }
    return Table(
      columns: ["layer", "input", "output", "weight", "parameters", "macs"],
      rows: weighted.map { layer in
        [
          .text(layer.name), .text(shapeText(layer.inputShape)),
          .text(shapeText(layer.outputShape)), .text(shapeText(layer.weightShape ?? [])),
          .integer(Int64(layer.weightCount)), .integer(Int64(layer.macs)),
        ]
      } + [
        total("total", weights, macs),
        total("total with biases", weights + biases, macs + biasAdditions),
      ])
  }

  private static func total(_ name: String, _ parameters: Int, _ macs: Int) -> [SQLValue] {
    [.text(name), .null, .null, .null, .integer(Int64(parameters)), .integer(Int64(macs))]
  }

  /// A shape in the report's form: `(1, 3, 32, 32)`.
  static func shapeText(_ shape: [Int]) -> String {
    "(" + shape.map(String.init).joined(separator: ", ") + ")"
  }
}
