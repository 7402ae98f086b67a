-- The metrics that became NaN or infinite, and where it happened first.
--
-- Columns:
--   run_id: number of the run
--   run: what people call the run
--   metric: name of the metric
--   points: number of points
--   nan_count: number of NaN among them
--   first_bad_step: first step with NaN or infinity
--   first_bad_epoch: epoch of that step
--   last_good_value: last value before it
WITH suspects AS MATERIALIZED (
  SELECT
    run.id AS run_id,
    run.name AS run,
    series.id AS series_id,
    series.name AS metric,
    series.count AS points,
    series.nan_count,
    (
      SELECT MIN(step)
      FROM metric_points
      WHERE series_id = series.id
        AND (value IS NULL OR abs(value) = 9e999)
    ) AS first_bad_step
  FROM metric_series AS series
  JOIN runs AS run ON run.id = series.run_id
  WHERE run.deleted_at IS NULL
    AND series.nan_count + series.infinite_count > 0
)
SELECT
  run_id,
  run,
  metric,
  points,
  nan_count,
  first_bad_step,
  (
    SELECT epoch
    FROM metric_points
    WHERE series_id = suspects.series_id
      AND step = suspects.first_bad_step
      AND (value IS NULL OR abs(value) = 9e999)
    ORDER BY repeat
    LIMIT 1
  ) AS first_bad_epoch,
  (
    SELECT value
    FROM metric_points
    WHERE series_id = suspects.series_id
      AND step < suspects.first_bad_step
    ORDER BY step DESC, recorded_at DESC, COALESCE(value, 0.0) DESC, repeat DESC
    LIMIT 1
  ) AS last_good_value
FROM suspects
ORDER BY run_id, metric;
