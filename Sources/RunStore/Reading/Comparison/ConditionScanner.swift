/// Makes sure that a text can only be one expression between two parentheses.
///
/// SQLite itself refuses everything that writes. This keeps a condition from closing the parenthesis
/// around it and going on as another clause.
enum ConditionScanner {
  /// - Throws: `RunSearchError.malformedCondition`.
  static func check(_ condition: String) throws {
    var depth = 0
    var rest = condition.unicodeScalars[...]
    while let scalar = rest.popFirst() {
      switch scalar {
      case "'", "\"", "`": try skip(past: scalar, in: &rest)
      case "[": try skip(past: "]", in: &rest)
      case "-" where rest.first == "-", "/" where rest.first == "*":
        throw RunSearchError.malformedCondition(detail: "it holds a comment")
      case ";": throw RunSearchError.malformedCondition(detail: "it holds a semicolon")
      case "\0": throw RunSearchError.malformedCondition(detail: "it holds the character U+0000")
      case "(": depth += 1
      case ")":
        depth -= 1
        if depth < 0 { throw unbalanced }
      default: continue
      }
    }
    if depth > 0 { throw unbalanced }
    if condition.allSatisfy(\.isWhitespace) {
      throw RunSearchError.malformedCondition(detail: "it is empty")
    }
  }

  /// A doubled quote within a literal ends it and starts another, which comes to the same here.
  private static func skip(
    past end: Unicode.Scalar, in rest: inout String.UnicodeScalarView.SubSequence
  ) throws {
    while let scalar = rest.popFirst() {
      if scalar == end { return }
    }
    throw RunSearchError.malformedCondition(detail: "a quotation has no end")
  }

  private static let unbalanced = RunSearchError.malformedCondition(
    detail: "its parentheses do not match")
}
