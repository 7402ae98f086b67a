-- Everything that a run holds, one kind a statement, in an order that is the same in every file. `:run` is
-- its id. The order of the statements and of their columns is part of the digest.

SELECT run.uuid, experiment.name, run.name, run.recipe, run.status, run.seed, run.started_at,
  run.ended_at, run.heartbeat_at, run.host, run.pid, run.boot_id, run.command, run.version,
  run.git_commit, run.git_dirty, run.group_name, run.error, run.note
FROM runs AS run
JOIN experiments AS experiment ON experiment.id = run.experiment_id
WHERE run.id = :run;

SELECT name,
  CASE WHEN typeof(value) = 'blob' THEN plain_number(value) ELSE value END,
  CASE
    WHEN typeof(value) = 'blob' AND plain_number(value) IS NULL THEN COALESCE(text, hex(value))
    ELSE text
  END
FROM params
WHERE run_id = :run
ORDER BY name;

SELECT name, value FROM tags WHERE run_id = :run ORDER BY name;

SELECT name, value
FROM environment
WHERE run_id = :run AND name <> 'exec.taken_by'
ORDER BY name;

SELECT name, count, nan_count, first_step, first_value, last_step, last_epoch, last_value,
  min_value, min_step, max_value, max_step
FROM metric_series
WHERE run_id = :run
ORDER BY name;

SELECT series.name, point.step, point.epoch, point.value, point.recorded_at,
  NULLIF(point.repeat, 0)
FROM metric_series AS series
JOIN metric_points AS point ON point.series_id = series.id
WHERE series.run_id = :run
ORDER BY series.name, point.step, point.repeat;

SELECT position, name, kind, input_shape, output_shape, weight_shape, weight_count, bias_count,
  macs, forward_nanoseconds, backward_nanoseconds
FROM layers
WHERE run_id = :run
ORDER BY position;

SELECT snapshot.kind, snapshot.epoch, snapshot.step, snapshot.created_at, tensor.name,
  tensor.shape, tensor.dtype, tensor.blob_hash, tensor.min, tensor.max, tensor.mean, tensor.std,
  tensor.l2_norm, tensor.zero_count, tensor.nonfinite_count
FROM snapshots AS snapshot
LEFT JOIN tensors AS tensor ON tensor.snapshot_id = snapshot.id
WHERE snapshot.run_id = :run
ORDER BY snapshot.kind, snapshot.epoch, snapshot.step, tensor.name;

SELECT checkpoint.epoch, checkpoint.step, checkpoint.state, checkpoint.created_at,
  weights.step, optimizer.step
FROM checkpoints AS checkpoint
JOIN snapshots AS weights ON weights.id = checkpoint.weights_id
LEFT JOIN snapshots AS optimizer ON optimizer.id = checkpoint.optimizer_id
WHERE checkpoint.run_id = :run
ORDER BY checkpoint.epoch, checkpoint.step;

SELECT epoch, step, layer, quantity, lower, upper, counts, count, min, max, mean, std,
  nonfinite_count
FROM histograms
WHERE run_id = :run
ORDER BY layer, quantity, epoch, step;

SELECT row, inputs, target, s, y FROM predictions WHERE run_id = :run ORDER BY row;

SELECT name, media_type, blob_hash, created_at
FROM artifacts
WHERE run_id = :run
ORDER BY name;

SELECT at, epoch, step, level, kind, message
FROM alerts
WHERE run_id = :run
ORDER BY at, level, kind, message, epoch, step;
