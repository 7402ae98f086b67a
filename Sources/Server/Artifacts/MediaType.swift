/// What kind of content a file has by its name.
enum MediaType {
  private static let types = [
    "txt": "text/plain", "md": "text/markdown", "csv": "text/csv",
    "tsv": "text/tab-separated-values",
    "json": "application/json", "yaml": "application/yaml", "yml": "application/yaml",
    "html": "text/html", "png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg",
    "gif": "image/gif", "svg": "image/svg+xml", "webp": "image/webp", "pdf": "application/pdf",
    "py": "text/x-python", "log": "text/plain", "zip": "application/zip", "gz": "application/gzip",
    "mp3": "audio/mpeg", "wav": "audio/wav", "mp4": "video/mp4",
  ]

  /// Files that are read as plain text, so that no browser runs anything of them.
  private static let texts: Set<String> = [
    "txt", "log", "err", "cfg", "conf", "cnf", "cf", "ini", "properties", "prop", "hocon", "toml",
    "yaml", "yml", "xml", "json", "js", "py", "py3", "md", "rst", "csv", "tsv", "mlmodel",
    "mlproject",
  ]

  private static func ending(_ name: String) -> String {
    let last = name.split(separator: "/").last ?? ""
    return (last.split(separator: ".").last.map(String.init) ?? "").lowercased()
  }

  /// The type that is stored with a file.
  static func stored(_ name: String) -> String {
    types[ending(name)] ?? "application/octet-stream"
  }

  /// The type that is sent: text, pictures, and nothing that a browser would run.
  static func sent(_ name: String, stored: String) -> String {
    let ending = ending(name)
    if texts.contains(ending) { return "text/plain; charset=utf-8" }
    switch types[ending] {
    case let type? where type.hasPrefix("image/") && ending != "svg": return type
    case let type? where ["application/pdf", "audio/mpeg", "audio/wav", "video/mp4"].contains(type):
      return type
    default: return "application/octet-stream"
    }
  }
}
