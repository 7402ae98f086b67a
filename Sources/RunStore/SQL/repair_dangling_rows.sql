-- What belongs to nothing is deleted, from the outside in; a run without an experiment goes to the one that
-- is always there.

INSERT INTO experiments (id, name)
VALUES (1, 'default')
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
