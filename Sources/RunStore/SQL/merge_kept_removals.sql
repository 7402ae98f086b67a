-- Removes what a run kept here and what the attached file `other` has, too, or all of it if `:all` is 1:
-- what is there takes its place. `:run` is the id of the run here, `:old` its id there.

DELETE FROM main.snapshots
WHERE run_id = :run
  AND (:all OR id IN (SELECT new FROM snapshot_pairs WHERE old_run = :old));

DELETE FROM main.histograms
WHERE run_id = :run
  AND (:all OR EXISTS (
    SELECT 1
    FROM other.histograms AS there
    WHERE there.run_id = :old AND there.layer = histograms.layer
      AND there.quantity IS histograms.quantity AND there.epoch IS histograms.epoch
      AND there.step = histograms.step AND there.repeat = histograms.repeat));

DELETE FROM main.artifacts
WHERE run_id = :run
  AND (:all OR name IN (
    SELECT name FROM other.artifacts WHERE run_id = :old AND blob_hash IS NOT NULL));

DELETE FROM main.model_artifacts
WHERE EXISTS (
  SELECT 1
  FROM other.model_artifacts AS there
  JOIN carried_models AS carried ON carried.model_id = there.model_id
  WHERE carried.run_id = :old AND there.blob_hash IS NOT NULL
    AND there.model_id = model_artifacts.model_id AND there.name = model_artifacts.name);
