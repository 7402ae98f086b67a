import ArgumentParser
import Foundation
import Launcher
import Provenance
import RunStore

/// `tracker rerun`.
struct Rerun: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rerun",
    abstract: "Run the program of a run again, in its folder, as a child of that run.",
    discussion: """
      Before it starts, it says what is not as it was: the commit, changes, the machine, versions. Words \
      after '--' are added to the program's. To prove that a recipe gives the same numbers, use \
      'tracker verify'. Of a file that came from others, look at the program first: tracker show RUN.
      """)

  @Argument(help: runHelp)
  var selector: String

  @OptionGroup var options: ProgramOptions

  @Argument(
    parsing: .postTerminator,
    help: ArgumentHelp("More words for the program, after '--'.", valueName: "option"))
  var words: [String] = []

  func run() async throws {
    let database = try options.database.openForReading()
    let run = try database.runID(ofWhole: database.selector(selector))
    let repetition = try ProgramRepetition(of: run, adding: words, in: database)
    let file = URL(fileURLWithPath: options.database.path).path
    guard FileManager.default.changeCurrentDirectoryPath(repetition.directory) else {
      throw LaunchError.noFolder(run: run, path: repetition.directory)
    }
    // Asked once: a repository may keep git waiting.
    let environment = options.quiet ? nil : await ProgramOptions.environment()
    if let environment { await tell(repetition, in: environment) }
    if repetition.isRecipe { try Self.become(repetition, file: file) }
    var options = options
    options.database.file = file
    try await options.run(
      repetition.program, in: environment, databaseWords: self.options.database.words
    ) { repetition.adopt(into: &$0) }
  }

  /// Says what is run, and what is not as it was.
  private func tell(_ repetition: ProgramRepetition, in environment: RunEnvironment) async {
    let differences = await repetition.differences(from: environment, version: programVersion)
    let command = repetition.program.map(\.shellQuoted).joined(separator: " ")
    Console.tell("Again run \(repetition.record.id), in \(repetition.directory): \(command)")
    Console.tell(
      differences.isEmpty
        ? ["Commit, changes, machine and versions are as they were."]
        : ["Not as it was:"] + differences.map { "  \($0)" })
  }

  /// Goes on as the program itself, which makes its run as a child of the one that is done again.
  private static func become(_ repetition: ProgramRepetition, file: String) throws {
    setenv("TRACKER_DB", file, 1)
    setenv("TRACKER_RUN_ID", String(repetition.record.id), 1)
    setenv("TRACKER_RUN_OWNER", "rerun", 1)
    let words = repetition.program + ["--db", file]
    var arguments = words.map { strdup($0) } + [nil]
    execv("/proc/self/exe", &arguments)
    throw LaunchError.notStarted("tracker", reason: String(cString: strerror(errno)))
  }
}
