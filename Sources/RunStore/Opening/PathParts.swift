/// The parts of a path, byte by byte. Foundation's own trap on a name of one character, and take a slash
/// with an accent after it for no slash.
extension String {
  /// The folder that the path names: empty for a name alone.
  package var folderOfPath: String {
    let path = withoutFinalSlashes
    guard let slash = path.lastIndex(of: Self.slash) else { return "" }
    let folder = String(decoding: path[..<slash], as: UTF8.self).withoutFinalSlashes
    return folder.isEmpty ? "/" : String(decoding: folder, as: UTF8.self)
  }

  /// What follows the folder.
  package var nameInFolder: String {
    let path = withoutFinalSlashes
    let start = path.lastIndex(of: Self.slash).map { path.index(after: $0) } ?? path.startIndex
    return String(decoding: path[start...], as: UTF8.self)
  }

  /// What stands before, between and behind the slashes; between two that follow each other, nothing.
  package var partsOfPath: [String] {
    utf8.split(separator: Self.slash, omittingEmptySubsequences: false).map {
      String(decoding: $0, as: UTF8.self)
    }
  }

  private var withoutFinalSlashes: Substring.UTF8View {
    var path = utf8[...]
    while path.last == Self.slash { path.removeLast() }
    return path
  }

  private static var slash: UInt8 { UInt8(ascii: "/") }
}
