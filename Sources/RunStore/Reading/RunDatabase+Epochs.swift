import GRDB

extension RunDatabase {
  /// The epochs of which a run has metrics, histograms or snapshots.
  public func epochs(ofRun run: Int) throws -> [Int] {
    try read { db in
      try db.rows(
        """
        SELECT point.epoch
        FROM metric_series AS series
        JOIN metric_points AS point ON point.series_id = series.id
        WHERE series.run_id = :run AND point.epoch IS NOT NULL
        UNION
        SELECT epoch FROM histograms WHERE run_id = :run
        UNION
        SELECT epoch FROM snapshots WHERE run_id = :run
        ORDER BY epoch
        """,
        ["run": SQLValue(run)]
      ).map { try $0.integer("epoch") }
    }
  }

  /// The id of the run that `selector` names, which has something of the epoch that it names, if any.
  /// - Throws: `noEpoch`, which lists the epochs there are, and what `runID` throws.
  public func runID(havingEpochOf selector: RunSelector) throws -> Int {
    let run = try runID(selector)
    guard let epoch = selector.epoch else { return run }
    guard try has(epoch, ofRun: run) else {
      throw RunStoreError.noEpoch(
        run: run, epoch: epoch, part: nil, available: try epochs(ofRun: run))
    }
    return run
  }

  private func has(_ epoch: Int, ofRun run: Int) throws -> Bool {
    try read { db in
      try db.row(
        """
        SELECT 1 FROM snapshots WHERE run_id = :run AND epoch = :epoch
        UNION ALL
        SELECT 1 FROM histograms WHERE run_id = :run AND epoch = :epoch
        UNION ALL
        SELECT 1
        FROM metric_series AS series
        JOIN metric_points AS point ON point.series_id = series.id
        WHERE series.run_id = :run AND point.epoch = :epoch
        LIMIT 1
        """,
        ["run": SQLValue(run), "epoch": SQLValue(epoch)]) != nil
    }
  }
}
