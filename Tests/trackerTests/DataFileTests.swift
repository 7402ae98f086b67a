import Foundation
import TestSupport
import Testing

/// What a person is told about the files that a training reads, and what the run keeps of it.
@Suite struct DataFileTests {
  let workplace: Workplace

  init() throws { workplace = try Workplace() }

  private func write(_ text: String, to name: String) throws {
    try Data(text.utf8).write(to: workplace.file(name))
  }

  private func fact(_ name: String, run: Int = 1) throws -> String? {
    switch try workplace.database().environment(ofRun: run)[name] {
    case .text(let text): text
    case .integer(let number): "\(number)"
    default: nil
    }
  }

  @Test func theRowsThatWereUsedAreSaidAndKept() async throws {
    try write("a,b,t\n0,1,1\n1,0,1\n", to: "named.csv")
    try write("0,1,1\n1,0,1\n1,1,0\n", to: "bare.csv")
    for (name, said) in [
      ("named.csv", "named.csv: 2 rows of 3, after a header (a, b, t).\n"),
      ("bare.csv", "bare.csv: 3 rows of 3, no header.\n"),
    ] {
      let run = ["run", "backprop", "--data", name, "--epochs", "1"]
      #expect(try await workplace.tracker(run).errors.hasPrefix(said))
      #expect(try await workplace.tracker(run + ["--quiet"]).errors.isEmpty)
    }
    #expect(try fact("data.file.rows") == "2")
    #expect(try fact("data.file.header") == "yes")
    #expect(try fact("data.file.rows", run: 3) == "3")
    #expect(try fact("data.file.header", run: 3) == "no")
    #expect(try await workplace.tracker(["verify", "1"]).status.isSuccess)
  }

  @Test func everyRecipeThatReadsTablesSaysSo() async throws {
    try write("x0,x1,x2,d\n1,0,1,1\n1,1,0,2\n1,2,2,3\n", to: "lms.csv")
    try write("0,1,2\n3,4,5\n6,7,8\n", to: "matrix.csv")
    let lms = try await workplace.tracker(["run", "lms", "--data", "lms.csv", "--lr", "0.1"])
    #expect(lms.errors.hasPrefix("lms.csv: 3 rows of 4, after a header"))
    #expect(try fact("data.file.rows") == "3")
    let convolution = try await workplace.tracker([
      "run", "convolution", "--input", "matrix.csv", "--quiet",
    ])
    #expect(convolution.status.isSuccess)
    #expect(convolution.errors.hasPrefix("Warning: The first row of matrix.csv counts"))
    #expect(try fact("data.input.rows", run: 2) == "3")
  }

  @Test func aRunKeepsTheNamesOfItsFiles() async throws {
    let record = [UInt8](repeating: 1, count: 3_073)
    for name in ["data_batch_1.bin", "test_batch.bin"] {
      try Data(record + record).write(to: workplace.file(name))
    }
    let run = try await workplace.tracker([
      "run", "lenet", "--data", "cifar10", "--data-dir", ".", "--epochs", "1", "--quiet",
    ])
    #expect(run.errors.hasPrefix("Warning: CIFAR-10 has 5 files to train on"))
    #expect(try fact("files") == "data_batch_1.bin, test_batch.bin")
  }

  /// A terabyte that takes no room on the disk, and what a machine of little memory says to it.
  @Test(
    .slow,
    arguments: [
      (["run", "backprop", "--data", "huge"], "byte 0"),
      (["run", "backprop", "--data", "rows.csv"], "line 6000001, column 1"),
      (Workplace.smallRun + ["--init-weights", "huge"], "expected “{”"),
    ])
  func aFileIsRefusedBeforeItTakesMemory(arguments: [String], cause: String) async throws {
    try Data().write(to: workplace.file("huge"))
    let huge = try FileHandle(forWritingTo: workplace.file("huge"))
    try huge.truncate(atOffset: 1 << 40)
    try huge.close()
    try Data().write(to: workplace.file("rows.csv"))
    let rows = try FileHandle(forWritingTo: workplace.file("rows.csv"))
    // By pieces: other tests watch the memory of this process.
    let piece = Data(String(repeating: "0.25,1,0\n", count: 10_000).utf8)
    for _ in 0..<600 { try rows.write(contentsOf: piece) }
    try rows.write(contentsOf: Data("x,1,0\n".utf8))
    try rows.close()
    let words = arguments.joined(separator: " ")
    let outcome = try await workplace.shell("ulimit -v 600000; tracker \(words)")
    #expect(outcome.errors.contains(cause), "\(outcome.errors)")
    #expect(try !workplace.files.contains("tracker.db"))
  }
}
