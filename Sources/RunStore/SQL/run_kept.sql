-- What a run kept and prune may remove, a part a row: kind, name, and what is compared where two files
-- have the part. `:run` is the id of the run.

SELECT 'snapshot' AS kind,
  'of the ' || kind || ' after epoch ' || epoch || ', step ' || step AS name, created_at
FROM snapshots
WHERE run_id = :run
ORDER BY id;

SELECT 'tensor' AS kind,
  tensor.name || ' of the ' || snapshot.kind || ' after epoch ' || snapshot.epoch || ', step '
    || snapshot.step AS name,
  tensor.shape, tensor.dtype, tensor.blob_hash, tensor.min, tensor.max, tensor.mean, tensor.std,
  tensor.l2_norm, tensor.zero_count, tensor.nonfinite_count
FROM snapshots AS snapshot
JOIN tensors AS tensor ON tensor.snapshot_id = snapshot.id
WHERE snapshot.run_id = :run
ORDER BY snapshot.id, tensor.name;

SELECT 'checkpoint' AS kind,
  'after epoch ' || checkpoint.epoch || ', step ' || checkpoint.step AS name,
  checkpoint.state, checkpoint.created_at, weights.epoch, weights.step, optimizer.epoch,
  optimizer.step
FROM checkpoints AS checkpoint
JOIN snapshots AS weights ON weights.id = checkpoint.weights_id
LEFT JOIN snapshots AS optimizer ON optimizer.id = checkpoint.optimizer_id
WHERE checkpoint.run_id = :run
ORDER BY checkpoint.id;

SELECT 'histogram' AS kind,
  'of ' || layer || COALESCE(' (' || quantity || ')', '') || COALESCE(' after epoch ' || epoch, '')
    || ', step ' || step || COALESCE(', number ' || NULLIF(repeat, 0), '') AS name,
  lower, upper, counts, count, min, max, mean, std, nonfinite_count, edges
FROM histograms
WHERE run_id = :run
-- The order of the index: to sort them would hold all their bins.
ORDER BY layer, COALESCE(quantity, ''), COALESCE(epoch, -1), step, repeat;

SELECT 'artifact' AS kind, name, media_type, blob_hash, created_at
FROM artifacts
WHERE run_id = :run AND blob_hash IS NOT NULL
ORDER BY name;

SELECT 'model file' AS kind, file.name || ' of ' || file.model_id AS name, file.media_type,
  file.blob_hash, file.created_at
FROM models AS model
JOIN model_artifacts AS file ON file.model_id = model.id
WHERE file.blob_hash IS NOT NULL
  AND model.id IN (
    SELECT id FROM models WHERE source_run_id = :run
    UNION
    SELECT model_id FROM run_models WHERE run_id = :run
    UNION
    SELECT model_id FROM model_metrics WHERE run_id = :run)
ORDER BY file.model_id, file.name;

SELECT 'registered model' AS kind,
  registered_model || ', the version of ' || strftime('%Y-%m-%dT%H:%M:%fZ', created_at / 1000.0, 'unixepoch')
    || COALESCE(' from ' || source, '') AS name,
  created_at
FROM model_versions
WHERE run_id = :run
  OR model_id IN (
    SELECT id FROM models WHERE source_run_id = :run
    UNION
    SELECT model_id FROM run_models WHERE run_id = :run
    UNION
    SELECT model_id FROM model_metrics WHERE run_id = :run)
ORDER BY registered_model, created_at, source;
