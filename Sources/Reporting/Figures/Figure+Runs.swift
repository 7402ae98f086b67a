import RunStore

extension Figure {
  /// Runs as lines across parameters, ending at a metric.
  /// - Parameters:
  ///   - parameters: The parameters, from left to right.
  ///   - metric: The metric, the last axis.
  ///   - choice: Which of its values.
  ///   - most: The most parameters to show, those that explain most of the metric; nil for all.
  public static func parallel(
    _ runs: [ComparedRun], parameters: [String], metric: String, choice: GroupStatistics.Choice,
    most: Int? = nil
  ) throws -> Figure {
    let measured = runs.filter { $0.metrics[metric] != nil }
    guard !measured.isEmpty else { throw FigureError.noRuns }
    let results = measured.map { run in
      (choice == .final ? run.metrics[metric]?.lastValue : run.metrics[metric]?.best) ?? .nan
    }
    let shown = ParameterInfluence.largest(
      most ?? parameters.count, of: parameters, on: results, in: measured)
    let dimensions = shown.map { name in
      ParallelPlot.Dimension(
        name, scale: scale(of: measured.compactMap { $0.parameters[name]?.real }))
    }
    let left =
      shown.count < parameters.count
      ? "the \(shown.count) of \(parameters.count) parameters that explain most"
      : "their parameters"
    return Figure(
      title:
        "\(choice.rawValue) \(metric) of \(measured.count == 1 ? "1 run" : "\(measured.count) runs") by \(left)",
      .parallel(
        ParallelPlot(
          dimensions: dimensions + [.init(metric, partsOutliers: true)],
          runs: zip(measured, results).map { run, result in
            shown.map { run.parameters[$0] } + [.real(result)]
          }, goal: measured.first?.metrics[metric]?.goal)))
  }

  /// Settings that span more than a factor of 20, such as learning rates, are spaced by their ratios.
  private static func scale(of numbers: [Double]) -> Axis.Scale {
    guard let least = numbers.min(), let greatest = numbers.max(), least > 0 else { return .linear }
    return greatest / least > 20 ? .logarithmic : .linear
  }

  /// The filters of a run's first convolution as images, labelled by output and input channel.
  /// - Parameter epoch: The epoch; nil for the last.
  /// - Throws: `FigureError.noKernels`, `RunStoreError.noSnapshot`.
  public static func kernels(
    ofRun run: Int, epoch: Int? = nil, in database: RunDatabase
  ) throws -> Figure {
    let recipe = try database.run(run).recipe
    // It keeps its kernel as a file: to ask for a snapshot would be no advice.
    guard recipe != "convolution" else { throw FigureError.noKernels(run: run, recipe: recipe) }
    let snapshot = try database.snapshot(ofRun: run, epoch: epoch)
    let order = try database.layers(ofRun: run).map { "\($0.name).weight" }
    let kernels = snapshot.tensors.filter { $0.isNumeric && isKernels($0.shape) }
    let first = order.lazy.compactMap { name in kernels.first { $0.name == name } }.first
    guard let tensor = first ?? kernels.first else {
      throw FigureError.noKernels(run: run, recipe: recipe)
    }
    let (outputs, inputs, rows, columns) = (
      tensor.shape[0], tensor.shape[1], tensor.shape[2], tensor.shape[3]
    )
    let tiles = (0..<min(outputs * inputs, mostTiles)).map { index in
      let start = index * rows * columns
      return TilePlot.Tile(
        "\(index / inputs + 1) from \(index % inputs + 1)",
        values: (0..<rows).map { row in
          (0..<columns).map { Double(tensor.values[start + row * columns + $0]) }
        })
    }
    let name = try database.run(run).name
    let when = snapshot.epoch == 0 ? "before training" : "after epoch \(snapshot.epoch)"
    return Figure(
      title: "\(outputs * inputs > mostTiles ? "The first \(mostTiles) filters" : "Filters") of"
        + " \(tensor.name), output from input channel, \(when), run \(run) (\(name))",
      // Up to six beside each other, so that the channels of one filter stay together.
      .tiles(
        TilePlot(
          tiles: tiles, columns: inputs > 6 ? 6 : inputs * max(1, 6 / max(1, inputs)),
          shade: Axis("weight"))))
  }

  /// How many filters one picture shows.
  private static let mostTiles = 512

  /// Whether a tensor has the shape of filters that can be drawn: none is empty or as large as a photo.
  private static func isKernels(_ shape: [Int]) -> Bool {
    shape.count == 4 && shape[0] > 0 && shape[1] > 0
      && shape[2...].allSatisfy { (1...128).contains($0) }
  }
}
