import Foundation

/// A tensor of a snapshot, with its values.
public struct TensorRecord: Sendable, Equatable {
  /// The name, as in PyTorch's `state_dict`: `conv1.weight`.
  public let name: String
  /// The shape, in PyTorch's layout: `[6, 3, 5, 5]`.
  public let shape: [Int]
  /// The type of the values as PyTorch calls it, such as `bfloat16`. Our own trainings store `float32`.
  public let type: String
  /// The values, the last dimension running fastest, rounded where their type is wider; empty for a type
  /// that is not read as numbers, such as `complex64`.
  public let values: [Float]
  /// The content of the blob, where that is not float32.
  private let content: Data?

  /// Describes a tensor.
  /// - Precondition: There are as many values as the shape says.
  public init(name: String, shape: [Int], values: [Float]) {
    precondition(
      Self.elementCount(of: shape) == values.count,
      "The tensor \(name) has \(values.count) values, but the shape \(shape).")
    self.name = name
    self.shape = shape
    self.type = TensorType.float32.rawValue
    self.values = values
    content = nil
  }

  /// Reads a tensor; nil if `data` is not as long as shape and type ask. Of a type that is not known, any
  /// length is right.
  init?(name: String, shape: [Int], type: String, data: Data) {
    guard let count = Self.elementCount(of: shape) else { return nil }
    let known = TensorType(rawValue: type)
    if let known {
      let (size, overflow) = count.multipliedReportingOverflow(by: known.size)
      guard !overflow, size == data.count else { return nil }
    }
    self.name = name
    self.shape = shape
    self.type = type
    values = known?.values(from: data) ?? []
    content = known == .float32 ? nil : data
  }

  /// Whether there is a number for each element.
  public var isNumeric: Bool { values.count == Self.elementCount(of: shape) }

  /// The number of values that a tensor of `shape` has; nil if there is no such number.
  static func elementCount(of shape: [Int]) -> Int? {
    var count = 1
    for size in shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: size)
      guard !overflow, size >= 0 else { return nil }
      count = product
    }
    return count
  }

  /// The values in their own type, little-endian: the content of the blob.
  public var data: Data {
    if let content { return content }
    #if _endian(little)
      return values.withUnsafeBytes { Data($0) }
    #else
      return values.map(\.bitPattern.littleEndian).withUnsafeBytes { Data($0) }
    #endif
  }
}

/// The types of values that PyTorch's tensors have, as far as their sizes are known.
enum TensorType: String, CaseIterable {
  case float64, float32, float16, bfloat16
  case int64, int32, int16, int8
  case uint64, uint32, uint16, uint8, bool
  case complex128, complex64, complex32
  case float8e4m3fn = "float8_e4m3fn"
  case float8e4m3fnuz = "float8_e4m3fnuz"
  case float8e5m2 = "float8_e5m2"
  case float8e5m2fnuz = "float8_e5m2fnuz"
  case float8e8m0fnu = "float8_e8m0fnu"

  /// The bytes of a value.
  var size: Int {
    switch self {
    case .complex128: 16
    case .float64, .int64, .uint64, .complex64: 8
    case .float32, .int32, .uint32, .complex32: 4
    case .float16, .bfloat16, .int16, .uint16: 2
    case .int8, .uint8, .bool, .float8e4m3fn, .float8e4m3fnuz, .float8e5m2, .float8e5m2fnuz,
      .float8e8m0fnu:
      1
    }
  }

  /// The values that `data` holds, rounded to `Float`; nil for a type that is not read as numbers.
  func values(from data: Data) -> [Float]? {
    switch self {
    case .float64: data.elements(UInt64.self) { Float(Double(bitPattern: $0)) }
    case .float32: data.elements(UInt32.self) { Float(bitPattern: $0) }
    case .float16: data.elements(UInt16.self, Self.half)
    case .bfloat16: data.elements(UInt16.self) { Float(bitPattern: UInt32($0) << 16) }
    case .int64: data.elements(Int64.self) { Float($0) }
    case .int32: data.elements(Int32.self) { Float($0) }
    case .int16: data.elements(Int16.self) { Float($0) }
    case .int8: data.elements(Int8.self) { Float($0) }
    case .uint64: data.elements(UInt64.self) { Float($0) }
    case .uint32: data.elements(UInt32.self) { Float($0) }
    case .uint16: data.elements(UInt16.self) { Float($0) }
    case .uint8, .bool: data.elements(UInt8.self) { Float($0) }
    case .complex128, .complex64, .complex32, .float8e4m3fn, .float8e4m3fnuz, .float8e5m2,
      .float8e5m2fnuz, .float8e8m0fnu:
      nil
    }
  }

