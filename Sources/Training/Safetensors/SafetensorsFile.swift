import Datasets
import Foundation

/// Named tensors in the safetensors format, which PyTorch, NumPy and others read and write.
///
/// A file is the length of the header as 8 little-endian bytes; the header, a JSON object that gives
/// each tensor's `dtype`, `shape` and `data_offsets`; and the bytes of all tensors without gaps.
public struct SafetensorsFile: Sendable, Hashable {
  /// The tensors, in the order of the header.
  public var tensors: [SafetensorsTensor]

  /// Texts about the file, the header's `__metadata__`.
  public var metadata: [String: String]

  /// The types other than F32 that values had in the file before they became `Float`, with the
  /// number of tensors of each.
  public private(set) var convertedTypes: [String: Int] = [:]

  /// Collects tensors, each under another name.
  public init(tensors: [SafetensorsTensor], metadata: [String: String] = [:]) {
    self.tensors = tensors
    self.metadata = metadata
  }

  /// Reads a file. F32 values are taken as they are, F16 and BF16 values are exact, F64 values are
  /// rounded; a tensor of another type is an error.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - checkShapes: Is told the names and shapes before any tensor is read.
  /// - Throws: `FileAccessError`, `SafetensorsError`, and what `checkShapes` throws.
  public init(
    contentsOf path: String,
    checkShapes: ([(name: String, shape: [Int])]) throws -> Void = { _ in }
  ) throws {
    let file = try FileSource(path: path)
    try self.init(reading: file, size: file.byteCount, checkShapes: checkShapes)
  }

  /// Decodes the bytes of a file, as `init(contentsOf:)` does.
  ///
  /// - Parameters:
  ///   - bytes: The whole file.
  ///   - name: What errors call it.
  /// - Throws: `SafetensorsError`.
  public init(decoding bytes: Data, name: String = "safetensors data") throws {
    try self.init(reading: ArraySource(Array(bytes), path: name), size: bytes.count) { _ in }
  }

  private init(
    reading source: any ByteSource, size: Int,
    checkShapes: ([(name: String, shape: [Int])]) throws -> Void
  ) throws {
    do {
      let header = try SafetensorsHeader(reading: source, fileSize: size)
      try checkShapes(header.entries.map { ($0.name, $0.shape) })
      if let entry = header.entries.first(where: { !$0.type.isRead }) {
        throw SafetensorsProblem.unsupportedType(entry.type.rawValue, tensor: entry.name)
      }
      // The order of the data, which need not be that of the header.
      let order = header.entries.indices.sorted {
        (header.entries[$0].start, header.entries[$0].end)
          < (header.entries[$1].start, header.entries[$1].end)
      }
      var read: [Int: SafetensorsTensor] = [:]
      for index in order { read[index] = try header.entries[index].tensor(from: source) }
      tensors = header.entries.indices.compactMap { read[$0] }
      metadata = header.metadata
      for entry in header.entries where entry.type != .float32 {
        convertedTypes[entry.type.rawValue, default: 0] += 1
      }
    } catch let problem as SafetensorsProblem {
      throw SafetensorsError(file: source.path, problem: problem)
    }
  }

  /// The bytes of the file: tensors in their order, metadata sorted by key, the data at a
  /// multiple of 8. Equal values give equal bytes.
  public func encoded() -> Data {
    let header = SafetensorsHeader.encoded(tensors: tensors, metadata: metadata)
    var bytes = header
    bytes.reserveCapacity(header.count + tensors.reduce(0) { $0 + $1.byteCount })
    for tensor in tensors { tensor.append(to: &bytes) }
    return bytes
  }
}

/// One named tensor of a safetensors file.
public struct SafetensorsTensor: Sendable, Hashable {
  /// The name, such as `conv1.weight`.
  public let name: String

  /// The size of each dimension; empty for a single number.
  public let shape: [Int]

  /// The values, the last dimension fastest; empty for a tensor that is only to be written.
  public let values: [Float]

  /// The type of the values, and their bytes where that is not F32.
  let type: SafetensorsEntry.ElementType
  let content: Data?

  /// Names `values`, of which there must be as many as `shape` says.
  public init(name: String, shape: [Int], values: [Float]) {
    precondition(
      shape.allSatisfy { $0 >= 0 } && shape.reduce(1, *) == values.count,
      "\(values.count) values do not fill the shape \(shape).")
    self.name = name
    self.shape = shape
    self.values = values
    type = .float32
    content = nil
  }

  /// Names values of any type, to be written as they are.
  /// - Parameters:
  ///   - type: The type as PyTorch calls it, such as `bfloat16`.
  ///   - data: The values, little-endian; as many as `shape` says.
  /// - Returns: nil if the format has no such type.
  public init?(name: String, shape: [Int], type: String, data: Data) {
    guard let found = SafetensorsEntry.ElementType(pyTorchName: type) else { return nil }
    precondition(
      shape.allSatisfy { $0 >= 0 } && shape.reduce(1, *) * found.bits / 8 == data.count,
      "\(data.count) bytes do not fill the shape \(shape) with \(type).")
    self.name = name
    self.shape = shape
    values = []
    self.type = found
    content = data
  }

  /// The number of bytes that a file has of the tensor.
  var byteCount: Int { content?.count ?? 4 * values.count }

  /// Appends those bytes.
  func append(to bytes: inout Data) {
    if let content { return bytes.append(content) }
    let words = values.map { $0.bitPattern.littleEndian }
    words.withUnsafeBytes { bytes.append(contentsOf: $0) }
  }
}
