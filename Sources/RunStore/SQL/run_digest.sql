-- What was set and measured in a run, one kind a statement: kind, name of the part, and what is compared.
-- `:run` is the id of the run. The statements, their columns and their order are part of the digest; rows
-- of one part stand together. NULL at the end of a row does not count, nor does a part without rows, so
-- that what later versions of the file bring counts only where there is something.
--
-- Not here: summaries, which follow from the points; signs of life; who is at work; what people say
-- afterwards (run_edits.sql); what prune removes (run_kept.sql).

SELECT '' AS kind, 'uuid' AS name, uuid AS value FROM runs WHERE id = :run
UNION ALL
SELECT '', 'recipe', recipe FROM runs WHERE id = :run AND recipe IS NOT NULL
UNION ALL
SELECT '', 'status', status FROM runs WHERE id = :run
UNION ALL
SELECT '', 'seed', seed FROM runs WHERE id = :run AND seed IS NOT NULL
UNION ALL
SELECT '', 'started_at', started_at FROM runs WHERE id = :run AND started_at IS NOT NULL
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
SELECT '', 'error', error FROM runs WHERE id = :run AND error IS NOT NULL
UNION ALL
SELECT '', 'user_name', user_name FROM runs WHERE id = :run AND user_name IS NOT NULL
UNION ALL
SELECT '', 'argv', argv FROM runs WHERE id = :run AND argv IS NOT NULL
UNION ALL
SELECT '', 'cwd', cwd FROM runs WHERE id = :run AND cwd IS NOT NULL
UNION ALL
SELECT '', 'exit_code', exit_code FROM runs WHERE id = :run AND exit_code IS NOT NULL
UNION ALL
SELECT '', 'source', source FROM runs WHERE id = :run AND source IS NOT NULL
UNION ALL
SELECT '', 'idle_milliseconds', idle_milliseconds
FROM runs
WHERE id = :run AND idle_milliseconds <> 0;

SELECT 'parameter' AS kind, name,
  CASE WHEN typeof(value) = 'blob' THEN plain_number(value) ELSE value END AS value,
  CASE
    WHEN typeof(value) = 'blob' AND plain_number(value) IS NULL THEN COALESCE(text, hex(value))
    ELSE text
  END AS text
FROM params
WHERE run_id = :run
ORDER BY name;

SELECT 'environment' AS kind, name, value
FROM environment
WHERE run_id = :run AND name <> 'exec.taken_by'
ORDER BY name;

SELECT 'metric' AS kind, series.name, point.step, point.epoch, point.value, point.recorded_at,
  NULLIF(point.repeat, 0) AS repeat
FROM metric_series AS series
JOIN metric_points AS point ON point.series_id = series.id
WHERE series.run_id = :run
ORDER BY series.name, point.step, point.repeat;

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

SELECT 'output' AS kind, '' AS name, line, at, stream, text
FROM output_lines
WHERE run_id = :run
ORDER BY line;

SELECT 'media' AS kind, name, step, position, epoch, recorded_at, kind AS media_kind, text, blob_hash,
  media_type, metadata
FROM media
WHERE run_id = :run
ORDER BY name, step, position;

SELECT 'file elsewhere' AS kind, name, source_uri
FROM artifacts
WHERE run_id = :run AND source_uri IS NOT NULL
ORDER BY name;

SELECT 'dataset' AS kind, dataset.name, dataset.digest, uses.context
FROM run_datasets AS uses
JOIN datasets AS dataset ON dataset.id = uses.dataset_id
WHERE uses.run_id = :run
ORDER BY dataset.name, dataset.digest, uses.context;

SELECT 'tags of the dataset' AS kind, dataset.name, dataset.digest, tag.context, tag.name AS tag,
  tag.value
FROM run_dataset_tags AS tag
JOIN datasets AS dataset ON dataset.id = tag.dataset_id
WHERE tag.run_id = :run
ORDER BY dataset.name, dataset.digest, tag.context, tag.name;

SELECT 'use of the model' AS kind, model_id AS name, direction, step
FROM run_models
WHERE run_id = :run
ORDER BY model_id, direction;

SELECT 'model' AS kind, id AS name, created_at, name AS model_name, model_type
FROM models
WHERE source_run_id = :run
ORDER BY id;

SELECT 'parameters of the model' AS kind, param.model_id AS name, param.name AS param, param.value
FROM models AS model
JOIN model_params AS param ON param.model_id = model.id
WHERE model.source_run_id = :run
ORDER BY param.model_id, param.name;

SELECT 'metrics of the model' AS kind, model_id AS name, name AS metric, step, value, recorded_at,
  dataset_name, dataset_digest
FROM model_metrics
WHERE run_id = :run
ORDER BY model_id, name, step, recorded_at, value, dataset_name, dataset_digest;
