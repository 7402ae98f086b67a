-- What belongs to nothing is deleted, from the outside in; a run or dataset without an experiment goes to the
-- one that is always there.

INSERT INTO experiments (id, name, uuid)
VALUES (1, 'default', '00000000-0000-4000-8000-000000000001')
ON CONFLICT DO NOTHING;

UPDATE runs
SET experiment_id = 1
WHERE experiment_id NOT IN (SELECT id FROM experiments);

UPDATE runs
SET parent_run_id = NULL
WHERE parent_run_id NOT IN (SELECT id FROM runs);

DELETE FROM params
WHERE run_id NOT IN (SELECT id FROM runs);

DELETE FROM tags
WHERE run_id NOT IN (SELECT id FROM runs);

DELETE FROM environment
WHERE run_id NOT IN (SELECT id FROM runs);

DELETE FROM metric_series
WHERE run_id NOT IN (SELECT id FROM runs);

DELETE FROM metric_points
WHERE series_id NOT IN (SELECT id FROM metric_series);

DELETE FROM layers
WHERE run_id NOT IN (SELECT id FROM runs);

DELETE FROM snapshots
WHERE run_id NOT IN (SELECT id FROM runs);

DELETE FROM tensors
WHERE snapshot_id NOT IN (SELECT id FROM snapshots);

DELETE FROM tensors
WHERE blob_hash NOT IN (SELECT hash FROM blobs);

DELETE FROM checkpoints
WHERE run_id NOT IN (SELECT id FROM runs);

DELETE FROM checkpoints
WHERE weights_id NOT IN (SELECT id FROM snapshots);

DELETE FROM checkpoints
WHERE optimizer_id NOT IN (SELECT id FROM snapshots);

DELETE FROM histograms
WHERE run_id NOT IN (SELECT id FROM runs);

DELETE FROM predictions
WHERE run_id NOT IN (SELECT id FROM runs);

DELETE FROM artifacts
WHERE run_id NOT IN (SELECT id FROM runs);

DELETE FROM artifacts
WHERE blob_hash NOT IN (SELECT hash FROM blobs);

DELETE FROM alerts
WHERE run_id NOT IN (SELECT id FROM runs);

DELETE FROM output_lines
WHERE run_id NOT IN (SELECT id FROM runs);

DELETE FROM media
WHERE run_id NOT IN (SELECT id FROM runs);

DELETE FROM run_datasets
WHERE run_id NOT IN (SELECT id FROM runs);

DELETE FROM run_models
WHERE run_id NOT IN (SELECT id FROM runs);

DELETE FROM experiment_tags
WHERE experiment_id NOT IN (SELECT id FROM experiments);

-- One that is there already stays the only one.
UPDATE OR IGNORE datasets
SET experiment_id = 1
WHERE experiment_id NOT IN (SELECT id FROM experiments);

DELETE FROM run_datasets
WHERE dataset_id NOT IN (
  SELECT id FROM datasets WHERE experiment_id IN (SELECT id FROM experiments));

DELETE FROM datasets
WHERE experiment_id NOT IN (SELECT id FROM experiments);

DELETE FROM run_dataset_tags
WHERE (run_id, dataset_id, context) NOT IN (SELECT run_id, dataset_id, context FROM run_datasets);

UPDATE media
SET blob_hash = NULL
WHERE blob_hash NOT IN (SELECT hash FROM blobs);

UPDATE models
SET experiment_id = 1
WHERE experiment_id NOT IN (SELECT id FROM experiments);

UPDATE models
SET source_run_id = NULL
WHERE source_run_id NOT IN (SELECT id FROM runs);

UPDATE model_metrics
SET run_id = NULL
WHERE run_id NOT IN (SELECT id FROM runs);

DELETE FROM model_artifacts
WHERE blob_hash NOT IN (SELECT hash FROM blobs);

DELETE FROM model_params
WHERE model_id NOT IN (SELECT id FROM models);

DELETE FROM model_tags
WHERE model_id NOT IN (SELECT id FROM models);

DELETE FROM model_metrics
WHERE model_id NOT IN (SELECT id FROM models);

DELETE FROM model_artifacts
WHERE model_id NOT IN (SELECT id FROM models);

DELETE FROM run_models
WHERE model_id NOT IN (SELECT id FROM models);

UPDATE model_versions
SET model_id = NULL
WHERE model_id NOT IN (SELECT id FROM models);

UPDATE model_versions
SET run_id = NULL
WHERE run_id NOT IN (SELECT id FROM runs);

DELETE FROM registered_model_tags
WHERE registered_model NOT IN (SELECT name FROM registered_models);

DELETE FROM model_versions
WHERE registered_model NOT IN (SELECT name FROM registered_models);

DELETE FROM model_version_tags
WHERE (registered_model, version) NOT IN (SELECT registered_model, version FROM model_versions);

DELETE FROM model_aliases
WHERE (registered_model, version) NOT IN (SELECT registered_model, version FROM model_versions);
