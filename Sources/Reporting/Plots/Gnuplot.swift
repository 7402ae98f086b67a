import Foundation
import RunStore
import Subprocess

/// The program that draws, run without a shell and without the user's start-up file.
public struct Gnuplot: Sendable {
  private let program: String
  private let scratchFolder: URL

  /// - Parameters:
  ///   - program: A name to look for in `PATH`.
  ///   - scratchFolder: Holds the script while gnuplot runs.
  public init(
    program: String = "gnuplot", scratchFolder: URL = FileManager.default.temporaryDirectory
  ) {
    self.program = program
    self.scratchFolder = scratchFolder
  }

  /// Draws `figure`.
  /// - Parameter scale: How large the picture is for the size of its text; nil for as large as usual.
  /// - Returns: The bytes of the picture; for a terminal its lines as UTF-8.
  /// - Throws: `GnuplotError`.
  public func render(
    _ figure: Figure, as format: PlotFormat, scale: Double? = nil
  ) async throws -> [UInt8] {
    let script = GnuplotScript(figure, as: format, scale: scale)
    switch format {
    case .terminal:
      let standIns = StandIns(in: script.text)
      return standIns.undone(in: Self.withoutMargins(try await run(standIns.text)))
    case .svg:
      let picture = try await run(script.text)
      // gnuplot escapes `&` and `<`; XML has a rule for this one, too.
      return script.text.contains("]]>")
        ? picture.replacing("]]>".utf8, with: "]]&gt;".utf8) : picture
    case .png, .pdf:
      // Who looks at an SVG has fonts of their own; these have those of this machine.
      return try await run(InstalledGlyphs.replacingMissing(in: script.text))
    }
  }

  /// Draws `figure` into a file, whose extension says how; an old file stays as it is if that fails.
  /// - Throws: `GnuplotError`.
  public func render(_ figure: Figure, toFile path: String) async throws {
    let file = URL(fileURLWithPath: path)
    guard let format = PlotFormat(fileExtension: file.pathExtension) else {
      throw GnuplotError.unknownExtension(path: path)
    }
    let picture = try await render(figure, as: format)
    do {
      try Data(picture).write(to: file, options: .atomic)
    } catch {
      throw GnuplotError.notWritten(path: path, reason: error.localizedDescription)
    }
  }

  private func run(_ script: String) async throws -> [UInt8] {
    // A file, because a pipe to a program that stops early would end this one by SIGPIPE.
    let file = scratchFolder.appending(path: "figure-\(UUID().uuidString).gnuplot")
    let unfinished = UnfinishedFiles.add([file.path])
    defer { UnfinishedFiles.forget(unfinished) }
    do {
      try Data(script.utf8).write(to: file)
    } catch {
      throw GnuplotError.notWritten(path: file.path, reason: error.localizedDescription)
    }
    // Best effort: a script that stays behind does no harm there.
    defer { try? FileManager.default.removeItem(at: file) }

    let result: ExecutionResult<[UInt8], SequenceOutput, StringOutput<UTF8>>
    do {
      // Piece by piece: room for the largest picture at once is more than a batch system may give.
      result = try await Subprocess.run(
        .name(program), arguments: ["-d", file.path], input: .none, output: .sequence,
        error: .string(limit: 1 << 20)
      ) { execution in
        var picture: [UInt8] = []
        for try await piece in execution.standardOutput {
          piece.withUnsafeBytes { picture.append(contentsOf: $0) }
        }
        return picture
      }
    } catch let error as SubprocessError where error.code == .executableNotFound {
      throw GnuplotError.missing(program: program)
    } catch {
      throw GnuplotError.failed("\(error)")
    }
    guard result.terminationStatus.isSuccess, !result.closureResult.isEmpty else {
      throw GnuplotError.failed(Self.complaint(result.standardError))
    }
    return result.closureResult
  }

  /// The line of gnuplot's diagnostics that says what is wrong: the last, without its place in the script.
  private static func complaint(_ diagnostics: String) -> String {
    let lines = diagnostics.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
    return lines.last { !$0.isEmpty && $0 != "^" } ?? "it drew nothing."
  }

