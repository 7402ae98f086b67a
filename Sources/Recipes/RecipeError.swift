import Datasets

/// What a recipe cannot do with what it was given.
public enum RecipeError: Error, Equatable, Sendable {
  /// Data that have no usual place were asked for without a folder.
  case missingDataFolder(ImageCollection)

  /// What is wrong.
  public var message: String {
    switch self {
    case .missingDataFolder(let data): "The data \(data.rawValue) have no usual place."
    }
  }

  /// What to do about it.
  public var hint: String {
    switch self {
    case .missingDataFolder: "name the folder that holds the files with --data-dir FOLDER"
    }
  }
}
