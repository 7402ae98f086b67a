-- The best runs by one metric: smallest first for losses, largest first for accuracies.
-- Runs that end in NaN or infinity come last; NaN never counts as a best value.
--
-- Parameters:
--   :metric TEXT, for example val/loss: name of the metric; val/loss if not set
--   :goal TEXT, for example min: min or max; if not set, max when the name speaks of accuracy
--   :limit INTEGER, for example 10: most rows to return; 10 if not set
-- Columns:
--   id: number of the run
--   name: what people call it
--   best: best value of the metric
--   best_step: step at which it was reached
--   best_epoch: epoch of that step
--   final: last value of the metric
--   diverged: 1 if the last value is NaN or infinite
WITH candidates AS (
  SELECT
    run.id,
    run.name,
    series.id AS series_id,
    COALESCE(:goal, CASE WHEN series.name LIKE '%accuracy%' THEN 'max' ELSE 'min' END) AS goal,
    series.min_value,
    series.min_step,
    series.max_value,
    series.max_step,
    series.last_value AS final,
    series.last_value IS NULL OR abs(series.last_value) = 9e999 AS diverged
  FROM runs AS run
  JOIN metric_series AS series ON series.run_id = run.id
  WHERE run.deleted_at IS NULL
    AND series.name = COALESCE(:metric, 'val/loss')
),
bests AS (
  SELECT
    id,
    name,
    series_id,
    CASE goal WHEN 'max' THEN max_value ELSE min_value END AS best,
    CASE goal WHEN 'max' THEN max_step ELSE min_step END AS best_step,
    CASE goal WHEN 'max' THEN -max_value ELSE min_value END AS cost,
    final,
    diverged
  FROM candidates
  ORDER BY diverged, cost NULLS LAST, id
  LIMIT COALESCE(:limit, 10)
)
SELECT
  bests.id,
  bests.name,
  bests.best,
  bests.best_step,
  point.epoch AS best_epoch,
  bests.final,
  bests.diverged
FROM bests
LEFT JOIN metric_points AS point
  ON point.series_id = bests.series_id AND point.step = bests.best_step
ORDER BY bests.diverged, bests.cost NULLS LAST, bests.id;
