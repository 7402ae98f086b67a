import GRDB

/// A run, and perhaps one of its epochs.
public struct RunEpoch: Sendable, Equatable {
  /// The id of the run.
  public let run: Int
  /// The epoch; nil if none is meant.
  public let epoch: Int?
  /// The metric whose best value is of that epoch; nil if the epoch was named by its number.
  public let bestMetric: String?

  /// An epoch of a run, or all of it.
  public init(run: Int, epoch: Int?, bestMetric: String? = nil) {
    (self.run, self.epoch, self.bestMetric) = (run, epoch, bestMetric)
  }
}

extension RunDatabase {
  /// The run that `selector` names, and the epoch of it.
  /// - Parameter isOfWeights: Whether one state of the run is asked for: then `best:METRIC` stands for the
  ///   epoch of that value.
  /// - Throws: `noBestEpoch`, and what `runID` throws.
  public func runEpoch(_ selector: RunSelector, isOfWeights: Bool = false) throws -> RunEpoch {
    let run = try runID(selector)
    switch (selector.epoch, selector.target) {
    case (.number(let epoch), _): return RunEpoch(run: run, epoch: epoch)
    case (.best, .best(let metric)): return try bestEpoch(ofRun: run, metric: metric)
    case (nil, .best(let metric)) where isOfWeights:
      return try bestEpoch(ofRun: run, metric: metric)
    case (.best, _): return try bestEpoch(ofRun: run, metric: rankingMetric(ofRun: run))
    case (nil, _): return RunEpoch(run: run, epoch: nil)
    }
  }

  private func bestEpoch(ofRun run: Int, metric: String?) throws -> RunEpoch {
    let summary = try metric.flatMap { name in
      try comparedRuns([run], metrics: [name]).first?.metrics[name]
    }
    guard let epoch = summary?.bestEpoch else {
      throw RunStoreError.noBestEpoch(run: run, metric: metric, step: summary?.bestStep)
    }
    return RunEpoch(run: run, epoch: epoch, bestMetric: metric)
  }

  /// The metric that ranks a run: the first of those that count most, of which it is known what is better.
  private func rankingMetric(ofRun run: Int) throws -> String? {
    let known = try read { db in
      try db.rows(
        """
        SELECT series.name
        FROM metric_series AS series
        JOIN metric_names AS metric ON metric.name = series.name
        WHERE series.run_id = :run AND metric.goal IS NOT NULL AND series.min_value IS NOT NULL
        ORDER BY metric.rank IS NULL, metric.rank, series.name COLLATE natural_order
        """, ["run": SQLValue(run)]
      ).map { try $0.text("name") }
    }
    return Self.mainMetrics(of: known).first
  }

  /// The metrics that people look at first, of `names` in the order of `metricNames`: the usual losses and
  /// the accuracy, or else the first two.
  public static func mainMetrics(of names: [String]) -> [String] {
    let usual = ["val/loss", "val/accuracy", "train/loss"].filter(names.contains)
    return usual.isEmpty ? Array(names.prefix(2)) : usual
  }
}
