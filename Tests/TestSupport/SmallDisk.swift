import Foundation

/// A file system of some megabytes, for as long as this object lives.
public final class SmallDisk: Sendable {
  private let folder: TemporaryFolder

  /// - Returns: nil where mounting is not allowed: it takes rights that not everyone has.
  public init?(megabytes: Int) throws {
    folder = try TemporaryFolder()
    guard
      Self.run("mount", ["-t", "tmpfs", "-o", "size=\(megabytes)m", "tmpfs", folder.url.path])
    else { return nil }
  }

  deinit { _ = Self.run("umount", [folder.url.path]) }

  /// The path of a file there.
  public func path(_ name: String) -> String { folder.path(name) }

  /// Whether a file is all that takes room there: one that was removed does so while someone has it open.
  public func holdsOnly(_ name: String) throws -> Bool {
    var (disk, file) = (statvfs(), stat())
    guard statvfs(folder.url.path, &disk) == 0, stat(path(name), &file) == 0 else {
      throw CocoaError(.fileReadUnknown)
    }
    let used = UInt(disk.f_blocks - disk.f_bfree) * UInt(disk.f_frsize)
    return try files == [name] && used == UInt(file.st_blocks) * 512
  }

  /// The names of the files there, but for what `fill` made.
  public var files: Set<String> {
    get throws {
      Set(try FileManager.default.contentsOfDirectory(atPath: folder.url.path))
        .subtracting([Self.filler])
    }
  }

  private static let filler = "filler"

  /// Fills the disk.
  /// - Parameter room: How many bytes stay free, about.
  public func fill(leaving room: Int = 0) throws {
    let path = path(Self.filler)
    let file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    defer { close(file) }
    let bytes = [UInt8](repeating: 0, count: 4096)
    while write(file, bytes, bytes.count) > 0 {}
    let end = lseek(file, 0, SEEK_END)
    guard ftruncate(file, max(0, end - off_t(room))) == 0 else {
      throw CocoaError(.fileWriteUnknown)
    }
  }

  /// Takes away what `fill` made.
  public func makeRoom() throws { try FileManager.default.removeItem(atPath: path(Self.filler)) }

  private static func run(_ tool: String, _ arguments: [String]) -> Bool {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [tool] + arguments
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return false }
    process.waitUntilExit()
    return process.terminationStatus == 0
  }
}
