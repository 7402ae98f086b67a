import ArgumentParser
import Foundation
import Reporting
import RunStore

/// `tracker prune`.
struct Prune: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "prune",
    abstract: "Remove what the file can do without, and make it smaller.",
    discussion: """
      Goes: every snapshot of an ended run but its last and its best (smallest validation loss), and \
      runs that were deleted long ago. Metrics, histograms and the layer table stay. Trainings may go on \
      meanwhile; they hardly wait.
      """)

  @Flag(help: "Only list what would go.")
  var dryRun = false

  @Flag(inversion: .prefixedNo, help: "Remove snapshots.")
  var snapshots = true

  @Flag(
    help: """
      Write the whole file anew afterwards: as small as it can be, but others wait meanwhile. A file of \
      an older version gives no room back without it.
      """)
  var vacuum = false

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Remove runs deleted more than so many days ago.", valueName: "days"))
  var deletedFor = 30.0

  @OptionGroup var database: DatabaseOptions
  @OptionGroup var format: FormatOptions

  func validate() throws {
    guard deletedFor >= 0, deletedFor.isFinite else {
      throw ValidationError("--deleted-for must be a number of days.")
    }
  }

  func run() throws {
    let pruning = Pruning(
      snapshots: snapshots, deletedBefore: Date() - deletedFor * 24 * 3_600)
    let items =
      dryRun
      ? try database.openForReading().pruningItems(pruning)
      : try prune(pruning, in: database.openForWriting())
    try Console.write(Table.prunings(items), format)
    if dryRun { Console.tell("Nothing was removed.") }
  }

  private func prune(_ pruning: Pruning, in file: RunDatabase) throws -> [Pruning.Item] {
    let before = fileSize
    let items = try file.prune(pruning, seenFrom: .current(), at: Date())
    if vacuum { try file.rebuild() }
    Console.tell("The file had \(before) bytes and has \(fileSize).")
    if try !file.canShrink() {
      Console.tell(
        "What was freed is used again by what comes. To make the file smaller: tracker prune --vacuum"
          + database.words)
    }
    return items
  }

  private var fileSize: Int {
    let attributes = try? FileManager.default.attributesOfItem(atPath: database.path)
    return attributes?[.size] as? Int ?? 0
  }
}

extension Table {
  /// What goes, a row each.
  fileprivate static func prunings(_ items: [Pruning.Item]) -> Table {
    Table(
      columns: [
        Column("run", alignment: .right), "name", "what", Column("epoch", alignment: .right),
        Column("step", alignment: .right), Column("bytes", alignment: .right),
      ],
      rows: items.map { item in
        [
          .integer(Int64(item.run)), .text(item.name),
          item.step == nil ? "deleted run" : "snapshots",
          SQLValue(item.epoch),
          SQLValue(item.step), .integer(Int64(item.bytes)),
        ]
      })
  }
}
