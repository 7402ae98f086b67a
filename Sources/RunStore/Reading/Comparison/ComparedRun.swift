/// What of a run is set beside other runs.
public struct ComparedRun: Sendable, Equatable {
  /// The number of the run in this file.
  public let id: Int
  /// What people call it.
  public let name: String
  /// The recipe it ran; nil for other programs.
  public let recipe: String?
  /// The name of the experiment it belongs to.
  public let experiment: String
  /// How it stands, as it says itself: never `crashed`.
  public var status: RunStatus { signsOfLife.status }
  /// The seed of its random generator.
  public let seed: Int?
  /// Its parameters, or the chosen ones, by name.
  public internal(set) var parameters: NamedValueMap<SQLValue> = [:]
  /// What the chosen metrics amount to, by name.
  public internal(set) var metrics: NamedValueMap<MetricSummary> = [:]
  /// What its status, as seen from outside, follows from.
  let signsOfLife: SignsOfLife
}

extension ComparedRun {
  init(_ row: ResultRow) throws {
    id = try row.integer("id")
    name = try row.text("name")
    recipe = try row.optionalText("recipe")
    experiment = try row.text("experiment")
    seed = try row.optionalInteger("seed")
    signsOfLife = try SignsOfLife(row)
  }
}
