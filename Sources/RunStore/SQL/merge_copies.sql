-- Everything that hangs on a run that is taken over from the attached file `other`. `:old` is its id
-- there, `:run` its id here.

INSERT INTO main.params (run_id, name, value, text)
SELECT
  :run, name,
  CASE WHEN typeof(value) = 'blob' THEN plain_number(value) ELSE value END,
  CASE
    WHEN typeof(value) = 'blob' AND plain_number(value) IS NULL THEN COALESCE(text, hex(value))
    ELSE text
  END
FROM other.params WHERE run_id = :old;

INSERT INTO main.tags (run_id, name, value)
SELECT :run, name, value FROM other.tags WHERE run_id = :old;

INSERT INTO main.environment (run_id, name, value)
SELECT :run, name, value FROM other.environment WHERE run_id = :old;

INSERT INTO main.metric_series (
  run_id, name, count, nan_count, first_step, first_value, last_step, last_epoch, last_value,
  min_value, min_step, max_value, max_step, first_repeat, last_at, last_repeat, min_epoch, min_repeat,
  max_epoch, max_repeat, infinite_count, disorder)
SELECT :run, name, count, nan_count, first_step, first_value, last_step, last_epoch, last_value,
  min_value, min_step, max_value, max_step, first_repeat, last_at, last_repeat, min_epoch, min_repeat,
  max_epoch, max_repeat, infinite_count, disorder
FROM other.metric_series
WHERE run_id = :old;

INSERT INTO main.metric_points (series_id, step, epoch, value, recorded_at, repeat)
SELECT here.id, point.step, point.epoch, point.value, point.recorded_at, point.repeat
FROM other.metric_series AS there
JOIN main.metric_series AS here ON here.run_id = :run AND here.name = there.name
JOIN other.metric_points AS point ON point.series_id = there.id
WHERE there.run_id = :old
ORDER BY here.id, point.step, point.repeat;

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
  nonfinite_count, edges, repeat)
SELECT :run, epoch, step, layer, quantity, lower, upper, counts, count, min, max, mean, std,
  nonfinite_count, edges, repeat
FROM other.histograms
WHERE run_id = :old
ORDER BY id;

INSERT INTO main.predictions (run_id, row, inputs, target, s, y)
SELECT :run, row, inputs, target, s, y FROM other.predictions WHERE run_id = :old;

INSERT INTO main.artifacts (run_id, name, media_type, blob_hash, created_at, source_uri)
SELECT :run, name, media_type, blob_hash, created_at, source_uri FROM other.artifacts WHERE run_id = :old;

INSERT INTO main.alerts (run_id, at, epoch, step, level, kind, message)
SELECT :run, at, epoch, step, level, kind, message
FROM other.alerts
WHERE run_id = :old
ORDER BY id;

INSERT INTO main.output_lines (run_id, line, at, stream, text)
SELECT :run, line, at, stream, text
FROM other.output_lines
WHERE run_id = :old
ORDER BY line;

INSERT INTO main.media (
  run_id, name, step, position, epoch, recorded_at, kind, text, blob_hash, media_type, metadata)
SELECT :run, name, step, position, epoch, recorded_at, kind, text, blob_hash, media_type, metadata
FROM other.media
WHERE run_id = :old;

INSERT INTO main.datasets (
  experiment_id, name, digest, source_type, source, schema, profile)
SELECT run.experiment_id, there.name, there.digest, there.source_type, there.source, there.schema,
  there.profile
FROM main.runs AS run
JOIN other.datasets AS there
  ON there.id IN (SELECT dataset_id FROM other.run_datasets WHERE run_id = :old)
WHERE run.id = :run
ORDER BY there.id
ON CONFLICT (experiment_id, name, digest) DO NOTHING;

INSERT INTO main.run_datasets (run_id, dataset_id, context)
SELECT :run, here.id, uses.context
FROM other.run_datasets AS uses
JOIN other.datasets AS there ON there.id = uses.dataset_id
JOIN main.runs AS run ON run.id = :run
JOIN main.datasets AS here
  ON here.experiment_id = run.experiment_id AND here.name = there.name AND here.digest = there.digest
WHERE uses.run_id = :old;

INSERT INTO main.run_dataset_tags (run_id, dataset_id, context, name, value)
SELECT :run, here.id, tag.context, tag.name, tag.value
FROM other.run_dataset_tags AS tag
JOIN other.datasets AS there ON there.id = tag.dataset_id
JOIN main.runs AS run ON run.id = :run
JOIN main.datasets AS here
  ON here.experiment_id = run.experiment_id AND here.name = there.name AND here.digest = there.digest
WHERE tag.run_id = :old;

INSERT INTO main.models (
  id, experiment_id, source_run_id, name, model_type, status, status_message, created_at, updated_at,
  deleted_at)
SELECT model.id, run.experiment_id, CASE WHEN model.source_run_id = :old THEN :run END, model.name,
  model.model_type, model.status, model.status_message, model.created_at, model.updated_at,
  model.deleted_at
FROM other.models AS model
JOIN main.runs AS run ON run.id = :run
WHERE (model.source_run_id = :old
    OR model.id IN (SELECT model_id FROM other.run_models WHERE run_id = :old))
  AND model.id NOT IN (SELECT id FROM main.models)
ORDER BY model.id;

INSERT INTO main.model_params (model_id, name, value)
SELECT param.model_id, param.name, param.value
FROM other.model_params AS param
JOIN other.models AS model ON model.id = param.model_id
WHERE model.source_run_id = :old
  OR model.id IN (SELECT model_id FROM other.run_models WHERE run_id = :old)
ON CONFLICT DO NOTHING;

INSERT INTO main.model_tags (model_id, name, value)
SELECT tag.model_id, tag.name, tag.value
FROM other.model_tags AS tag
JOIN other.models AS model ON model.id = tag.model_id
WHERE model.source_run_id = :old
  OR model.id IN (SELECT model_id FROM other.run_models WHERE run_id = :old)
ON CONFLICT DO NOTHING;

INSERT INTO main.model_metrics (
  model_id, name, step, repeat, value, recorded_at, run_id, dataset_name, dataset_digest)
SELECT metric.model_id, metric.name, metric.step, metric.repeat, metric.value, metric.recorded_at,
  CASE WHEN metric.run_id = :old THEN :run END, metric.dataset_name, metric.dataset_digest
FROM other.model_metrics AS metric
JOIN other.models AS model ON model.id = metric.model_id
WHERE model.source_run_id = :old
  OR model.id IN (SELECT model_id FROM other.run_models WHERE run_id = :old)
ON CONFLICT DO NOTHING;

INSERT INTO main.model_artifacts (
  model_id, name, media_type, blob_hash, created_at, source_uri)
SELECT file.model_id, file.name, file.media_type, file.blob_hash, file.created_at, file.source_uri
FROM other.model_artifacts AS file
JOIN other.models AS model ON model.id = file.model_id
WHERE model.source_run_id = :old
  OR model.id IN (SELECT model_id FROM other.run_models WHERE run_id = :old)
ON CONFLICT DO NOTHING;

INSERT INTO main.run_models (run_id, model_id, direction, step)
SELECT :run, model_id, direction, step
FROM other.run_models
WHERE run_id = :old;

UPDATE main.runs
SET edited_at = (SELECT edited_at FROM other.runs WHERE id = :old)
WHERE id = :run;
