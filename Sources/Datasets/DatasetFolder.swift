import Foundation

/// A folder that should hold the files of an image set.
struct DatasetFolder {
  let path: String
  let collection: ImageCollection

  /// Checks that there is such a folder.
  /// - Throws: `DatasetError.missingFolder`, `DatasetError.notAFolder`.
  init(_ path: String, of collection: ImageCollection) throws {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw DatasetError.missingFolder(path: path, collection: collection)
    }
    guard isFolder.boolValue else { throw DatasetError.notAFolder(path: path) }
    self.path = path
    self.collection = collection
  }

  /// The path of the first of `names` that exists.
  /// - Throws: `DatasetError.missingFile` if none does.
  func file(_ names: String...) throws -> String {
    let paths = names.map { (path as NSString).appendingPathComponent($0) }
    guard let found = paths.first(where: { FileManager.default.fileExists(atPath: $0) }) else {
      throw DatasetError.missingFile(folder: path, names: names, collection: collection)
    }
    return found
  }

  /// The names of everything in the folder.
  /// - Throws: `FileAccessError.unreadable`.
  func names() throws -> [String] {
    do {
      return try FileManager.default.contentsOfDirectory(atPath: path)
    } catch {
      throw FileAccessError.unreadable(path: path, reason: error.localizedDescription)
    }
  }
}
