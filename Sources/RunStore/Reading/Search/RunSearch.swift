/// Which runs to look at, and which comes first.
public struct RunSearch: Sendable {
  /// What decides who comes first.
  public enum Order: Sendable, Hashable {
    /// The best value of a metric; runs that ended in NaN or infinity come after all others, and runs
    /// without the metric last.
    case best(metric: String)
    /// The last value of a metric, with the same runs at the end.
    case final(metric: String)
    /// A value by its name in a condition, the smallest first, runs without it last.
    case value(name: String)
    /// The start, the newest first.
    case newest
  }

  /// The name of the experiment; nil for all.
  public var experiment: String?
  /// A condition in SQL; nil for none.
  ///
  /// Names mean the columns of runs (`id`, `name`, `recipe`, `status` …), and then parameters, the best value
  /// of metrics, and tags; in double quotes if they are not words: `"val/loss" < 0.4`. A name that may mean
  /// several of these says which: `"param:lr"`, `"best:val/loss"`, `"final:val/loss"`, `"tag:baseline"`. A tag
  /// without a value is 1, so that `baseline` alone is a condition. Of a run that notes no seed, `seed` is the
  /// parameter of this name.
  public var condition: String?
  /// Tags that a run has, all of them; with a value, if the tag has to have that one.
  public var tags: [(name: String, value: String?)] = []
  /// Whether to look among the deleted runs instead of the others.
  public var isDeleted = false
  /// Who comes first.
  public var order: Order
  /// Whether the worst comes first; runs that diverged stay at the end.
  public var isReversed = false
  /// How many runs to find at most; nil for all.
  public var limit: Int?

  /// All runs, in an order.
  public init(order: Order) {
    self.order = order
  }

  /// The columns of a run that a condition may name.
  public static let runColumns = [
    "id", "uuid", "name", "recipe", "experiment", "group_name", "status", "seed", "started",
    "ended", "seconds", "epochs", "host", "command", "version", "git_commit", "git_dirty",
    "parent_run_id", "error", "note",
  ]

  /// How people call some columns, where no parameter, metric or tag is called so.
  static let otherNames = ["group": "group_name", "duration": "seconds", "tags": "tags"]
}
