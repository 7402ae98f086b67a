/// The comment at the start of a saved query:
///
/// ```sql
/// -- What it answers.
/// --
/// -- Parameters:
/// --   :run INTEGER, for example 1: number of the run
/// -- Columns:
/// --   epoch: epochs finished
/// ```
struct QueryHeader {
  var purpose = ""
  var parameters: [SavedQuery.Parameter] = []
  var columns: [SavedQuery.Column] = []

  private enum Section {
    case purpose, parameters, columns
  }

  init(name: String, sql: String) throws {
    var section = Section.purpose
    for line in sql.split(separator: "\n", omittingEmptySubsequences: false) {
      guard line.hasPrefix("--") else { break }
      let text = line.dropFirst(2).trimmed
      switch (text, section) {
      case ("", _): continue
      case ("Parameters:", _): section = .parameters
      case ("Columns:", _): section = .columns
      case (_, .purpose): purpose += (purpose.isEmpty ? "" : " ") + text
      case (_, .parameters):
        guard let parameter = SavedQuery.Parameter(headerLine: text) else {
          throw RunStoreError.malformedQuery(
            name: name, detail: "'\(text)' is not ':name TYPE, for example VALUE: purpose'")
        }
        parameters.append(parameter)
      case (_, .columns):
        guard let colon = text.firstIndex(of: ":") else {
          throw RunStoreError.malformedQuery(name: name, detail: "'\(text)' is not 'name: purpose'")
        }
        columns.append(
          SavedQuery.Column(
            name: String(text[..<colon]), purpose: text[text.index(after: colon)...].trimmed))
      }
    }
    guard !purpose.isEmpty, !columns.isEmpty else {
      throw RunStoreError.malformedQuery(name: name, detail: "it has no purpose or no columns")
    }
  }
}

extension SavedQuery.Parameter {
  /// Reads `:run INTEGER, for example 1: number of the run`.
  fileprivate init?(headerLine line: String) {
    let pattern = /:(\w+) (\w+), for example (.+?): (.+)/
    guard let match = line.wholeMatch(of: pattern), let kind = Kind(rawValue: String(match.2))
    else { return nil }
    name = String(match.1)
    self.kind = kind
    example = String(match.3)
    purpose = String(match.4)
  }
}

extension Substring {
  /// The text without spaces at its ends.
  fileprivate var trimmed: String {
    var text = self
    while text.first == " " { text.removeFirst() }
    while text.last == " " { text.removeLast() }
    return String(text)
  }
}
