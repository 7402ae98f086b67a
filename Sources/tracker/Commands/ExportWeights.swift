import Foundation
import ArgumentParser
import RunStore
import Training

/// `tracker export weights`.
struct ExportWeights: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "weights",
    abstract: "Write the weights as safetensors, which PyTorch's load_state_dict takes.",
    discussion: """
      RUN@EPOCH writes the weights after that epoch; 0 is before training. RUN@best and best:METRIC write \
      those of the best epoch.
      """)

  @Argument(help: runHelp)
  var selector: String

  @Option(name: .shortAndLong, help: "The file to write; without it NAME-RUN-epochN.safetensors.")
  var output: String?

  @OptionGroup var force: ForceOptions
  @OptionGroup var database: DatabaseOptions

  func validate() throws {
    try requireName(ofOutput: output, by: "--output")
  }

  func run() throws {
    let database = try database.openForReading()
    let chosen = try database.chosenEpoch(database.selector(selector), isOfWeights: true)
    let id = chosen.run
    let snapshot = try database.snapshot(ofRun: id, epoch: chosen.epoch)
    let record = try database.run(id)
    let names = Set((snapshot.tensors.map(\.name) + ["__metadata__"]).map(ExactName.init))
    guard names.count > snapshot.tensors.count
    else { throw UnwritableNames(run: id, epoch: snapshot.epoch) }
    let file = SafetensorsFile(
      tensors: try snapshot.tensors.map { tensor in
        guard
          let writable = SafetensorsTensor(
            name: tensor.name, shape: tensor.shape, type: tensor.type, data: tensor.data)
        else { throw UnwritableType(tensor: tensor.name, type: tensor.type, run: id) }
        return writable
      },
      metadata: ["run": record.uuid, "epoch": String(snapshot.epoch), "format": "pt"])
    let path =
      output ?? "\(record.name.asFileName)-\(record.id)-epoch\(snapshot.epoch).safetensors"
    try writeFile(file.encoded(), to: path, replaces: force.force)
    try Console.print(path)
  }
}

/// The values of a tensor have a type that a safetensors file has no word for.
struct UnwritableType: LocalizedError {
  let tensor: String
  let type: String
  let run: Int

  var errorDescription: String? {
    "The tensor \(tensor.debugDescription) of run \(run) is of type \(type.debugDescription), which safetensors files have no"
      + " word for."
  }
  var recoverySuggestion: String? { "read it in Python: trackerdb.open().weights(\(run))" }
}

/// The tensors of a snapshot have names that a safetensors file cannot hold.
struct UnwritableNames: LocalizedError {
  let run: Int
  let epoch: Int

  var errorDescription: String? {
    "Two tensors of run \(run) after epoch \(epoch) have the same name, or one is called __metadata__."
  }
  var recoverySuggestion: String? {
    "look at the names: tracker sql \"SELECT name FROM tensors WHERE snapshot_id IN"
      + " (SELECT id FROM snapshots WHERE run_id = \(run))\""
  }
}
