-- Forgets the attached file `other`, and what merge_pairs.sql says of it.

DROP VIEW IF EXISTS temp.version_pairs;

DROP VIEW IF EXISTS temp.carried_versions;

DROP VIEW IF EXISTS temp.carried_models;

DROP VIEW IF EXISTS temp.dataset_pairs;

DROP VIEW IF EXISTS temp.snapshot_pairs;

DROP VIEW IF EXISTS temp.run_pairs;

DROP VIEW IF EXISTS temp.experiment_pairs;

DETACH other;
