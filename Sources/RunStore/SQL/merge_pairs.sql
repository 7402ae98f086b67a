-- What is what in the attached file `other`, as long as this connection has it.

-- Experiments are the same by uuid, else by name; `new` is NULL for one that is not here.
CREATE TEMP VIEW experiment_pairs AS
SELECT
  there.id AS old,
  COALESCE(
    (SELECT here.id FROM main.experiments AS here WHERE here.uuid = there.uuid),
    (SELECT here.id FROM main.experiments AS here WHERE here.name = there.name)) AS new
FROM other.experiments AS there;

-- Runs are the same by uuid.
CREATE TEMP VIEW run_pairs AS
SELECT there.id AS old, here.id AS new
FROM other.runs AS there
JOIN main.runs AS here ON here.uuid = there.uuid;

-- Snapshots of a run that is here are the same by kind, epoch and step.
CREATE TEMP VIEW snapshot_pairs AS
SELECT there.run_id AS old_run, there.id AS old, here.id AS new
FROM other.snapshots AS there
JOIN run_pairs AS run ON run.old = there.run_id
JOIN main.snapshots AS here
  ON here.run_id = run.new AND here.kind = there.kind AND here.epoch = there.epoch
  AND here.step = there.step;

-- Datasets are the same by experiment, name and digest.
CREATE TEMP VIEW dataset_pairs AS
SELECT there.id AS old, here.id AS new
FROM other.datasets AS there
JOIN experiment_pairs AS experiment ON experiment.old = there.experiment_id
JOIN main.datasets AS here
  ON here.experiment_id = experiment.new AND here.name = there.name AND here.digest = there.digest;

-- The models that a run made, uses or measured, which go with it.
CREATE TEMP VIEW carried_models AS
SELECT source_run_id AS run_id, id AS model_id
FROM other.models
WHERE source_run_id IS NOT NULL
UNION ALL
SELECT run_id, model_id
FROM other.run_models
UNION ALL
SELECT run_id, model_id
FROM other.model_metrics
WHERE run_id IS NOT NULL;

-- The versions of registered models that a run or a model of it was published as, which go with it.
CREATE TEMP VIEW carried_versions AS
SELECT run_id, registered_model, version
FROM other.model_versions
WHERE run_id IS NOT NULL
UNION
SELECT model.run_id, there.registered_model, there.version
FROM carried_models AS model
JOIN other.model_versions AS there ON there.model_id = model.model_id;

-- Versions are the same by the name, where they came from and when; their numbers may differ.
CREATE TEMP VIEW version_pairs AS
SELECT there.registered_model, there.version AS old, here.version AS new
FROM other.model_versions AS there
JOIN main.model_versions AS here
  ON here.registered_model = there.registered_model AND here.created_at = there.created_at
  AND here.source IS there.source;
