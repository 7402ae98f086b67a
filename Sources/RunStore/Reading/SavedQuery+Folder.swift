import Foundation

extension SavedQuery {
  /// The queries in the `.sql` files of a folder, by name.
  /// - Throws: `cannotOpen`, or `malformedQuery` for a file without the header of those in `queries/`.
  public static func all(inFolder path: String) throws -> [SavedQuery] {
    let folder = URL(fileURLWithPath: path)
    let files: [URL]
    do {
      files = try FileManager.default.contentsOfDirectory(
        at: folder, includingPropertiesForKeys: nil)
    } catch {
      throw RunStoreError.cannotOpen(path: path, detail: error.localizedDescription)
    }
    return
      try files
      .filter { $0.pathExtension == "sql" }
      .sorted { $0.lastPathComponent < $1.lastPathComponent }
      .map { file in
        guard let text = try? String(contentsOf: file, encoding: .utf8) else {
          throw RunStoreError.cannotOpen(path: file.path, detail: "it is not UTF-8 text")
        }
        return try SavedQuery(name: file.deletingPathExtension().lastPathComponent, sql: text)
      }
  }
}
