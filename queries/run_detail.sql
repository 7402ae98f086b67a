-- Everything that is a single value of a run: facts, parameters, tags, environment, metric summaries.
--
-- Parameters:
--   :run INTEGER, for example 1: number of the run
-- Columns:
--   section: run, parameter, tag, environment or metric
--   name: name of the value within its section
--   value: the value; of a metric, the last one
WITH details (place, section, name, value) AS (
  SELECT 1, 'run', 'name', name FROM run_summary WHERE id = :run
  UNION ALL
  SELECT 2, 'run', 'uuid', uuid FROM run_summary WHERE id = :run
  UNION ALL
  SELECT 3, 'run', 'recipe', recipe FROM run_summary WHERE id = :run
  UNION ALL
  SELECT 4, 'run', 'experiment', experiment FROM run_summary WHERE id = :run
  UNION ALL
  SELECT 5, 'run', 'status', status FROM run_summary WHERE id = :run
  UNION ALL
  SELECT 6, 'run', 'started', started FROM run_summary WHERE id = :run
  UNION ALL
  SELECT 7, 'run', 'seconds', seconds FROM run_summary WHERE id = :run
  UNION ALL
  SELECT 8, 'run', 'epochs', epochs FROM run_summary WHERE id = :run
  UNION ALL
  SELECT 9, 'run', 'seed', seed FROM runs WHERE id = :run
  UNION ALL
  SELECT 10, 'run', 'command', command FROM runs WHERE id = :run
  UNION ALL
  SELECT 11, 'run', 'git_commit', git_commit FROM runs WHERE id = :run
  UNION ALL
  SELECT 12, 'run', 'error', error FROM runs WHERE id = :run
  UNION ALL
  SELECT 20, 'parameter', name, value FROM params WHERE run_id = :run
  UNION ALL
  SELECT 30, 'tag', name, value FROM tags WHERE run_id = :run
  UNION ALL
  SELECT 40, 'environment', name, value FROM environment WHERE run_id = :run
  UNION ALL
  SELECT 50, 'metric', name, last_value FROM metric_series WHERE run_id = :run
)
SELECT
  section,
  name,
  value
FROM details
ORDER BY place, name;
