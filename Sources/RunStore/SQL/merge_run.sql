-- The row of a run that is taken over from the attached file `other`; its parent is the run of the same
-- uuid, if that is here; a run whose experiment is gone belongs to the one that is always there. `:old` is the id of the run there.

INSERT INTO main.runs (
  uuid, experiment_id, name, recipe, status, seed, started_at, ended_at, heartbeat_at, host, pid,
  boot_id, command, version, git_commit, git_dirty, parent_run_id, group_name, error, note,
  deleted_at, user_name, argv, cwd, exit_code, source, heartbeat_seconds, pid_namespace,
  idle_milliseconds)
SELECT
  run.uuid, COALESCE(experiment.new, 1), run.name, run.recipe, run.status, run.seed, run.started_at,
  run.ended_at, run.heartbeat_at, run.host, run.pid, run.boot_id, run.command, run.version,
  run.git_commit, run.git_dirty, parent.new, run.group_name, run.error, run.note, run.deleted_at,
  run.user_name, run.argv, run.cwd, run.exit_code, run.source, MIN(run.heartbeat_seconds, 86400),
  run.pid_namespace, run.idle_milliseconds
FROM other.runs AS run
LEFT JOIN experiment_pairs AS experiment ON experiment.old = run.experiment_id
LEFT JOIN run_pairs AS parent ON parent.old = run.parent_run_id
WHERE run.id = :old
RETURNING id;
