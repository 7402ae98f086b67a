-- Every use that a run makes of stored content: its hash, and who uses it, in words. `:run` is the id of
-- the run.

SELECT tensor.blob_hash AS hash,
  'the tensor ' || tensor.name || ' of the ' || snapshot.kind || ' after epoch ' || snapshot.epoch
    AS user
FROM snapshots AS snapshot
JOIN tensors AS tensor ON tensor.snapshot_id = snapshot.id
WHERE snapshot.run_id = :run
UNION ALL
SELECT blob_hash, 'the artifact ' || name
FROM artifacts
WHERE run_id = :run AND blob_hash IS NOT NULL
UNION ALL
SELECT blob_hash, 'the media ' || name || ' of step ' || step
FROM media
WHERE run_id = :run AND blob_hash IS NOT NULL
UNION ALL
SELECT file.blob_hash, 'the file ' || file.name || ' of the model ' || file.model_id
FROM model_artifacts AS file
JOIN models AS model ON model.id = file.model_id
WHERE file.blob_hash IS NOT NULL
  AND model.id IN (
    SELECT id FROM models WHERE source_run_id = :run
    UNION
    SELECT model_id FROM run_models WHERE run_id = :run
    UNION
    SELECT model_id FROM model_metrics WHERE run_id = :run)
ORDER BY hash, user;
