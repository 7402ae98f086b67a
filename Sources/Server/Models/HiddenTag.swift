import RunStore

/// What is known of a model or a version and has no column: it is a tag under a name with parentheses, and not
/// shown among the others.
enum HiddenTag: String, CaseIterable {
  /// The stage of a version.
  case stage = "(stage)"
  /// The id of a run that is not in this file, as its client gave it.
  case run = "(run)"
  /// The source of the version that a version is a copy of.
  case copied = "(copied)"

  /// In SQL, whether the tag with this `name` is shown.
  static let isShown =
    "name NOT IN (\(allCases.map { "'\($0.rawValue)'" }.joined(separator: ", ")))"

  /// In SQL, what is known of the row `version`; NULL if nothing is.
  var ofVersion: String {
    """
    (SELECT tag.value FROM model_version_tags AS tag
      WHERE tag.registered_model = version.registered_model AND tag.version = version.version
        AND tag.name = '\(rawValue)')
    """
  }

  /// In SQL, what is known of the row `model`; NULL if nothing is.
  var ofModel: String {
    "(SELECT tag.value FROM model_tags AS tag WHERE tag.model_id = model.id AND tag.name = '\(rawValue)')"
  }
}