  /// The value of a half-precision number: its fraction and exponent at the places of a `Float`, and the
  /// exponent then made right by a power of two, which is exact for the smallest numbers too.
  private static func half(_ bits: UInt16) -> Float {
    let magnitude = UInt32(bits & 0x7FFF) << 13
    let isFinite = bits & 0x7C00 != 0x7C00
    let value =
      isFinite
      ? Float(bitPattern: magnitude) * 0x1p112 : Float(bitPattern: magnitude | 0x7F80_0000)
    return bits >> 15 == 0 ? value : -value
  }
}

extension Data {
  /// The little-endian integers that the bytes hold, each transformed.
  fileprivate func elements<Element: FixedWidthInteger>(
    _ type: Element.Type, _ transform: (Element) -> Float
  ) -> [Float] {
    withUnsafeBytes { bytes in
      stride(from: 0, to: bytes.count, by: MemoryLayout<Element>.size).map { offset in
        transform(
          Element(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Element.self)))
      }
    }
  }
}

/// A tensor of a snapshot without its values: a row of `tensors`.
public struct TensorSummary: Sendable, Equatable {
  /// The epochs finished when the snapshot was taken.
  public let epoch: Int
  /// The optimizer steps made.
  public let step: Int
  /// The name, as in PyTorch's `state_dict`.
  public let name: String
  /// The shape, in PyTorch's layout.
  public let shape: [Int]
  /// SHA-256 of the values as little-endian float32, as lower-case hexadecimal text.
  public let blobHash: String
  /// The smallest finite value; nil if no value is finite, as the four below.
  public let minimum: Double?
  /// The largest finite value.
  public let maximum: Double?
  /// The mean of the finite values.
  public let mean: Double?
  /// Their population standard deviation.
  public let standardDeviation: Double?
  /// Their Euclidean norm.
  public let norm: Double?
  /// The number of zeros.
  public let zeroCount: Int?
  /// The number of NaN and infinite values.
  public let nonfiniteCount: Int?
}

extension TensorSummary {
  init(_ row: ResultRow) throws {
    epoch = try row.integer("epoch")
    step = try row.integer("step")
    name = try row.text("name")
    shape = try row.numbers("shape")
    blobHash = try row.text("blob_hash")
    minimum = try row.optionalReal("min")
    maximum = try row.optionalReal("max")
    mean = try row.optionalReal("mean")
    standardDeviation = try row.optionalReal("std")
    norm = try row.optionalReal("l2_norm")
    zeroCount = try row.optionalInteger("zero_count")
    nonfiniteCount = try row.optionalInteger("nonfinite_count")
  }
}

/// Statistics of a tensor, computed in double precision over its finite values.
public struct TensorStatistics: Sendable, Equatable {
  /// The smallest value; nil if no value is finite, as the four below.
  public let minimum: Double?
  /// The largest value.
  public let maximum: Double?
  /// The mean, `Σ x / n`.
  public let mean: Double?
  /// The population standard deviation, `sqrt(Σ (x - mean)² / n)`.
  public let standardDeviation: Double?
  /// The Euclidean norm, `sqrt(Σ x²)`.
  public let norm: Double?
  /// The number of zeros.
  public let zeroCount: Int
  /// The number of NaN and infinite values.
  public let nonfiniteCount: Int

  /// Computes the statistics of `values`.
  public init(_ values: [Float]) {
    var minimum = Double.infinity
    var maximum = -Double.infinity
    var sum = 0.0
    var sumOfSquares = 0.0
    var zeros = 0
    var count = 0
    for value in values where value.isFinite {
      let value = Double(value)
      minimum = min(minimum, value)
      maximum = max(maximum, value)
      sum += value
      sumOfSquares += value * value
      zeros += value == 0 ? 1 : 0
      count += 1
    }
    zeroCount = zeros
    nonfiniteCount = values.count - count
    guard count > 0 else {
      (self.minimum, self.maximum, mean, standardDeviation, norm) = (nil, nil, nil, nil, nil)
      return
    }
    let mean = sum / Double(count)
    // A second pass: the difference of the mean square and the squared mean would lose digits.
    var sumOfDeviations = 0.0
    for value in values where value.isFinite {
      let deviation = Double(value) - mean
      sumOfDeviations += deviation * deviation
    }
    self.minimum = minimum
    self.maximum = maximum
    self.mean = mean
    standardDeviation = (sumOfDeviations / Double(count)).squareRoot()
    norm = sumOfSquares.squareRoot()
  }
}
