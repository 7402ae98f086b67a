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
    #expect(FileManager.default.contents(atPath: path) == Data("a\r\n1\r\n2\r\n".utf8))
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
