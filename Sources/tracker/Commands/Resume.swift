import ArgumentParser
import NeuralNet
import Recipes
import RunStore

/// `tracker resume`.
struct Resume: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "resume",
    abstract: "Go on with a run that was interrupted, crashed or failed, to the same bits.",
    discussion: """
      The run keeps its id. It goes on from its last checkpoint, or from the one after the epoch in \
      RUN@EPOCH; what it had recorded later is dropped. Recipes without checkpoints, which take no \
      time, are done again from the start.

      \(readFilesDiscussion)
      """)

  @Argument(help: runHelp)
  var selector: String

  @Option(parsing: .unconditional, help: "A new end: so many epochs in all.")
  var epochs: Int?

  @Flag(help: readFilesHelp)
  var readFiles = false

  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard epochs ?? 1 >= 1 else { throw ValidationError("--epochs must be at least 1.") }
  }

  func run() async throws {
    let context = await output.context()
    output.database.warnOfOtherNames()
    let resumption = try RunResumption(
      output.selector(selector, in: context), epochs: epochs, readsFiles: readFiles, in: context)
    if let revision = resumption.otherEngineRevision, !output.quiet, !output.json {
      Console.tell(
        "Note: revision \(revision) of the engine made run \(resumption.run), this is revision"
          + " \(EngineRevision.current): from here on its sums are rounded otherwise.")
    }
    let outcome = try resumption.start(
      in: context,
      progress: TrainingProgressDisplay(
        epochs: resumption.epochs ?? 0, style: output.progressStyle),
      announce: { [quiet = output.quiet || output.json] dropped in
        guard !quiet else { return }
        let text = "Resuming run \(resumption.run) \(resumption.point.words). Dropped of later:"
        Console.tell("\(text) \(dropped.description).")
      })
    try output.print([outcome])
  }
}

extension ResumePoint {
  /// The moment in words.
  fileprivate var words: String {
    if self == .start { return "from its start" }
    return isWithinEpoch ? "within epoch \(epoch + 1), after step \(step)" : "after epoch \(epoch)"
  }
}

/// What commands say that do stored runs again, about files of others.
let readFilesDiscussion = """
  A run that was made on another machine, by another user, or in a file that came from others may name \
  any file as its data. Such files are read with --read-files only.
  """

/// What the flag does that allows it.
let readFilesHelp: ArgumentHelp = "Read the files that the run names, also if someone else made it."
