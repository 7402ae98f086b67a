-- What a run kept in the attached file `other` and what is not here: prune may have removed it. `:old` is
-- the id of the run there, `:run` its id here.

INSERT INTO main.snapshots (run_id, epoch, step, kind, created_at)
SELECT :run, epoch, step, kind, created_at
FROM other.snapshots
WHERE run_id = :old
ORDER BY id
ON CONFLICT DO NOTHING;

INSERT INTO main.tensors (
  snapshot_id, name, shape, dtype, blob_hash, min, max, mean, std, l2_norm, zero_count,
  nonfinite_count)
SELECT snapshot.new, tensor.name, tensor.shape, tensor.dtype, tensor.blob_hash, tensor.min,
  tensor.max, tensor.mean, tensor.std, tensor.l2_norm, tensor.zero_count, tensor.nonfinite_count
FROM snapshot_pairs AS snapshot
JOIN other.tensors AS tensor ON tensor.snapshot_id = snapshot.old
WHERE snapshot.old_run = :old
ON CONFLICT DO NOTHING;

INSERT INTO main.checkpoints (
  run_id, epoch, step, weights_id, optimizer_id, state, created_at)
SELECT
  :run, checkpoint.epoch, checkpoint.step, weights.new, optimizer.new, checkpoint.state,
  checkpoint.created_at
FROM other.checkpoints AS checkpoint
JOIN snapshot_pairs AS weights ON weights.old = checkpoint.weights_id
LEFT JOIN snapshot_pairs AS optimizer ON optimizer.old = checkpoint.optimizer_id
WHERE checkpoint.run_id = :old
ORDER BY checkpoint.id
ON CONFLICT DO NOTHING;

INSERT INTO main.artifacts (run_id, name, media_type, blob_hash, created_at, source_uri)
SELECT :run, name, media_type, blob_hash, created_at, source_uri
FROM other.artifacts
WHERE run_id = :old AND blob_hash IS NOT NULL
ON CONFLICT (run_id, name) DO UPDATE
SET media_type = excluded.media_type, blob_hash = excluded.blob_hash,
  created_at = excluded.created_at
WHERE artifacts.blob_hash IS NULL;

INSERT INTO main.model_artifacts (
  model_id, name, media_type, blob_hash, created_at, source_uri)
SELECT model_id, name, media_type, blob_hash, created_at, source_uri
FROM other.model_artifacts
WHERE model_id IN (SELECT model_id FROM carried_models WHERE run_id = :old)
ON CONFLICT (model_id, name) DO UPDATE
SET media_type = excluded.media_type, blob_hash = excluded.blob_hash,
  created_at = excluded.created_at
WHERE model_artifacts.blob_hash IS NULL AND excluded.blob_hash IS NOT NULL;
