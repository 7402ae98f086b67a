import Foundation
import Randomness
import Reporting
import RunStore

/// One figure of each kind, made from formulas and seeded numbers.
enum SampleFigures {
  static let all: [(name: String, figure: Figure)] = [
    ("losses", losses), ("band", band), ("diverging", diverging), ("nothing", nothing),
    ("histogram", histogram), ("histograms", histograms), ("over-time", overTime),
    ("plane", plane), ("parallel", parallel), ("kernels", kernels),
  ]

  private static let epochs = Axis("epoch", isWhole: true)

  /// Training and validation of two runs on a logarithmic axis.
  static let losses = Figure(
    title: "Loss of runs 3 and 7",
    .lines(
      LinePlot(
        horizontal: epochs, vertical: Axis("loss", unit: "nats", scale: .logarithmic),
        series: [("lr 0.05", 0.8), ("lr 0.01", 0.4)].enumerated().flatMap { family, run in
          [
            LinePlot.Series(
              "\(run.0), train", points: decay(rate: run.1, floor: 0.2), family: family),
            LinePlot.Series(
              "\(run.0), val", points: decay(rate: run.1, floor: 0.3), family: family,
              stroke: .dashed),
          ]
        })))

  /// A mean with its band, and a second one.
  static let band = Figure(
    title: "Validation accuracy by learning rate, mean and 95 % interval of 5 seeds",
    .lines(
      LinePlot(
        horizontal: epochs, vertical: Axis("val/accuracy"),
        series: [("lr = 0.05", 0.89), ("lr = 0.01", 0.86)].map { label, top in
          let points = (1...20).map {
            LinePlot.Point(Double($0), rounded(top - exp(-Double($0) / 3) / 3))
          }
          return LinePlot.Series(
            label, points: points,
            band: points.map { .init($0.x, lower: $0.y - 0.01, upper: $0.y + 0.01) })
        })))

  /// The error of the LMS rule by rate; the last one overflows.
  static let diverging = Figure(
    title: "LMS error by learning rate",
    .lines(
      LinePlot(
        horizontal: epochs,
        vertical: Axis("mean squared error", scale: .logarithmic),
        series: [0.005, 0.05, 1].map { rate in
          let points = (0...20).map { epoch in
            let error: Double =
              rate < 1 ? 2.8 * exp(-200 * rate * Double(epoch)) + 5e-5 : pow(1e19, Double(epoch))
            return LinePlot.Point(Double(epoch), rounded(error))
          }
          return LinePlot.Series("rate \(rate)", points: points)
        })))

  /// Nothing but numbers that cannot be drawn, and hostile text.
  static let nothing = Figure(
    title: "'; system('touch /tmp/injected'); `date` \" $data1 @x %d \\n {/Bold b}\nset output",
    .lines(
      LinePlot(
        horizontal: Axis("50 % 'x'"), vertical: Axis("y_{1}", unit: "日本"),
        series: [LinePlot.Series("it's `nothing`", points: [.init(1, .nan), .init(2, .infinity)])]))
  )

  static let histogram = Figure(
    title: "Weights of run 3 at epoch 5", .histogram(normal("conv1", 1)))

  static let histograms = Figure(
    title: "Gradients of run 3 after one batch",
    panels: ["conv1", "conv2", "fc1", "fc2", "fc3"].enumerated().map { index, name in
      .histogram(normal(name, pow(10, -Double(index))))
    })

  static let overTime = Figure(
    title: "conv1.weight of run 3",
    .heatMap(
      HeatMap(
        title: "weights over time", horizontal: epochs, columns: -0.5...10.5,
        vertical: Axis("weight"), rows: -0.4...0.4, colour: Axis("count"),
        values: (0...10).map { epoch in
          let width = 0.05 + 0.02 * Double(epoch)
          return (0..<32).map { bin in
            let x = -0.4 + 0.025 * (Double(bin) + 0.5)
            return (100 * exp(-x * x / (2 * width * width))).rounded()
          }
        })))

  /// Data of the kind of the LMS recipe and two planes.
  static let plane = Figure(
    title: "LMS fit of run 12, rate 0.01",
    .space(
      SpacePlot(
        x: Axis("x1"), y: Axis("x2"), z: Axis("d"), pointLabel: "data",
        points: {
          var generator = SeededGenerator(seed: 1)
          return (0..<100).map { _ in
            let x = generator.nextUniform(from: -1, to: 1)
            let y = generator.nextUniform(from: -1, to: 1)
            let noise = generator.nextUniform(from: -0.3, to: 0.3)
            return SpacePlot.Point(x, y, -1 + x - 2 * y + noise)
          }
        }(),
        planes: [
          .init("Wiener", offset: -1, slopeX: 1, slopeY: -2),
          .init("LMS", offset: -1.1, slopeX: 0.7, slopeY: -1.8),
        ])))

  static let parallel = Figure(
    title: "Runs of experiment lenet",
    .parallel(
      ParallelPlot(
        dimensions: [
          .init("lr", scale: .logarithmic), .init("batch_size"), .init("schedule"),
          .init("val/loss"),
        ],
        runs: {
          var generator = SeededGenerator(seed: 2)
          return (0..<12).map { run in
            let rate = rounded(pow(10, generator.nextUniform(from: -3, to: -0.5)))
            return [
              .real(rate), .integer([32, 64, 128][run % 3]),
              .text(["constant", "cosine", "step"][generator.nextIndex(below: 3)]),
              run == 7 ? .real(.nan) : .real(rounded(0.3 + 0.2 * abs(log10(rate) + 1.5))),
            ]
          }
        }(), goal: .minimum)))

  static let kernels = Figure(
    title: "Kernels of conv1, run 3, epoch 10",
    .tiles(
      TilePlot(
        tiles: (0..<18).map { index in
          TilePlot.Tile(
            "\(index / 6 == 0 ? "red" : index / 6 == 1 ? "green" : "blue") \(index % 6)",
            values: (0..<5).map { row in
              (0..<5).map { column in wave(index, row, column) }
            })
        }, columns: 6, shade: Axis("weight"))))

  /// To six digits, so that no script depends on the last bit of a library's `exp`.
  private static func rounded(_ value: Double) -> Double {
    Double(String(format: "%.6g", value)) ?? value
  }

  private static func wave(_ tile: Int, _ row: Int, _ column: Int) -> Double {
    let phase = Double(tile)
    return rounded(sin(phase + Double(row) * 0.9) * cos(Double(column) * 0.7 + phase) / 3)
  }

  private static func decay(rate: Double, floor: Double) -> [LinePlot.Point] {
    (1...10).map { LinePlot.Point(Double($0), rounded(2.3 * exp(-rate * Double($0)) + floor)) }
  }

  private static func normal(_ title: String, _ width: Double) -> HistogramPlot {
    HistogramPlot(
      title: title, horizontal: Axis("weight"), lower: -3 * width, upper: 3 * width,
      counts: (0..<48).map { bin in
        let x = -3 + (Double(bin) + 0.5) / 8
        return Int((500 * exp(-x * x / 2)).rounded())
      }, note: "0 of 450 zero")
  }
}
