import Foundation
import Datasets

/// What is wrong with a safetensors file, and which file it is.
public struct SafetensorsError: LocalizedError, Hashable, Sendable {
  /// The file.
  public let file: String
  /// What is wrong with it.
  public let problem: SafetensorsProblem

  /// What is wrong, in a sentence that names the file and the place.
  public var errorDescription: String? {
    switch problem {
    case .unsupportedType: "\(file) cannot be read: \(problem)."
    default: "\(file) is not a valid safetensors file: \(problem)."
    }
  }

  /// What to do next.
  public var recoverySuggestion: String? {
    switch problem {
    case .unsupportedType: "convert the tensors to float32 before saving them"
    case .otherFile(let kind): kind.hint
    default: "save the tensors again, such as with safetensors.torch.save_file"
    }
  }
}

/// The ways in which a safetensors file can be wrong. Offsets count bytes from the start of the
/// file, unless said otherwise.
public enum SafetensorsProblem: Error, Hashable, Sendable {
  /// The file has not even the 8 bytes of the header's length.
  case tooShort(size: Int)
  /// The header would reach beyond the end of the file.
  case headerTooLong(length: UInt64, size: Int)
  /// The header is longer than those that are read.
  case headerBeyondLimit(length: UInt64, limit: Int)
  /// The file is something else altogether.
  case otherFile(FileKind)
  /// The header is not JSON of the right form: `expected` was not found at `offset`.
  case malformedHeader(offset: Int, expected: String)
  /// A key occurs twice in one object; names of tensors are such keys.
  case duplicateKey(String, offset: Int)
  /// A tensor lacks `dtype`, `shape` or `data_offsets`.
  case missingKey(String, tensor: String)
  /// A tensor has a type that is not read.
  case unsupportedType(String, tensor: String)
  /// The number of values is beyond every file.
  case shapeTooLarge(tensor: String, shape: [Int])
  /// A tensor's range of data bytes is not in the file or runs backwards; counted from the data's
  /// start.
  case rangeOutside(tensor: String, start: Int, end: Int, dataSize: Int)
  /// A tensor's range is not as long as type and shape need.
  case wrongRangeSize(tensor: String, found: Int, expected: Int)
  /// The range of a tensor does not start where the one before it ends; counted from the data's
  /// start.
  case gapOrOverlap(tensor: String, start: Int, expected: Int)
  /// Data follow that belong to no tensor; counted from the data's start.
  case extraBytes(offset: Int, dataSize: Int)
}

extension SafetensorsProblem: CustomStringConvertible {
  /// The problem as the end of a sentence.
  public var description: String {
    switch self {
    case .tooShort(let size):
      "it has \(size) bytes, and the length of the header alone takes 8"
    case .headerTooLong(let length, let size):
      "byte 0 claims a header of \(length) bytes, the file has \(size) in all"
    case .headerBeyondLimit(let length, let limit):
      "its header has \(length) bytes, and at most \(limit) are read"
    case .otherFile(let kind):
      "it is \(kind)"
    case .malformedHeader(let offset, let expected):
      "expected \(expected) at byte \(offset)"
    case .duplicateKey(let key, let offset):
      "\(key.debugDescription) occurs twice, again at byte \(offset)"
    case .missingKey(let key, let tensor):
      "tensor \(tensor.debugDescription) has no \(key)"
    case .unsupportedType(let type, let tensor):
      "tensor \(tensor.debugDescription) has type \(type.debugDescription), "
        + "and only F32, F64, F16 and BF16 are read"
    case .shapeTooLarge(let tensor, let shape):
      "tensor \(tensor.debugDescription) has the impossible shape \(shape)"
    case .rangeOutside(let tensor, let start, let end, let dataSize):
      "tensor \(tensor.debugDescription) is at data bytes \(start) to \(end), "
        + "of which there are \(dataSize)"
    case .wrongRangeSize(let tensor, let found, let expected):
      "tensor \(tensor.debugDescription) has \(found) bytes, "
        + "its type and shape need \(expected)"
    case .gapOrOverlap(let tensor, let start, let expected):
      "tensor \(tensor.debugDescription) starts at data byte \(start), "
        + "the one before it ends at \(expected)"
    case .extraBytes(let offset, let dataSize):
      "data bytes \(offset) to \(dataSize) belong to no tensor"
    }
  }
}
