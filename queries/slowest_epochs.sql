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
    epoch.run_id,
    run.name AS run,
    epoch.epoch,
    epoch.seconds,
    AVG(epoch.seconds) OVER (PARTITION BY epoch.run_id) AS mean
  FROM epoch_losses AS epoch
  JOIN runs AS run ON run.id = epoch.run_id
  WHERE run.deleted_at IS NULL
    AND epoch.seconds IS NOT NULL
)
SELECT
  run_id,
  run,
  epoch,
  seconds,
  seconds / mean AS times_mean
FROM durations
ORDER BY seconds DESC, run_id, epoch
LIMIT COALESCE(:limit, 10);
