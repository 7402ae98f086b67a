import Foundation

/// What is wrong with a network as written down.
public enum NetworkError: LocalizedError, Equatable, Sendable {
  /// Layer `layer` was given an input of a shape that it cannot take.
  case mismatchedInput(layer: String, expected: String, found: [Int])
  /// Two layers have the same name.
  case duplicateLayerName(String)
  /// Parameters of another network: `name` is missing or has another shape.
  case mismatchedParameter(name: String, expected: [Int], found: [Int]?)
  /// A parameter that the network does not have.
  case unknownParameter(name: String, known: [String])

  /// What is wrong, in one sentence.
  public var errorDescription: String? {
    switch self {
    case .mismatchedInput(let layer, let expected, let found):
      "Layer \(layer) takes \(expected), but is given \(found.shapeText)."
    case .duplicateLayerName(let name):
      "Two layers have the name \(name)."
    case .mismatchedParameter(let name, let expected, let found?):
      "Parameter \(name) has shape \(found.shapeText); the network needs \(expected.shapeText)."
    case .mismatchedParameter(let name, let expected, nil):
      "Parameter \(name) of shape \(expected.shapeText) is missing."
    case .unknownParameter(let name, _):
      "The network has no parameter \(name)."
    }
  }

  /// What to do about it.
  public var recoverySuggestion: String? {
    switch self {
    case .mismatchedInput: "give the layer the size that the layer before it puts out"
    case .duplicateLayerName: "give every layer a name of its own"
    case .mismatchedParameter: "use weights that were saved from the same network"
    case .unknownParameter(_, let known):
      "use weights with exactly " + known.joined(separator: ", ")
    }
  }
}

extension [Int] {
  /// The number of values of a tensor of this shape; 1 for a scalar.
  public var valueCount: Int { reduce(1, *) }

  /// The shape as people write it: `(6, 3, 5, 5)`, and `(120,)` for one dimension.
  public var shapeText: String {
    count == 1 ? "(\(self[0]),)" : "(" + map(String.init).joined(separator: ", ") + ")"
  }
}

/// Stops the program where a caller broke the contract: `precondition`, which this module's build
/// takes for granted instead of checking it.
@inline(__always)
func require(
  _ condition: Bool, _ message: @autoclosure () -> String, file: StaticString = #fileID,
  line: UInt = #line
) {
  if !condition { fatalError(message(), file: file, line: line) }
}
