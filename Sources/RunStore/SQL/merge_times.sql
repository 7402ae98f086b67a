-- Makes the times of a run those of the attached file `other`: triggers gave it what its status asks for.
-- `:run` is its id here, `:old` its id there.

UPDATE main.runs
SET (started_at, ended_at, error, idle_milliseconds) = (
  SELECT started_at, ended_at, error, idle_milliseconds FROM other.runs WHERE id = :old)
WHERE id = :run;
