-- Computes the summaries of a run's metrics from their points: of the series `:series`, or of all if that
-- is NULL.

UPDATE metric_series
SET (count, nan_count, first_step, first_value, last_step, last_epoch, last_value, min_value, min_step,
    max_value, max_step, first_repeat, last_at, last_repeat, min_epoch, min_repeat, max_epoch,
    max_repeat, infinite_count) = (
  SELECT count, nan_count, first_step, first_value, last_step, last_epoch, last_value, min_value,
    min_step, max_value, max_step, first_repeat, last_at, last_repeat, min_epoch, min_repeat,
    max_epoch, max_repeat, infinite_count
  FROM metric_series_recomputed AS recomputed
  WHERE recomputed.id = metric_series.id)
WHERE run_id = :run
  AND (:series IS NULL OR id = :series);
