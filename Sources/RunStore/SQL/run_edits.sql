-- What people say of a run afterwards: kind, name, and what is compared. `:run` is the id of the run.

SELECT 'name' AS kind, '' AS name, name AS value FROM runs WHERE id = :run
UNION ALL
SELECT 'note', '', note FROM runs WHERE id = :run AND note IS NOT NULL
UNION ALL
SELECT 'deletion', '', deleted_at FROM runs WHERE id = :run AND deleted_at IS NOT NULL
UNION ALL
SELECT 'experiment', '', COALESCE(experiment.name, 'default')
FROM runs AS run
LEFT JOIN experiments AS experiment ON experiment.id = run.experiment_id
WHERE run.id = :run;

SELECT 'tag' AS kind, name, value FROM tags WHERE run_id = :run ORDER BY name;
