import Foundation
import Datasets

/// What a recipe cannot do with what it was given.
public enum RecipeError: LocalizedError, Equatable, Sendable {
  /// Data that have no usual place were asked for without a folder.
  case missingDataFolder(ImageCollection)
  /// A file has no column left for inputs.
  case tooFewColumns(file: String, found: Int, needed: Int)
  /// A target that no logistic neuron can put out. Line and column count from 1.
  case targetOutOfRange(file: String, line: Int, column: Int, value: Double)
  /// A kernel is larger than its input with the padding; shapes are rows and columns.
  case kernelTooLarge(kernel: [Int], input: [Int], padding: Int)
  /// The rows of a file do not have one best set of weights.
  case undeterminedWeights(data: String, rows: Int)

  /// What is wrong.
  public var errorDescription: String? {
    switch self {
    case .missingDataFolder(let data): "The data \(data.rawValue) have no usual place."
    case .tooFewColumns(let file, let found, let needed):
      "\(file), line 1: column \(found + 1) is missing (needed are \(needed): inputs and targets)."
    case .targetOutOfRange(let file, let line, let column, let value):
      "\(file), line \(line), column \(column): the target \(value) is not from 0 to 1."
    case .kernelTooLarge(let kernel, let input, let padding):
      "The kernel of \(kernel[0]) x \(kernel[1]) is larger than the input of"
        + " \(input[0]) x \(input[1]) with padding \(padding)."
    case .undeterminedWeights(let data, let rows):
      "\(data): these \(rows) rows do not determine the weights: a column is 0, far too large, or"
        + " depends on the others."
    }
  }

  /// What to do about it.
  public var recoverySuggestion: String? {
    switch self {
    case .missingDataFolder: "name the folder that holds the files "
    case .tooFewColumns: "give every line the inputs and then the targets, separated by commas"
    case .targetOutOfRange: "scale the targets to 0 … 1: a logistic neuron puts out nothing else"
    case .kernelTooLarge: "use a smaller kernel, a larger input, or more padding"
    case .undeterminedWeights: "give at least three rows whose columns differ in direction"
    }
  }
}
