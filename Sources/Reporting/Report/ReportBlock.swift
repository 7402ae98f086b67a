/// Something that a part of the report shows.
enum ReportBlock: Sendable {
  /// A paragraph.
  case text(String)
  /// What the numbers above it show.
  case conclusion(String)
  /// Formulas, a line each.
  case formulas([String])
  /// A table under its caption.
  case table(String, Table)
  /// A long table, folded away under its caption.
  case folded(String, Table)
  /// A picture; each panel stands for itself, so that they find room on a phone.
  case figure(Figure)

  var isConclusion: Bool {
    if case .conclusion = self { true } else { false }
  }
}
