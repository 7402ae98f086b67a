-- What two runs do not share: parameters that differ, and every metric side by side.
--
-- Parameters:
--   :first INTEGER, for example 1: number of one run
--   :second INTEGER, for example 2: number of the other run
-- Columns:
--   section: parameter or metric
--   name: name of the parameter or metric
--   first: value in the first run; of a metric, the last one
--   second: value in the second run
WITH names (section, name) AS (
  SELECT 'parameter', name FROM params WHERE run_id IN (:first, :second)
  UNION
  SELECT 'metric', name FROM metric_series WHERE run_id IN (:first, :second)
),
pairs AS (
  SELECT
    names.section,
    names.name,
    CASE names.section WHEN 'parameter' THEN one.value ELSE first_series.last_value END AS first,
    CASE names.section WHEN 'parameter' THEN two.value ELSE second_series.last_value END AS second
  FROM names
  LEFT JOIN params AS one ON one.run_id = :first AND one.name = names.name
  LEFT JOIN params AS two ON two.run_id = :second AND two.name = names.name
  LEFT JOIN metric_series AS first_series
    ON first_series.run_id = :first AND first_series.name = names.name
  LEFT JOIN metric_series AS second_series
    ON second_series.run_id = :second AND second_series.name = names.name
)
SELECT
  section,
  name,
  first,
  second
FROM pairs
WHERE section = 'metric'
  OR first IS NOT second
ORDER BY section DESC, name;
