import Foundation
import Subprocess
import TestSupport
import Testing

@testable import Recipes
@testable import RunStore

/// The tensors of every recipe are those of a PyTorch module with the same layers.
@Suite struct StoredTensorTests {
  /// The samples that store weights.
  static let samples = SampleRun.all.filter { $0.type != ConvolutionRecipe.self }

  @Test(arguments: TestScope.some(samples))
  func biasesAreVectors(sample: SampleRun) async throws {
    let log = try await Logbook()
    try sample.record(in: log)
    let tensors = try log.database().snapshot(ofRun: 1).tensors
    #expect(!tensors.isEmpty)
    for tensor in tensors where tensor.name.hasSuffix(".bias") {
      let weight = try #require(
        tensors.first { $0.name == tensor.name.replacing(".bias", with: ".weight") })
      #expect(tensor.shape == [weight.shape[0]], "\(tensor.name)")
    }
  }

  @Test(
    .enabled(
      "TRACKER_PYTHON names no interpreter with PyTorch",
      { TestScope.python != nil && TestScope.isFull }), arguments: samples)
  func pyTorchLoadsThemStrictly(sample: SampleRun) async throws {
    let log = try await Logbook()
    try sample.record(in: log)
    let program = Bundle.main.bundleURL.appendingPathComponent("tracker").path
    let weights = log.folder.path("weights.safetensors")
    let export = try await Subprocess.run(
      .path(.init(program)),
      arguments: ["export", "weights", "1", "-o", weights, "--db", log.context.databasePath],
      output: .discarded, error: .string(limit: 1 << 20))
    try #require(export.terminationStatus.isSuccess, "\(export.standardError)")
    let layers = try log.database().layers(ofRun: 1).filter { $0.weightCount > 0 }
    let modules = try layers.map { layer in
      let shape = try #require(layer.weightShape)
      let kind =
        shape.count == 4
        ? "Conv2d(\(shape[1]), \(shape[0]), \(shape[2])"
        : "Linear(\(shape[1]), \(shape[0])"
      return "'\(layer.name)': nn.\(kind), bias=\(layer.biasCount > 0 ? "True" : "False"))"
    }
    let script = """
      import json, sys, torch
      from torch import nn
      data = open(sys.argv[1], "rb").read()
      start = 8 + int.from_bytes(data[:8], "little")
      entries = json.loads(data[8:start])
      entries.pop("__metadata__", None)
      state = {
          name: torch.frombuffer(
              bytearray(data[start + entry["data_offsets"][0]:start + entry["data_offsets"][1]]),
              dtype=torch.float32).reshape(entry["shape"])
          for name, entry in entries.items()}
      network = nn.ModuleDict({\(modules.joined(separator: ", "))})
      print(network.load_state_dict(state, strict=True))
      """
    let python = try #require(TestScope.python)
    let result = try await Subprocess.run(
      .path(.init(python)), arguments: ["-c", script, weights],
      output: .string(limit: 1 << 16), error: .string(limit: 1 << 20))
    #expect(
      result.standardOutput == "<All keys matched successfully>\n", "\(result.standardError)")
  }

  /// As the first versions stored them: biases as one row, nothing of the moment before training, and
  /// gradients of the last batch only.
  @Test(arguments: TestScope.some(samples)) func runsOfTheFirstVersionsAreStillVerified(
    sample: SampleRun
  ) async throws {
    let log = try await Logbook()
    var parameters = sample.parameters
    if sample.type is any ImageRecipe.Type { parameters["gradient_samples"] = 0 }
    try SampleRun(type: sample.type, parameters: parameters).record(in: log)
    let file = try PlainConnection(path: log.context.databasePath)
    try file.execute(
      """
      DELETE FROM params WHERE name IN ('gradient_samples', 'start');
      UPDATE tensors SET shape = '[1,' || SUBSTR(shape, 2) WHERE name LIKE '%.bias'
        AND (SELECT recipe FROM runs) IN ('adaline', 'madaline', 'backprop');
      DELETE FROM metric_points WHERE step = 0 AND series_id IN (
        SELECT id FROM metric_series WHERE (SELECT recipe FROM runs) = 'adaline'
          AND NOT EXISTS (SELECT * FROM params WHERE name = 'weights' AND value IS NOT NULL));
      """)
    let verification = try RunVerification(
      RunSelector("1"), from: nil, threads: nil, in: log.context)
    let result = try verification.start(
      in: log.context, scratch: log.folder.path("scratch.db"), progress: Silence())
    #expect(result.comparison.isIdentical, "\(result.comparison.differences)")
  }
}
