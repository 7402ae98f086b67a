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

  /// Collects tensors, each under another name.
  public init(tensors: [SafetensorsTensor], metadata: [String: String] = [:]) {
    self.tensors = tensors
    self.metadata = metadata
  }

  /// Reads a file.
  /// - Throws: `FileAccessError`, `SafetensorsError`.
  public init(contentsOf path: String) throws {
    try self.init(decoding: Data(readFile(at: path)), name: path)
  }

  /// Decodes the bytes of a file. F32 values are taken as they are, F64 values are rounded.
  ///
  /// - Parameters:
  ///   - bytes: The whole file.
  ///   - name: What errors call it.
  /// - Throws: `SafetensorsError`.
  public init(decoding bytes: Data, name: String = "safetensors data") throws {
    do {
      let header = try SafetensorsHeader(decoding: bytes)
      let data = bytes.dropFirst(header.byteCount)
      tensors = header.entries.map { $0.tensor(from: data) }
      metadata = header.metadata
    } catch let problem as SafetensorsProblem {
      throw SafetensorsError(file: name, problem: problem)
    }
  }

  /// The bytes of the file: tensors in their order as F32, metadata sorted by key, the data at a
  /// multiple of 8. Equal values give equal bytes.
  public func encoded() -> Data {
    let header = SafetensorsHeader.encoded(tensors: tensors, metadata: metadata)
    var bytes = header
    bytes.reserveCapacity(header.count + 4 * tensors.reduce(0) { $0 + $1.values.count })
    for tensor in tensors {
      let words = tensor.values.map { $0.bitPattern.littleEndian }
      words.withUnsafeBytes { bytes.append(contentsOf: $0) }
    }
    return bytes
  }
}
