/// The bytes of a file that one run takes, by kind.
public struct StorageUse: Sendable, Equatable {
  /// The id of the run; nil for what belongs to none: free pages, schema, unused blobs.
  public let run: Int?
  /// What the run is called; nil for what belongs to none.
  public let name: String?
  /// Whether the run is deleted, but can be restored.
  public let isDeleted: Bool
  /// Metric points and their summaries.
  public internal(set) var metrics = 0.0
  /// Histograms.
  public internal(set) var histograms = 0.0
  /// Tensors; one that several runs share counts for each of them in part.
  public internal(set) var tensors = 0.0
  /// Artifacts; shared ones count in part.
  public internal(set) var artifacts = 0.0
  /// Everything else: parameters, layers, predictions, alerts.
  public internal(set) var other = 0.0

  init(run: Int?, name: String?, isDeleted: Bool) {
    self.run = run
    self.name = name
    self.isDeleted = isDeleted
  }

  /// The sum of all kinds.
  public var total: Double { metrics + histograms + tensors + artifacts + other }
}
