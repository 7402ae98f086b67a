import Foundation
import RunStore
import Testing

@testable import Launcher

/// Metrics in the lines of a program.
@Suite struct ScalarReaderTests {
  /// A point in words: `loss@3 0.31`, with the epoch after a comma, and the repeat after a cross.
  private static func read(_ lines: [String], _ patterns: [String] = ["auto"]) throws -> [String] {
    var reader = try ScalarReader(patterns: patterns)
    return lines.flatMap { reader.read($0, at: .distantPast) }.map { point in
      "\(point.name)@\(point.step)\(point.epoch.map { ",\($0)" } ?? "")"
        + (point.repeat > 0 ? "x\(point.repeat)" : "") + " \(point.value)"
    }
  }

  @Test(arguments: [
    ("loss: 0.31", ["loss@0 0.31"]),
    ("epoch 3 val_acc=0.9", ["val_acc@3,3 0.9"]),
    ("Epoch [3/10], Step [200/600], Loss: 1.5e-3", ["Loss@200,3 0.0015"]),
    ("step 5 train loss: 0.5, val loss: 0.4", ["train/loss@5 0.5", "val/loss@5 0.4"]),
    (
      "{'loss': 0.25, 'learning_rate': 1e-05, 'epoch': 2.0}",
      ["loss@2,2 0.25", "learning_rate@2,2 1e-05"]
    ),
    (#"{"step": 7, "train/loss": -1, "acc": .5}"#, ["train/loss@7 -1.0", "acc@7 0.5"]),
    ("loss=nan grad=inf", ["loss@0 nan", "grad@0 inf"]),
    ("accuracy: 91.5%", ["accuracy@0 91.5"]),
    ("INFO:root:loss=0.3", ["loss@0 0.3"]),
    ("time: 12:30:05 date: 2026-11-28 took: 3.2s version=1.2.3", []),
    ("Loading 5 files from /data", []),
  ])
  func whatMostProgramsPrintIsKnown(line: String, points: [String]) throws {
    #expect(try Self.read([line]) == points)
  }

  @Test func aLineWithoutAStepBelongsToTheLastOne() throws {
    #expect(
      try Self.read(["step: 10", "loss: 1", "loss: 2", "step: 11 loss: 3"])
        == ["loss@10 1.0", "loss@10x1 2.0", "loss@11 3.0"])
    #expect(
      try Self.read(["loss: 1", "loss: 2", "acc: 3"]) == ["loss@0 1.0", "loss@1 2.0", "acc@0 3.0"])
    #expect(
      try Self.read(["Epoch 1/3", "loss: 1", "Epoch 2/3", "loss: 2"]) == [
        "loss@1,1 1.0", "loss@2,2 2.0",
      ])
  }

  @Test func aPatternIsTheLineWithNamesForNumbers() throws {
    #expect(
      try Self.read(
        ["[ 12 ]  loss 0.5 (best 0.4)", "nothing 5"], ["[ {step} ] loss {train/loss} (best {best})"]
      )
        == ["train/loss@12 0.5", "best@12 0.4"])
    #expect(try Self.read(["it 3 -> anything: 7"], ["it {step} * {score}"]) == ["score@3 7.0"])
    #expect(try Self.read(["a -> 1; b -> 2"], ["{name} -> {value}"]) == ["a@0 1.0", "b@0 2.0"])
  }

  @Test(arguments: ["loss", "{step}", "loss {", "loss {}"])
  func aPatternWithoutAMetricIsRefused(pattern: String) {
    #expect(throws: LaunchError.self) { try ScalarReader(patterns: [pattern]) }
  }
}
