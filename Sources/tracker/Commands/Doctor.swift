import ArgumentParser
import Foundation
import RunStore

/// `tracker doctor`.
struct Doctor: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Look for faults in the file, and mend what can be mended.",
    discussion: """
      Checks pages, the tables, views and triggers themselves, foreign keys, JSON lists, the sizes of tensors \
      against their shapes, summaries of metrics against their points, counts of histograms against their \
      bins, the counter of changes, the hash of every blob, blobs that nothing uses, and runs whose process \
      has died. Tables, views and indexes that others keep \
      in the file, parameters that are bytes, and times in 1970 are remarks. Exit code 0: healthy. \
      1: something is wrong.
      """)

  @Flag(help: "Mend what can be mended, after a backup beside the file.")
  var repair = false

  @OptionGroup var database: DatabaseOptions

  func run() throws {
    tellOfUnfinished(database.path)
    let file = try database.openForReading()
    let findings = try file.examine(seenFrom: .current(), at: Date())
    for finding in findings { try Console.print(finding.message) }
    // Of a file that is damaged, nothing else can be asked.
    if !findings.contains(where: { $0.kind == .page || $0.kind == .table }) {
      for remark in try file.remarks() { try Console.print("Remark: \(remark.message)") }
    }
    if findings.isEmpty {
      try Console.print("The file '\(database.path)' is healthy.")
    } else if repair {
      try mend(findings)
    } else {
      Console.tell(hint(for: findings))
      throw ExitCode.failure
    }
  }

  private func mend(_ findings: [Finding]) throws {
    guard findings.contains(where: \.isRepairable) else {
      Console.tell(hint(for: findings))
      throw ExitCode.failure
    }
    // To open for mending drops triggers and views already.
    let backup = try database.openForReading().backUpBeside()
    try Console.print("Backup: \(backup)")
    let database = try database.openForMending()
    let left = try database.repair(seenFrom: .current(), at: Date())
    try Console.print("Mended: \(findings.count - left.count) of \(findings.count).")
    for finding in left { try Console.print("Still wrong: \(finding.message)") }
    guard left.isEmpty else {
      Console.tell(hint(for: left, isMended: true))
      throw ExitCode.failure
    }
  }

  /// - Parameter isMended: Whether the findings are what mending has left.
  private func hint(for findings: [Finding], isMended: Bool = false) -> String {
    if !isMended, findings.contains(where: \.isRepairable) {
      return "Try: tracker doctor --repair\(database.words)"
    }
    if findings.allSatisfy({ $0.kind == .foreignKey }) {
      return "Try: drop the table, or make it anew without the foreign key, with: sqlite3"
        + " \(database.path.shellQuoted)"
    }
    return "Try: tracker backup --restore BACKUP\(database.words), or save what is readable:"
      + " sqlite3 FILE .recover; runs whose"
      + " weights are damaged can be trained again with tracker resume RUN@EPOCH"
  }
}
