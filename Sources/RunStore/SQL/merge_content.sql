-- What a run was set to and measured in the attached file `other`. `:old` is its id there, `:run` its id
-- here, where there is nothing of it yet. `:disorder` tells followers of the series that they are others.

INSERT INTO main.params (run_id, name, value, text)
SELECT
  :run, name,
  CASE WHEN typeof(value) = 'blob' THEN plain_number(value) ELSE value END,
  CASE
    WHEN typeof(value) = 'blob' AND plain_number(value) IS NULL THEN COALESCE(text, hex(value))
    ELSE text
  END
FROM other.params WHERE run_id = :old;

INSERT INTO main.environment (run_id, name, value)
SELECT :run, name, value FROM other.environment WHERE run_id = :old;

INSERT INTO main.metric_series (
  run_id, name, count, nan_count, first_step, first_value, last_step, last_epoch, last_value,
  min_value, min_step, max_value, max_step, first_repeat, last_at, last_repeat, min_epoch, min_repeat,
  max_epoch, max_repeat, infinite_count, disorder)
SELECT :run, name, count, nan_count, first_step, first_value, last_step, last_epoch, last_value,
  min_value, min_step, max_value, max_step, first_repeat, last_at, last_repeat, min_epoch, min_repeat,
  max_epoch, max_repeat, infinite_count, disorder + :disorder
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

INSERT INTO main.predictions (run_id, row, inputs, target, s, y)
SELECT :run, row, inputs, target, s, y FROM other.predictions WHERE run_id = :old;

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
SELECT experiment.new, there.name, there.digest, there.source_type, there.source, there.schema,
  there.profile
FROM other.datasets AS there
JOIN experiment_pairs AS experiment ON experiment.old = there.experiment_id
WHERE there.id IN (SELECT dataset_id FROM other.run_datasets WHERE run_id = :old)
ORDER BY there.id
ON CONFLICT (experiment_id, name, digest) DO NOTHING;

INSERT INTO main.run_datasets (run_id, dataset_id, context)
SELECT :run, dataset.new, uses.context
FROM other.run_datasets AS uses
JOIN dataset_pairs AS dataset ON dataset.old = uses.dataset_id
WHERE uses.run_id = :old;

INSERT INTO main.run_dataset_tags (run_id, dataset_id, context, name, value)
SELECT :run, dataset.new, tag.context, tag.name, tag.value
FROM other.run_dataset_tags AS tag
JOIN dataset_pairs AS dataset ON dataset.old = tag.dataset_id
WHERE tag.run_id = :old;

-- A model may be here already, with another run that uses it; what changed last is right.
INSERT INTO main.models (
  id, experiment_id, source_run_id, name, model_type, status, status_message, created_at, updated_at,
  deleted_at)
SELECT model.id, COALESCE(experiment.new, 1), maker.new, model.name, model.model_type, model.status,
  model.status_message, model.created_at, model.updated_at, model.deleted_at
FROM other.models AS model
LEFT JOIN experiment_pairs AS experiment ON experiment.old = model.experiment_id
LEFT JOIN run_pairs AS maker ON maker.old = model.source_run_id
WHERE model.id IN (SELECT model_id FROM carried_models WHERE run_id = :old)
ORDER BY model.id
ON CONFLICT (id) DO UPDATE
SET status = excluded.status, status_message = excluded.status_message,
  updated_at = excluded.updated_at, deleted_at = excluded.deleted_at
WHERE excluded.updated_at > models.updated_at;

UPDATE main.models
SET source_run_id = :run
WHERE source_run_id IS NULL
  AND id IN (SELECT id FROM other.models WHERE source_run_id = :old);

INSERT INTO main.model_params (model_id, name, value)
SELECT model_id, name, value
FROM other.model_params
WHERE model_id IN (SELECT model_id FROM carried_models WHERE run_id = :old)
ON CONFLICT DO NOTHING;

INSERT INTO main.model_tags (model_id, name, value)
SELECT model_id, name, value
FROM other.model_tags
WHERE model_id IN (SELECT model_id FROM carried_models WHERE run_id = :old)
ON CONFLICT DO NOTHING;

-- The metrics of a model are of the runs that measured them. Those of this run come with it, those of runs
-- that are not here with the model, and belong to their run once it comes.
UPDATE main.model_metrics AS here
SET run_id = :run
WHERE run_id IS NULL
  AND EXISTS (
    SELECT 1
    FROM other.model_metrics AS there
    WHERE there.run_id = :old
      AND there.model_id = here.model_id AND there.name = here.name AND there.step = here.step
      AND there.value IS here.value AND there.recorded_at IS here.recorded_at
      AND there.dataset_name IS here.dataset_name
      AND there.dataset_digest IS here.dataset_digest);

INSERT INTO main.model_metrics (
  model_id, name, step, repeat, value, recorded_at, run_id, dataset_name, dataset_digest)
SELECT there.model_id, there.name, there.step,
  there.repeat + (
    SELECT COALESCE(MAX(here.repeat) + 1, 0)
    FROM main.model_metrics AS here
    WHERE here.model_id = there.model_id AND here.name = there.name AND here.step = there.step),
  there.value, there.recorded_at, measurer.new, there.dataset_name, there.dataset_digest
FROM other.model_metrics AS there
LEFT JOIN run_pairs AS measurer ON measurer.old = there.run_id
WHERE there.model_id IN (SELECT model_id FROM carried_models WHERE run_id = :old)
  AND NOT EXISTS (
    SELECT 1
    FROM main.model_metrics AS here
    WHERE here.model_id = there.model_id AND here.name = there.name AND here.step = there.step
      AND here.value IS there.value AND here.recorded_at IS there.recorded_at
      AND (here.run_id = measurer.new OR measurer.new IS NULL)
      AND here.dataset_name IS there.dataset_name
      AND here.dataset_digest IS there.dataset_digest)
ORDER BY there.model_id, there.name, there.step, there.repeat;

INSERT INTO main.run_models (run_id, model_id, direction, step)
SELECT :run, model_id, direction, step
FROM other.run_models
WHERE run_id = :old;

INSERT INTO main.artifacts (run_id, name, media_type, blob_hash, created_at, source_uri)
SELECT :run, name, media_type, NULL, created_at, source_uri
FROM other.artifacts
WHERE run_id = :old AND source_uri IS NOT NULL
ON CONFLICT (run_id, name) DO UPDATE SET source_uri = excluded.source_uri;
