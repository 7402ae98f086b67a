-- Makes room for what a run was set to and measured in the attached file `other`, and says it in the row of
-- the run. `:run` is its id here, `:old` its id there. What prune removes stays, and what people said of it.

DELETE FROM main.params WHERE run_id = :run;

DELETE FROM main.environment WHERE run_id = :run;

DELETE FROM main.metric_series WHERE run_id = :run;

DELETE FROM main.layers WHERE run_id = :run;

DELETE FROM main.predictions WHERE run_id = :run;

DELETE FROM main.alerts WHERE run_id = :run;

DELETE FROM main.output_lines WHERE run_id = :run;

DELETE FROM main.media WHERE run_id = :run;

DELETE FROM main.artifacts WHERE run_id = :run AND blob_hash IS NULL;

UPDATE main.artifacts SET source_uri = NULL WHERE run_id = :run;

DELETE FROM main.run_datasets WHERE run_id = :run;

DELETE FROM main.run_models WHERE run_id = :run;

DELETE FROM main.model_metrics WHERE run_id = :run;

DELETE FROM main.model_params
WHERE model_id IN (SELECT id FROM main.models WHERE source_run_id = :run)
  AND model_id IN (SELECT id FROM other.models);

UPDATE main.models
SET (name, model_type, created_at) = (
  SELECT name, model_type, created_at FROM other.models AS there WHERE there.id = models.id)
WHERE source_run_id = :run
  AND id IN (SELECT id FROM other.models);

-- Other runs may use a model that this one did not make after all.
UPDATE main.models
SET source_run_id = NULL
WHERE source_run_id = :run
  AND id NOT IN (SELECT id FROM other.models WHERE source_run_id = :old);

UPDATE main.runs
SET
  (recipe, status, seed, heartbeat_at, host, pid, boot_id, command, version, git_commit, git_dirty,
    group_name, user_name, argv, cwd, exit_code, source, heartbeat_seconds, pid_namespace) = (
    SELECT recipe, status, seed, heartbeat_at, host, pid, boot_id, command, version, git_commit,
      git_dirty, group_name, user_name, argv, cwd, exit_code, source, MIN(heartbeat_seconds, 86400),
      pid_namespace
    FROM other.runs
    WHERE id = :old),
  owner = NULL
WHERE id = :run;
