-- What a run of version 1 was set to and measured, by plain SQL over that file. Frozen: version 2 and all
-- later ones must find the same in a file that was upgraded.

SELECT '' AS kind, 'uuid' AS name, uuid AS value FROM runs WHERE id = :run
UNION ALL
SELECT '', 'recipe', recipe FROM runs WHERE id = :run AND recipe IS NOT NULL
UNION ALL
SELECT '', 'status', status FROM runs WHERE id = :run
UNION ALL
SELECT '', 'seed', seed FROM runs WHERE id = :run AND seed IS NOT NULL
UNION ALL
SELECT '', 'started_at', started_at FROM runs WHERE id = :run
UNION ALL
SELECT '', 'ended_at', ended_at FROM runs WHERE id = :run AND ended_at IS NOT NULL
UNION ALL
SELECT '', 'host', host FROM runs WHERE id = :run AND host IS NOT NULL
UNION ALL
SELECT '', 'pid', pid FROM runs WHERE id = :run AND pid IS NOT NULL
UNION ALL
SELECT '', 'boot_id', boot_id FROM runs WHERE id = :run AND boot_id IS NOT NULL
UNION ALL
SELECT '', 'command', command FROM runs WHERE id = :run AND command IS NOT NULL
UNION ALL
SELECT '', 'version', version FROM runs WHERE id = :run AND version IS NOT NULL
UNION ALL
SELECT '', 'git_commit', git_commit FROM runs WHERE id = :run AND git_commit IS NOT NULL
UNION ALL
SELECT '', 'git_dirty', git_dirty FROM runs WHERE id = :run AND git_dirty IS NOT NULL
UNION ALL
SELECT '', 'group_name', group_name FROM runs WHERE id = :run AND group_name IS NOT NULL
UNION ALL
SELECT '', 'error', error FROM runs WHERE id = :run AND error IS NOT NULL;

SELECT 'parameter' AS kind, name, CASE WHEN typeof(value) <> 'blob' THEN value END AS value,
  CASE WHEN typeof(value) = 'blob' THEN hex(value) END AS text
FROM params
WHERE run_id = :run
ORDER BY name;

SELECT 'environment' AS kind, name, value FROM environment WHERE run_id = :run ORDER BY name;

SELECT 'metric' AS kind, series.name, point.step, point.epoch, point.value, point.recorded_at
FROM metric_series AS series
JOIN metric_points AS point ON point.series_id = series.id
WHERE series.run_id = :run
ORDER BY series.name, point.step;

SELECT 'layer' AS kind, name, position, kind AS layer_kind, input_shape, output_shape, weight_shape,
  weight_count, bias_count, macs, forward_nanoseconds, backward_nanoseconds
FROM layers
WHERE run_id = :run
ORDER BY name;

SELECT 'predictions' AS kind, '' AS name, row, inputs, target, s, y
FROM predictions
WHERE run_id = :run
ORDER BY row;

SELECT 'alerts' AS kind, '' AS name, at, epoch, step, level, kind AS alert_kind, message
FROM alerts
WHERE run_id = :run
ORDER BY at, level, kind, message, epoch, step;
