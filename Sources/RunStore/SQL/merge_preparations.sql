-- What must be there before a run can be taken over from the attached file `other`: its experiment and its
-- blobs. `:old` is the id of the run there.

INSERT INTO main.experiments (name, created_at, uuid, artifact_location, deleted_at, updated_at)
SELECT experiment.name, experiment.created_at, experiment.uuid, experiment.artifact_location,
  experiment.deleted_at, experiment.updated_at
FROM other.runs AS run
JOIN other.experiments AS experiment ON experiment.id = run.experiment_id
WHERE run.id = :old
  AND experiment.name NOT IN (SELECT name FROM main.experiments)
  AND experiment.uuid NOT IN (SELECT uuid FROM main.experiments);

INSERT INTO main.experiment_tags (experiment_id, name, value)
SELECT here.id, tag.name, tag.value
FROM other.runs AS run
JOIN other.experiments AS there ON there.id = run.experiment_id
JOIN other.experiment_tags AS tag ON tag.experiment_id = there.id
JOIN main.experiments AS here ON here.uuid = there.uuid
WHERE run.id = :old
ON CONFLICT DO NOTHING;

INSERT INTO main.metric_rules (word, is_name, goal, rank, x, unit)
SELECT word, is_name, goal, rank, x, unit
FROM other.metric_rules
WHERE TRUE
ON CONFLICT DO NOTHING;

INSERT INTO main.blobs (hash, data, byte_count, content)
SELECT hash, data, byte_count,
  content + (SELECT COALESCE(MAX(content), 0) FROM main.blob_chunks)
FROM other.blobs
WHERE hash IN (
    SELECT tensor.blob_hash
    FROM other.tensors AS tensor
    JOIN other.snapshots AS snapshot ON snapshot.id = tensor.snapshot_id
    WHERE snapshot.run_id = :old
    UNION
    SELECT blob_hash FROM other.artifacts WHERE run_id = :old
    UNION
    SELECT blob_hash FROM other.media WHERE run_id = :old
    UNION
    SELECT file.blob_hash
    FROM other.model_artifacts AS file
    JOIN other.models AS model ON model.id = file.model_id
    WHERE model.source_run_id = :old
      OR model.id IN (SELECT model_id FROM other.run_models WHERE run_id = :old))
  AND hash NOT IN (SELECT hash FROM main.blobs);

INSERT INTO main.blob_chunks (content, position, data)
SELECT here.content, chunk.position, chunk.data
FROM other.blobs AS there
JOIN main.blobs AS here ON here.hash = there.hash
JOIN other.blob_chunks AS chunk ON chunk.content = there.content
WHERE here.content IS NOT NULL
  AND here.content NOT IN (SELECT content FROM main.blob_chunks);
