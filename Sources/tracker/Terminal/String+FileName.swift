import Reporting

extension String {
  /// The start of a file's name that tells of something with any name.
  ///
  /// It names a file in the folder at hand, is no option of a command and no hidden file, and does
  /// nothing to a terminal that lists it. It is short enough for every file system.
  var asFileName: String {
    let safe = unicodeScalars.reduce(into: "") { name, scalar in
      let isSafe = scalar != "/" && !VisibleText.isDisruptive(scalar)
      name.unicodeScalars.append(isSafe ? scalar : "-")
    }
    var name = String(safe.drop { "-. ".contains($0) })
    while name.utf8.count > 180 { name.removeLast() }
    return name.isEmpty ? "run" : name
  }
}
