import Foundation

/// A folder that should hold the files of an image set.
///
/// The files may also lie in one folder below it, as archives and other programs put them there, if
/// there is only one such folder.
struct DatasetFolder {
  /// The folder that was named.
  let path: String
  let collection: ImageCollection
  /// The folder below `path` that holds the files; empty if it is `path` itself.
  let place: String
  /// The files that belong to the set, by name; relative to `path`.
  let files: [String: String]
  /// Other files that may be the set in another form; relative to `path`.
  let similar: [String]

  /// Looks for files.
  ///
  /// - Parameters:
  ///   - isPart: Whether a file of this name belongs to the set.
  ///   - isWhole: Whether files of these names are a whole set; asked about folders below.
  /// - Throws: `DatasetError` if there is no such folder, or several hold a set; `FileAccessError`.
  init(
    _ path: String, of collection: ImageCollection, isPart: @escaping (String) -> Bool,
    isWhole: ([String]) -> Bool
  ) throws {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw DatasetError.missingFolder(path: path, collection: collection)
    }
    guard isFolder.boolValue else { throw DatasetError.notAFolder(path: path) }
    self.path = path
    self.collection = collection
    var search = FolderSearch(root: path, isPart: isPart)
    try search.look(in: "", depth: 0)
    if search.places[""] == nil { try search.lookBelow() }
    similar = search.similar(to: collection)
    let whole = search.places.keys.filter { isWhole(Array(search.places[$0, default: [:]].keys)) }
    if search.places[""] != nil || whole.isEmpty {
      place = ""
    } else if whole.count == 1 {
      place = whole[0]
    } else {
      throw DatasetError.ambiguousFiles(folder: path, names: whole.sorted())
    }
    files = search.places[place, default: [:]]
  }

  /// The path of the file called `name`.
  func path(_ name: String) -> String {
    (path as NSString).appendingPathComponent(files[name] ?? name)
  }

  /// That the files were found further down, where they were.
  var remarks: [DataRemark] {
    place.isEmpty ? [] : [DataRemark(.note, "The files of \(path) were found in \(place) there.")]
  }

  /// - Returns: The error that none of the files `names` is there.
  func missing(_ names: String...) -> DatasetError {
    .missingFile(folder: path, names: names, collection: collection, similar: similar)
  }
}

/// Collects the files of a folder, and of those below it if need be.
private struct FolderSearch {
  let root: String
  let isPart: (String) -> Bool
  /// The parts of a set in each folder, by name; all paths are relative to the root.
  var places: [String: [String: String]] = [:]
  private var others: [String] = []
  private var folders: [(path: String, depth: Int)] = []
  private var count = 0

  init(root: String, isPart: @escaping (String) -> Bool) {
    self.root = root
    self.isPart = isPart
  }

  private static let deepest = 3
  /// Enough for the copies of any set; a home folder is not searched as a whole.
  private static let mostEntries = 10_000

  mutating func lookBelow() throws {
    while let next = folders.popLast() {
      // What may not be read below the folder was not asked for.
      try? look(in: next.path, depth: next.depth)
    }
  }

  mutating func look(in folder: String, depth: Int) throws {
    for name in try names(in: folder) where count < Self.mostEntries {
      count += 1
      let path = folder.isEmpty ? name : folder + "/" + name
      var isFolder: ObjCBool = false
      let full = (root as NSString).appendingPathComponent(path)
      // A link to nothing, or a name that is not UTF-8: no file, but one of the set was meant.
      guard FileManager.default.fileExists(atPath: full, isDirectory: &isFolder) || isPart(name)
      else { continue }
      if isFolder.boolValue {
        try enter(name, at: path, in: folder, depth: depth)
      } else if isPart(name) {
        places[folder, default: [:]][name] = path
      } else {
        others.append(path)
      }
    }
  }

  /// Some archives unpack each file into a folder of its own name: it then counts as lying beside.
  private mutating func enter(
    _ name: String, at path: String, in folder: String, depth: Int
  ) throws {
    guard isPart(name) else {
      if depth < Self.deepest { folders.append((path, depth + 1)) }
      return
    }
    let inner = try names(in: path).filter(isPart)
    let file = inner.count == 1 ? path + "/" + inner[0] : path
    places[folder, default: [:]][inner.count == 1 ? inner[0] : name] = file
  }

  private func names(in folder: String) throws -> [String] {
    let path = folder.isEmpty ? root : (root as NSString).appendingPathComponent(folder)
    do {
      return try FileManager.default.contentsOfDirectory(atPath: path).sorted()
    } catch {
      throw FileAccessError.unreadable(path: path, reason: error.localizedDescription)
    }
  }

  /// The first few files that look as if they were the set in another form.
  func similar(to collection: ImageCollection) -> [String] {
    let words =
      collection == .cifar10
      ? ["cifar", "data_batch", "test_batch", "batches.meta", "train.bin", "test.bin"]
      : ["mnist", "ubyte", "train-", "t10k", "test-", "emnist"]
    let found = others.filter { path in
      let name = path.split(separator: "/").last.map { $0.lowercased() } ?? ""
      return isArchive(name) || words.contains(where: name.contains)
    }
    let parts = places.filter { !$0.key.isEmpty }.flatMap(\.value.values)
    return Array((found + parts).sorted().prefix(6))
  }
}
