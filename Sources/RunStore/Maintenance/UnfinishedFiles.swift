import Foundation
import Synchronization

/// Files that are not whole yet, and that a signal which ends the process is to take with it.
///
/// Where a signal arrives is not the code that made the file, and only the process as a whole ends: this
/// list is one of the process. Who listens to signals calls `remove`.
public enum UnfinishedFiles {
  private static let capacity = 32
  /// The paths, as C has them; nil where there is none.
  // Written under the lock, a word at a time; a handler of signals only reads, and may not wait for a lock.
  // What stood here is never freed, because a handler may just be reading it.
  private nonisolated(unsafe) static let paths = {
    let paths = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(capacity: capacity)
    paths.initialize(repeating: nil, count: capacity)
    return paths
  }()
  private static let lock = Mutex(())

  /// Runs `body` while the files at the given paths, there or not, count as unfinished.
  public static func during<Value>(
    _ paths: [String], _ body: () throws -> Value
  ) rethrows -> Value {
    let places = add(paths)
    defer { forget(places) }
    return try body()
  }

  /// From now on the files at the given paths, there or not, count as unfinished. Of more than fit into the
  /// list, the last stay behind if a signal ends the process.
  /// - Returns: What to tell `forget`.
  public static func add(_ unfinished: [String]) -> [Int] {
    lock.withLock { _ in
      let free = (0..<capacity).filter { paths[$0] == nil }
      for (place, path) in zip(free, unfinished) { paths[place] = strdup(path) }
      return Array(free.prefix(unfinished.count))
    }
  }

  /// The files are whole, or gone.
  public static func forget(_ places: [Int]) {
    lock.withLock { _ in
      for place in places { paths[place] = nil }
    }
  }

  /// Makes the list, so that `remove` need not.
  public static func prepare() { _ = paths }

  /// Removes the files. A handler of signals may call this, after `prepare`.
  public static func remove() {
    for place in 0..<capacity {
      if let path = paths[place] { unlink(path) }
    }
  }

  /// A name beside the destination that nobody else has, and that is not too long for a folder.
  public static func name(for destination: String) -> String {
    let folder = destination.folderOfPath
    let name = destination.nameInFolder
    let draft = "\(name.utf8.count > 200 ? "" : name + ".")\(UUID().uuidString).part"
    return folder.isEmpty ? draft : (folder as NSString).appendingPathComponent(draft)
  }

  /// The paths of files that were to become `destination`, or a copy with more after its name: of commands
  /// that were killed, or that are at work.
  public static func left(of destination: String) -> [String] {
    let folder = destination.folderOfPath
    let start = destination.nameInFolder + "."
    // A folder that cannot be listed shows nothing.
    let names = try? FileManager.default.contentsOfDirectory(atPath: folder.isEmpty ? "." : folder)
    return (names ?? []).filter { name in
      let parts = name.split(separator: ".").suffix(2)
      return name.hasPrefix(start) && parts.last == "part"
        && UUID(uuidString: parts.first.map(String.init) ?? "") != nil
    }.sorted().map { (folder as NSString).appendingPathComponent($0) }
  }
}
