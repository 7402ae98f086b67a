-- The best runs by one metric, in the direction that metric_names has for it: see `tracker goal`. Runs that
-- end in NaN or infinity come last; neither ever counts as a best value. Where nobody knows the
-- direction, the runs come in their own order, and nothing is best.
--
-- Parameters:
--   :metric TEXT, for example val/loss: name of the metric; val/loss if not set
--   :goal TEXT, for example min: min or max; if not set, what the file knows of the metric
--   :limit INTEGER, for example 10: most rows to return; 10 if not set
-- Columns:
--   id: number of the run
--   name: what people call it
--   best: best value of the metric
--   best_step: step at which it was reached
--   best_epoch: epoch of that step
--   final: last value of the metric
--   diverged: 1 if the last value is NaN or infinite
--   goal: min or max; NULL if nobody knows what is better
WITH candidates AS (
  SELECT
    run.id,
    run.name,
    COALESCE(:goal, metric.goal) AS goal,
    series.min_value,
    series.min_step,
    series.min_epoch,
    series.max_value,
    series.max_step,
    series.max_epoch,
    series.last_value AS final,
    series.last_value IS NULL OR abs(series.last_value) = 9e999 AS diverged
  FROM runs AS run
  JOIN metric_series AS series ON series.run_id = run.id
  LEFT JOIN metric_names AS metric ON metric.name = series.name
  WHERE run.deleted_at IS NULL
    AND series.name = COALESCE(:metric, 'val/loss')
),
bests AS (
  SELECT
    id,
    name,
    goal,
    CASE goal WHEN 'max' THEN max_value WHEN 'min' THEN min_value END AS best,
    CASE goal WHEN 'max' THEN max_step WHEN 'min' THEN min_step END AS best_step,
    CASE goal WHEN 'max' THEN max_epoch WHEN 'min' THEN min_epoch END AS best_epoch,
    CASE goal WHEN 'max' THEN -max_value WHEN 'min' THEN min_value END AS cost,
    final,
    diverged
  FROM candidates
  ORDER BY diverged, cost NULLS LAST, id
  LIMIT COALESCE(:limit, 10)
)
SELECT
  id,
  name,
  best,
  best_step,
  best_epoch,
  final,
  diverged,
  goal
FROM bests
ORDER BY diverged, cost NULLS LAST, id;
