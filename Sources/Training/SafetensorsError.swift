/// What is wrong with a safetensors file, and which file it is.
public struct SafetensorsError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The file.
  public let file: String
  /// What is wrong with it.
  public let problem: SafetensorsProblem

  /// What is wrong, in a sentence that names the file and the place.
  public var message: String { "\(file) is not a valid safetensors file: \(problem)." }

  /// What to do next.
  public var hint: String {
    switch problem {
    case .unsupportedType: "convert the tensors to float32 before saving them"
    case .otherFile(let kind): kind.hint
    default: "save the tensors again, such as with safetensors.torch.save_file"
    }
  }

  /// The message.
  public var description: String { message }
}
