-- What must be there before a run can be taken over from the attached file `other`: its experiment and its
-- blobs. `:old` is the id of the run there.

INSERT INTO main.experiments (name, created_at)
SELECT experiment.name, experiment.created_at
FROM other.runs AS run
JOIN other.experiments AS experiment ON experiment.id = run.experiment_id
WHERE run.id = :old
  AND experiment.name NOT IN (SELECT name FROM main.experiments);

INSERT INTO main.blobs (hash, data, byte_count)
SELECT hash, data, byte_count
FROM other.blobs
WHERE hash IN (
    SELECT tensor.blob_hash
    FROM other.tensors AS tensor
    JOIN other.snapshots AS snapshot ON snapshot.id = tensor.snapshot_id
    WHERE snapshot.run_id = :old
    UNION
    SELECT blob_hash FROM other.artifacts WHERE run_id = :old)
  AND hash NOT IN (SELECT hash FROM main.blobs);
