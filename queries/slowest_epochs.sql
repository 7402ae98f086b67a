-- The epochs that took longest, with how they compare to the other epochs of their run.
--
-- Parameters:
--   :limit INTEGER, for example 10: most rows to return; 10 if not set
-- Columns:
--   run_id: number of the run
--   run: what people call the run
--   epoch: the epoch
--   seconds: duration of the epoch
--   times_mean: duration divided by the mean duration of the run's epochs
WITH durations AS (
  SELECT
    series.run_id,
    COALESCE(point.epoch, point.step) AS epoch,
    point.value AS seconds,
    AVG(point.value) OVER (PARTITION BY series.run_id) AS mean
  FROM metric_series AS series
  JOIN metric_points AS point ON point.series_id = series.id
  WHERE series.name = 'epoch/seconds'
)
SELECT
  durations.run_id,
  run.name AS run,
  durations.epoch,
  durations.seconds,
  durations.seconds / durations.mean AS times_mean
FROM durations
JOIN runs AS run ON run.id = durations.run_id
WHERE run.deleted_at IS NULL
  AND durations.seconds IS NOT NULL
ORDER BY durations.seconds DESC, durations.run_id, durations.epoch
LIMIT COALESCE(:limit, 10);
