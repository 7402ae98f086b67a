-- What a parameter does to a metric: statistics of the metric's final value for each setting.
--
-- Parameters:
--   :parameter TEXT, for example lr: name of the parameter
--   :metric TEXT, for example val/accuracy: name of the metric; val/loss if not set
-- Columns:
--   setting: value of the parameter
--   runs: number of runs with this setting
--   diverged: how many of them end in NaN or infinity; the statistics leave them out
--   mean: mean of the final values
--   std: sample standard deviation (n - 1); NULL below two runs
--   min: smallest final value
--   max: largest final value
--   kind: number, text (as '1' is) or none
WITH finals AS (
  SELECT
    param.value AS setting,
    CASE WHEN abs(series.last_value) < 9e999 THEN series.last_value END AS final
  FROM runs AS run
  JOIN params AS param ON param.run_id = run.id
  JOIN metric_series AS series ON series.run_id = run.id
  WHERE run.deleted_at IS NULL
    AND param.name = :parameter
    AND series.name = COALESCE(:metric, 'val/loss')
),
means AS (
  SELECT
    setting,
    AVG(final) AS mean
  FROM finals
  GROUP BY setting
)
SELECT
  finals.setting,
  COUNT(*) AS runs,
  COUNT(*) - COUNT(finals.final) AS diverged,
  means.mean,
  CASE
    WHEN COUNT(finals.final) > 1
    THEN sqrt(SUM((finals.final - means.mean) * (finals.final - means.mean))
      / (COUNT(finals.final) - 1))
  END AS std,
  MIN(finals.final) AS min,
  MAX(finals.final) AS max,
  CASE typeof(finals.setting) WHEN 'text' THEN 'text' WHEN 'null' THEN 'none' ELSE 'number' END AS kind
FROM finals
JOIN means ON means.setting IS finals.setting
GROUP BY finals.setting
ORDER BY finals.setting;
