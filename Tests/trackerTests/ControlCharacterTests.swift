import Foundation
import TestSupport
import Testing

@testable import tracker

/// What is in files, names and arguments never controls the terminal that it is printed on.
@Suite struct ControlCharacterTests {
  private static let odd = "-x/\u{1B}]0;t\u{7}\r\u{9B}31m\u{202E}é"

  @Test(.slow) func noCommandPrintsThem() async throws {
    let workplace = try Workplace()
    let database = ["--db", "d\u{1B}\u{202E}.db"]
    let run =
      Workplace.smallRun
      + ["--name=\(Self.odd)", "--note=\(Self.odd)", "--tag=\(Self.odd)=\(Self.odd)"]
    for arguments in [
      run, ["list"], ["list", "--format", "json"], ["show", "1"],
      ["show", "1", "--format", "jsonl"], ["compare"], ["verify", "1"], ["resume", "1"],
      ["resume", Self.odd], ["show", Self.odd], ["query", Self.odd], ["export", "artifact", "1"],
      ["export", "artifact", "1", Self.odd], ["export", "weights", "1"], ["backup", Self.odd],
      ["export", "weights", "1", "-o", "w\u{1B}.safetensors"], ["sql", "SELECT \(Self.odd)"],
      ["export", "params", "1", "--format", "markdown"], ["merge", Self.odd], [Self.odd],
      ["export", Self.odd], ["list", "--format", Self.odd], ["plot", "loss", "-o", Self.odd],
      ["sql", "SELECT 1", "-p", Self.odd], ["doctor"], ["du"], ["delete", "1"], ["restore", "1"],
    ] {
      let outcome = try await workplace.tracker(arguments + database)
      let printed = (outcome.output + outcome.errors).unicodeScalars.filter {
        ($0.properties.generalCategory == .control && $0 != "\n") || $0.properties.isBidiControl
      }
      #expect(printed.isEmpty, "\(arguments): \(outcome)")
    }
    #expect(try workplace.files.contains("x--]0;t---31m-é-1-epoch2.safetensors"))
  }

  @Test(arguments: [
    ("lenet", "lenet"), ("a/b", "a-b"), ("-rf", "rf"), ("..", "run"), (".hidden", "hidden"),
    ("/etc", "etc"), ("", "run"), ("two words", "two words"), ("a\nb\u{1B}", "a-b-"),
    ("\u{202E}x", "x"), ("données", "données"),
    (String(repeating: "é", count: 300), String(repeating: "é", count: 90)),
  ])
  func namesOfFilesAreTame(name: String, file: String) {
    #expect(name.asFileName == file)
  }
}
