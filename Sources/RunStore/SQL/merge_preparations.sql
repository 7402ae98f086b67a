-- What must be there before a run can be taken over from the attached file `other`: the experiments of it,
-- its models and its datasets, and what people said of metrics, where nobody said it here. `:old` is the id
-- of the run there.

INSERT INTO main.experiments (name, created_at, uuid, artifact_location, deleted_at, updated_at)
SELECT experiment.name, experiment.created_at, experiment.uuid, experiment.artifact_location,
  experiment.deleted_at, experiment.updated_at
FROM other.experiments AS experiment
JOIN experiment_pairs AS pair ON pair.old = experiment.id
WHERE pair.new IS NULL
  AND experiment.id IN (
    SELECT experiment_id
    FROM other.runs
    WHERE id = :old
    UNION
    SELECT experiment_id
    FROM other.models
    WHERE id IN (SELECT model_id FROM carried_models WHERE run_id = :old)
    UNION
    SELECT experiment_id
    FROM other.datasets
    WHERE id IN (SELECT dataset_id FROM other.run_datasets WHERE run_id = :old))
ORDER BY experiment.id;

INSERT INTO main.experiment_tags (experiment_id, name, value)
SELECT pair.new, tag.name, tag.value
FROM other.runs AS run
JOIN other.experiment_tags AS tag ON tag.experiment_id = run.experiment_id
JOIN experiment_pairs AS pair ON pair.old = run.experiment_id
WHERE run.id = :old
ON CONFLICT DO NOTHING;

INSERT INTO main.metric_rules (word, is_name, goal, rank, x, unit)
SELECT word, is_name, goal, rank, x, unit
FROM other.metric_rules
WHERE TRUE
ON CONFLICT DO NOTHING;
