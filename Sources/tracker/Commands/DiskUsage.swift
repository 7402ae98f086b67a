import ArgumentParser
import Reporting
import RunStore

/// `tracker du`.
struct DiskUsage: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "du",
    abstract: "Show how many bytes each run takes, by kind.",
    discussion: """
      Content that several runs share counts for each of them in part, so that the sums are the size \
      of the file.
      """)

  @OptionGroup var database: DatabaseOptions
  @OptionGroup var format: FormatOptions

  func run() throws {
    let uses = try database.openForReading().storageUse()
    try Console.write(Table.storage(uses), format)
  }
}

extension Table {
  /// The bytes of each run, and their sum.
  fileprivate static func storage(_ uses: [StorageUse]) -> Table {
    let kinds: [(String, (StorageUse) -> Double)] = [
      ("metrics", \.metrics), ("histograms", \.histograms), ("tensors", \.tensors),
      ("artifacts", \.artifacts), ("other", \.other), ("total", \.total),
    ]
    func bytes(_ uses: [StorageUse]) -> [SQLValue] {
      kinds.map { kind in
        SQLValue(Int(exactly: uses.reduce(0) { $0 + kind.1($1) }.rounded()))
      }
    }
    return Table(
      columns: [Column("run", alignment: .right), "name"]
        + kinds.map { Column($0.0, alignment: .right) },
      rows: uses.map { use in
        let name = use.name.map { use.isDeleted ? "\($0) (deleted)" : $0 } ?? "(no run)"
        return [SQLValue(use.run), .text(name)] + bytes([use])
      } + [[.null, "(file)"] + bytes(uses)])
  }
}
