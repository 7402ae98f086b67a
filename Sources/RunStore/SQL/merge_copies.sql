-- Everything that hangs on a run that is taken over from the attached file `other`. `:old` is its id
-- there, `:run` its id here.

INSERT INTO main.params (run_id, name, value)
SELECT :run, name, value FROM other.params WHERE run_id = :old;

INSERT INTO main.tags (run_id, name, value)
SELECT :run, name, value FROM other.tags WHERE run_id = :old;

INSERT INTO main.environment (run_id, name, value)
SELECT :run, name, value FROM other.environment WHERE run_id = :old;

INSERT INTO main.metric_series (
  run_id, name, count, nan_count, first_step, first_value, last_step, last_epoch, last_value,
  min_value, min_step, max_value, max_step)
SELECT :run, name, count, nan_count, first_step, first_value, last_step, last_epoch, last_value,
  min_value, min_step, max_value, max_step
FROM other.metric_series
WHERE run_id = :old;

INSERT INTO main.metric_points (series_id, step, epoch, value, recorded_at)
SELECT here.id, point.step, point.epoch, point.value, point.recorded_at
FROM other.metric_series AS there
JOIN main.metric_series AS here ON here.run_id = :run AND here.name = there.name
JOIN other.metric_points AS point ON point.series_id = there.id
WHERE there.run_id = :old
ORDER BY here.id, point.step;

INSERT INTO main.layers (
  run_id, position, name, kind, input_shape, output_shape, weight_shape, weight_count, bias_count,
  macs, forward_nanoseconds, backward_nanoseconds)
SELECT :run, position, name, kind, input_shape, output_shape, weight_shape, weight_count,
  bias_count, macs, forward_nanoseconds, backward_nanoseconds
FROM other.layers
WHERE run_id = :old;

INSERT INTO main.snapshots (run_id, epoch, step, kind, created_at)
SELECT :run, epoch, step, kind, created_at
FROM other.snapshots
WHERE run_id = :old
ORDER BY id;

INSERT INTO main.tensors (
  snapshot_id, name, shape, dtype, blob_hash, min, max, mean, std, l2_norm, zero_count,
  nonfinite_count)
SELECT here.id, tensor.name, tensor.shape, tensor.dtype, tensor.blob_hash, tensor.min, tensor.max,
  tensor.mean, tensor.std, tensor.l2_norm, tensor.zero_count, tensor.nonfinite_count
FROM other.snapshots AS there
JOIN main.snapshots AS here
  ON here.run_id = :run AND here.kind = there.kind AND here.epoch = there.epoch
  AND here.step = there.step
JOIN other.tensors AS tensor ON tensor.snapshot_id = there.id
WHERE there.run_id = :old;

INSERT INTO main.checkpoints (
  run_id, epoch, step, weights_id, optimizer_id, state, created_at)
SELECT
  :run, checkpoint.epoch, checkpoint.step,
  (
    SELECT here.id
    FROM main.snapshots AS here
    JOIN other.snapshots AS there
      ON there.kind = here.kind AND there.epoch = here.epoch AND there.step = here.step
    WHERE here.run_id = :run AND there.id = checkpoint.weights_id
  ),
  (
    SELECT here.id
    FROM main.snapshots AS here
    JOIN other.snapshots AS there
      ON there.kind = here.kind AND there.epoch = here.epoch AND there.step = here.step
    WHERE here.run_id = :run AND there.id = checkpoint.optimizer_id
  ),
  checkpoint.state, checkpoint.created_at
FROM other.checkpoints AS checkpoint
WHERE checkpoint.run_id = :old
ORDER BY checkpoint.id;

INSERT INTO main.histograms (
  run_id, epoch, step, layer, quantity, lower, upper, counts, count, min, max, mean, std,
  nonfinite_count)
SELECT :run, epoch, step, layer, quantity, lower, upper, counts, count, min, max, mean, std,
  nonfinite_count
FROM other.histograms
WHERE run_id = :old
ORDER BY id;

INSERT INTO main.predictions (run_id, row, inputs, target, s, y)
SELECT :run, row, inputs, target, s, y FROM other.predictions WHERE run_id = :old;

INSERT INTO main.artifacts (run_id, name, media_type, blob_hash, created_at)
SELECT :run, name, media_type, blob_hash, created_at FROM other.artifacts WHERE run_id = :old;

INSERT INTO main.alerts (run_id, at, epoch, step, level, kind, message)
SELECT :run, at, epoch, step, level, kind, message
FROM other.alerts
WHERE run_id = :old
ORDER BY id;
