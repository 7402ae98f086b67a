import Foundation
import Reporting
import TestSupport
import Testing

@Suite struct FileOutputTests {
  @Test func aTableGoesIntoAFile() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("table.csv")
    #expect(FileManager.default.createFile(atPath: path, contents: nil))
    let file = try #require(FileHandle(forWritingAtPath: path))
    let output = FileOutput(file)
    var writer = TableWriter(.csv, to: output)
    Table(columns: ["a"], rows: [[1], [2]]).write(to: &writer)
    try output.finish()
    try file.close()
    #expect(FileManager.default.contents(atPath: path) == Data("a\n1\n2\n".utf8))
  }

  @Test func aTerminalGetsNothingThatItObeys() throws {
    let (text, tame) = (
      "a,\u{1B}]0;t\u{7}\r\u{9B}31m\u{202E}\tb\r\n1\n",
      "a,\\u{1B}]0;t\\u{7}\\r\\u{9B}31m\\u{202E}\tb\r\n1\n"
    )
    var (master, slave): (Int32, Int32) = (-1, -1)
    try #require(openpty(&master, &slave, nil, nil, nil) == 0)
    let (screen, terminal) = (FileHandle(fileDescriptor: master), FileHandle(fileDescriptor: slave))
    defer { for handle in [screen, terminal] { try? handle.close() } }
    // The terminal shall not turn line ends and tabs into something else.
    var settings = termios()
    tcgetattr(slave, &settings)
    cfmakeraw(&settings)
    tcsetattr(slave, TCSANOW, &settings)
    FileOutput(terminal).write(text)
    #expect(try screen.read(upToCount: tame.utf8.count) == Data(tame.utf8))
  }

  @Test(.enabled("/dev/full is missing") { FileManager.default.fileExists(atPath: "/dev/full") })
  func aFullDiskIsNotSilent() throws {
    let file = try #require(FileHandle(forWritingAtPath: "/dev/full"))
    let output = FileOutput(file)
    output.write("lost")
    output.write("lost as well")
    #expect(throws: (any Error).self) { try output.finish() }
  }
}
