import ArgumentParser
import Foundation
import RunStore

/// `tracker edit`.
struct Edit: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "edit",
    abstract: "Change the name, note, tags, experiment or status of runs.",
    discussion: """
      --status is for runs of programs that ended without saying so: a run whose process gives signs of life \
      says itself how it stands.
      """)

  /// How a run can have ended.
  enum End: String, ExpressibleByArgument, CaseIterable {
    case finished, stopped, failed, interrupted

    var status: RunStatus {
      switch self {
      case .finished: .finished
      case .stopped: .stopped
      case .failed: .failed
      case .interrupted: .interrupted
      }
    }
  }

  @Argument(help: runHelp)
  var selectors: [String]

  @OptionGroup var database: DatabaseOptions

  @Option(help: "Call them so.")
  var name: String?

  @Option(help: "Put this remark on them; an empty one removes theirs.")
  var note: String?

  @Option(help: "Hang this tag on them, NAME or NAME=VALUE; repeatable.")
  var tag: [NamedValue] = []

  @Option(help: ArgumentHelp("Take this tag off them; repeatable.", valueName: "tag"))
  var untag: [String] = []

  @Option(help: "Move them to this experiment, which is made if there is none.")
  var experiment: String?

  @Option(help: "How they ended: finished, stopped, failed or interrupted.")
  var status: End?

  func validate() throws {
    guard
      name != nil || note != nil || experiment != nil || status != nil || !tag.isEmpty
        || !untag.isEmpty
    else { throw ValidationError("Say what to change: --name, --note, --tag, --untag, …") }
    guard name != "", experiment != "" else { throw ValidationError("A name is not empty.") }
  }

  func run() throws {
    let database = try database.openForWriting()
    let runs = try database.idsToChange(selectors)
    var edit = RunEdit()
    edit.name = name
    edit.note = note
    edit.tags = Dictionary(tag.map { ($0.name, $0.value ?? "") }, uniquingKeysWith: { $1 })
    edit.removedTags = untag
    edit.experiment = experiment
    edit.status = status?.status
    try database.edit(runs, edit, seenFrom: .current(), at: Date())
    for run in runs { try Console.print("Changed run \(run).") }
  }
}
