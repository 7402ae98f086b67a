-- Says of runs that came before their parents whose they are, now that both are here.

UPDATE main.runs AS here
SET parent_run_id = (
  SELECT parent.new
  FROM other.runs AS there
  JOIN run_pairs AS parent ON parent.old = there.parent_run_id
  WHERE there.uuid = here.uuid)
WHERE parent_run_id IS NULL
  AND uuid IN (
    SELECT there.uuid
    FROM other.runs AS there
    JOIN run_pairs AS parent ON parent.old = there.parent_run_id);
