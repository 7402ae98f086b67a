import CProcessor

extension ConvolutionGeometry {
  /// `dw[o, i, u, v] = Σ dy[o, r, c] · x[i, r·S + u, c·S + v]` over all positions `(r, c)` and all lanes.
  /// - Parameters:
  ///   - input: `x`, shape `[inputChannels, inputHeight, inputWidth]`.
  ///   - outputGradient: `dy`, shape `[outputChannels, outputHeight, outputWidth]`.
  ///   - lanes: Memory for the sums of `RegisterBlock.mostRows` output channels.
  ///   - weightGradient: `dw`, shape `[outputChannels, inputChannels, size, size]`.
  @inline(__always)
  func computeWeightGradient<Scalar: LaneScalar>(
    _ input: UnsafePointer<Lanes<Scalar>>, _ outputGradient: UnsafePointer<Lanes<Scalar>>,
    lanes: UnsafeMutablePointer<Lanes<Scalar>>, into weightGradient: UnsafeMutablePointer<Scalar>
  ) {
    if Lanes<Scalar>.registers == 1 {
      compute(ConvolutionWeightGradient<SIMD16<Scalar>>.self)
    } else {
      compute(ConvolutionWeightGradient<SIMD8<Scalar>>.self)
    }

    /// One row of blocks after the other, so that the sums stay in the first cache.
    @inline(__always)
    func compute<Part: SIMD>(_ kernel: ConvolutionWeightGradient<Part>.Type) {
      let columns = size == 1 ? inputChannels : size
      let block = RegisterBlock(rows: outputChannels, columns: columns, for: kernel)
      (0..<outputChannels).forEachEvenPart(upTo: block.rows) { first, rows in
        ConvolutionWeightGradient<Part>(
          geometry: self, input: UnsafeRawPointer(input),
          outputGradient: UnsafeRawPointer(outputGradient + first * outputPlane),
          weightGradient: UnsafeMutableRawPointer(lanes)
        ).runBlocks(of: block, rows: 0..<rows, columns: 0..<columns)
        sumLanes(
          of: lanes, count: rows * weightsPerOutput, into: weightGradient + first * weightsPerOutput
        )
      }
    }
  }
}

/// `dw[o, i, u, v] = Σ dy[o, r, c] · x[i, r·S + u, c·S + v]` over all positions `(r, c)`, each lane for itself,
/// for some output channels `o`.
///
/// Both factors are vectors. `Part` is as much of them as a register holds: with 16 registers, half of the
/// lanes at a time leave room for blocks that need one load for more than one multiply-add.
/// Block rows are output channels, block columns are the taps `v` of a kernel row; where that is one tap, they
/// are input channels.
struct ConvolutionWeightGradient<Part: SIMD>: BlockKernel where Part.Scalar: LaneScalar {
  let geometry: ConvolutionGeometry
  /// `x`, shape `[inputChannels, inputHeight, inputWidth, parts]`.
  let input: UnsafePointer<Part>
  /// `dy`, shape `[rows, outputHeight, outputWidth, parts]`.
  let outputGradient: UnsafePointer<Part>
  /// `dw`, shape `[rows, inputChannels, size, size, parts]`.
  let weightGradient: UnsafeMutablePointer<Part>

  init(
    geometry: ConvolutionGeometry, input: UnsafeRawPointer, outputGradient: UnsafeRawPointer,
    weightGradient: UnsafeMutableRawPointer
  ) {
    self.geometry = geometry
    self.input = input.assumingMemoryBound(to: Part.self)
    self.outputGradient = outputGradient.assumingMemoryBound(to: Part.self)
    self.weightGradient = weightGradient.assumingMemoryBound(to: Part.self)
  }

  @inline(__always)
  static var registersPerRow: Int { Part.registers }
  @inline(__always)
  static var registersPerColumn: Int { Part.registers }

  /// The parts that the lanes are cut into.
  @inline(__always)
  private var parts: Int { groupSize / Part.scalarCount }

  @inline(__always)
  func run<let count: Int>(row: Int, column: Int, size: BlockSize<count>) {
    let taps = geometry.size
    let (channels, columnStep) = taps == 1 ? (1, geometry.inputPlane) : (geometry.inputChannels, 1)
    let rowStep = geometry.weightsPerOutput * parts
    let band = bandHeight(rows: size.rows)
    for firstRow in stride(from: 0, to: geometry.outputHeight, by: band) {
      let outputRows = firstRow..<min(firstRow + band, geometry.outputHeight)
      for channel in 0..<channels {
        for kernelRow in 0..<taps {
          // x[channel, kernelRow, column...]
          let source =
            input
            + ((channel * geometry.inputHeight + kernelRow) * geometry.inputWidth
              + column * columnStep) * parts
          // dw[row, channel, kernelRow, column...]
          let target =
            weightGradient + row * rowStep + ((channel * taps + kernelRow) * taps + column) * parts
          for part in 0..<parts {
            var sums = Sums<Part, count>(repeating: .zero)
            if firstRow > 0 {
              for j in 0..<size.rows {
                for p in 0..<size.columns {
                  sums[j * size.columns + p] = target[j * rowStep + p * parts + part]
                }
              }
            }
            add(
              outputRows, source + part, columnStep: columnStep * parts,
              outputGradient + row * geometry.outputPlane * parts + part, size, to: &sums)
            for j in 0..<size.rows {
              for p in 0..<size.columns {
                target[j * rowStep + p * parts + part] = sums[j * size.columns + p]
              }
            }
          }
        }
      }
    }
  }

  /// Adds the products at all positions of some output rows.
  @inline(__always)
  private func add<let count: Int>(
    _ outputRows: Range<Int>, _ input: UnsafePointer<Part>, columnStep: Int,
    _ outputGradient: UnsafePointer<Part>, _ size: BlockSize<count>,
    to sums: inout Sums<Part, count>
  ) {
    let holdsColumns = Self.holdsColumns(rows: size.rows, columns: size.columns)
    let rowStep = geometry.outputPlane * parts
    for r in outputRows {
      var values = input + r * geometry.stride * geometry.inputWidth * parts
      var gradients = outputGradient + r * geometry.outputWidth * parts
      for _ in 0..<geometry.outputWidth {
        if holdsColumns {
          for j in 0..<size.rows {
            let gradient = gradients[j * rowStep]
            for p in 0..<size.columns {
              let k = j * size.columns + p
              sums[k] = sums[k].addingProduct(values[p * columnStep], gradient)
            }
          }
        } else {
          for p in 0..<size.columns {
            let value = values[p * columnStep]
            for j in 0..<size.rows {
              let k = j * size.columns + p
              sums[k] = sums[k].addingProduct(value, gradients[j * rowStep])
            }
          }
        }
        values += geometry.stride * parts
        gradients += parts
      }
    }
  }

  /// The output rows that are gone through together for all taps, so that what they read stays in the first
  /// cache.
  private func bandHeight(rows: Int) -> Int {
    let cache = (28 << 10) / MemoryLayout<Lanes<Part.Scalar>>.stride
    let forEachRow = rows * geometry.outputWidth + geometry.stride * geometry.inputWidth
    let shared = (geometry.size - geometry.stride) * geometry.inputWidth
    return max(1, (cache - shared) / forEachRow)
  }
}
