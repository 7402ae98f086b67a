-- What people said of a run in the attached file `other` takes the place of what they said here. `:run` is
-- its id here, `:old` its id there. Triggers note the time of each edit; the time of these is theirs.

DELETE FROM main.tags WHERE run_id = :run;

INSERT INTO main.tags (run_id, name, value)
SELECT :run, name, value FROM other.tags WHERE run_id = :old;

UPDATE main.runs
SET (name, note, deleted_at, experiment_id) = (
  SELECT there.name, there.note, there.deleted_at, COALESCE(experiment.new, 1)
  FROM other.runs AS there
  LEFT JOIN experiment_pairs AS experiment ON experiment.old = there.experiment_id
  WHERE there.id = :old)
WHERE id = :run;

UPDATE main.runs
SET edited_at = (SELECT edited_at FROM other.runs WHERE id = :old)
WHERE id = :run;