  /// Drops form feeds, blanks at the ends of lines, empty lines around each page, and codes that change
  /// no colour.
  private static func withoutMargins(_ picture: [UInt8]) -> [UInt8] {
    let pages = String(decoding: picture, as: UTF8.self).split(separator: "\u{0C}")
    let trimmed = pages.map { page in
      page.split(separator: "\n", omittingEmptySubsequences: false).map(withFewCodes)
        .drop(while: \.isEmpty).reversed().drop(while: \.isEmpty).reversed()
        .joined(separator: "\n")
    }
    return Array((trimmed.filter { !$0.isEmpty }.joined(separator: "\n\n") + "\n").utf8)
  }

  /// A line without blanks at its end, and with a code only before what it colours.
  private static func withFewCodes(_ line: Substring) -> String {
    let usual = "\u{1B}[0;39m"
    var (active, wanted) = (usual, usual)
    var result = ""
    var blanks = ""
    var rest = line.unicodeScalars[...]
    while let scalar = rest.popFirst() {
      if scalar == "\u{1B}", let end = rest.firstIndex(of: "m") {
        let code = "\u{1B}" + String(rest[...end])
        wanted = code == "\u{1B}[0;39;49m" ? usual : code
        rest = rest[rest.index(after: end)...]
      } else if scalar.properties.isWhitespace {
        blanks.unicodeScalars.append(scalar)
      } else {
        result += blanks
        blanks = ""
        if active != wanted { result += wanted }
        active = wanted
        result.unicodeScalars.append(scalar)
      }
    }
    return active == usual ? result : result + usual
  }
}

/// A script with other characters in the place of those beyond U+FFFF, after which gnuplot repeats in a
/// terminal what follows.
private struct StandIns {
  private(set) var text: String
  private var originals: [Unicode.Scalar: Unicode.Scalar] = [:]

  init(in script: String) {
    text = script
    let far = Set(script.unicodeScalars.filter { $0.value > 0xFFFF }).sorted()
    guard !far.isEmpty else { return }
    // Nobody else's: those for private use, but for what the script has of them.
    let used = Set(script.unicodeScalars.filter { (0xE000...0xF8FF).contains($0.value) })
    let free = (0xE000...0xF8FF).lazy.compactMap { Unicode.Scalar($0 as UInt32) }
      .filter { !used.contains($0) }
    let places = Dictionary(zip(far, free)) { first, _ in first }
    originals = Dictionary(places.map { ($1, $0) }) { first, _ in first }
    text = Self.replacing(places, in: script)
  }

  /// A picture of the script with the characters that were meant.
  func undone(in picture: [UInt8]) -> [UInt8] {
    guard !originals.isEmpty else { return picture }
    return Array(Self.replacing(originals, in: String(decoding: picture, as: UTF8.self)).utf8)
  }

  private static func replacing(
    _ scalars: [Unicode.Scalar: Unicode.Scalar], in text: String
  ) -> String {
    String(String.UnicodeScalarView(text.unicodeScalars.map { scalars[$0] ?? $0 }))
  }
}

/// Why a figure could not be drawn.
public enum GnuplotError: LocalizedError, Sendable, Hashable {
  /// There is no program of this name.
  case missing(program: String)
  /// gnuplot refused the script, or drew nothing; in its own words.
  case failed(String)
  /// The picture could not be written.
  case notWritten(path: String, reason: String)
  /// The file's name does not say which kind of picture it should hold.
  case unknownExtension(path: String)

  /// What happened.
  public var errorDescription: String? {
    switch self {
    case .missing(let program):
      "There is no program \(program), which draws the pictures."
    case .failed(let words):
      "gnuplot could not draw this: \(words)"
    case .notWritten(let path, let reason):
      "Cannot write \(path): \(reason)"
    case .unknownExtension(let path):
      "\(path) is no name for a picture."
    }
  }

  /// What to do about it.
  public var recoverySuggestion: String? {
    switch self {
    case .missing:
      "apt-get install -y gnuplot-nox"
    case .failed:
      "gnuplot --version (5.4 or newer is needed)"
    case .notWritten:
      "choose a folder that exists and that you may write to"
    case .unknownExtension:
      "end it in .svg, .png or .pdf"
    }
  }
}
