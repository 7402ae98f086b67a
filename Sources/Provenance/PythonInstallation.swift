import Foundation

/// The Python that a program runs in, and its packages, found by looking at files: nothing is run.
public struct PythonInstallation: Sendable, Equatable {
  /// The version, such as `3.11.2`, or `3.11` where nothing says more.
  public let version: String
  /// The packages, a line each as `pip freeze` writes them: `numpy==2.1.0`.
  public let requirements: [String]

  /// Finds the Python of a program: an interpreter, or a script that names one in its first line.
  /// - Parameters:
  ///   - program: The path of the program.
  ///   - path: Where programs are, as in `PATH`.
  /// - Returns: nil for any other program.
  public init?(of program: String, path: String) {
    guard let interpreter = Self.interpreter(of: program, path: path) else { return nil }
    let folder = (interpreter as NSString).deletingLastPathComponent
    let prefix = (folder as NSString).deletingLastPathComponent
    let real = URL(fileURLWithPath: interpreter).resolvingSymlinksInPath().lastPathComponent
    let libraries = Self.entries(of: prefix + "/lib").filter { $0.hasPrefix("python3.") }.sorted()
    guard let library = libraries.contains(real) ? real : libraries.last else { return nil }
    let settings = Self.lines(of: prefix + "/pyvenv.cfg")
    let stated = settings.first { $0.hasPrefix("version") }?.split(separator: "=").last
    version = stated.map { $0.trimmingCharacters(in: .whitespaces) } ?? String(library.dropFirst(6))
    var folders = ["\(prefix)/lib/\(library)/site-packages"]
    if prefix == "/usr" {
      folders += ["/usr/lib/python3/dist-packages", "/usr/local/lib/\(library)/dist-packages"]
    }
    requirements = Set(folders.flatMap(Self.entries).compactMap(Self.requirement)).sorted {
      $0.lowercased() < $1.lowercased()
    }
  }

  private static func interpreter(of program: String, path: String) -> String? {
    if isPython(program) { return program }
    // A first line of a script is short; a program that is none has other bytes there.
    guard let handle = FileHandle(forReadingAtPath: program),
      let start = try? handle.read(upToCount: 512), start.starts(with: "#!".utf8),
      let line = String(decoding: start.dropFirst(2), as: UTF8.self).split(separator: "\n").first
    else { return nil }
    let words = line.split(separator: " ").map(String.init)
    guard let word = words.first(where: isPython) else { return nil }
    if word.hasPrefix("/") { return word }
    return path.split(separator: ":").map { "\($0)/\(word)" }.first(where: isProgram)
  }

  private static func isPython(_ path: String) -> Bool {
    let name = (path as NSString).lastPathComponent
    return name.hasPrefix("python")
      && name.dropFirst("python".count).allSatisfy { $0.isNumber || $0 == "." }
  }

  /// `numpy==2.1.0` of `numpy-2.1.0.dist-info`, and of `numpy-2.1.0-py3.11.egg-info`.
  private static func requirement(_ entry: String) -> String? {
    let isWheel = entry.hasSuffix(".dist-info")
    guard isWheel || entry.hasSuffix(".egg-info") else { return nil }
    let parts = (entry as NSString).deletingPathExtension.split(separator: "-")
    guard parts.count >= 2 else { return nil }
    return "\(parts[0])==\(parts[1])"
  }

  private static func entries(of folder: String) -> [String] {
    // A folder that is not there has none.
    (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
  }

  private static func lines(of path: String) -> [Substring] {
    ((try? String(contentsOfFile: path, encoding: .utf8)) ?? "").split(separator: "\n")
  }
}
