-- The versions of registered models that go with a run of the attached file `other`: those of it, and of the
-- models that it carries. A version keeps its number where that is free here; else it gets one behind all, also
-- behind those that are not given again: `last version of NAME` says which was the last that is gone.
-- `:old` is the id of the run there, `:run` its id here. What is said here of a name stays.

INSERT INTO main.registered_models (name, description, created_at, updated_at)
SELECT name, description, created_at, updated_at
FROM other.registered_models
WHERE name IN (SELECT registered_model FROM carried_versions WHERE run_id = :old)
ON CONFLICT DO NOTHING;

INSERT INTO main.registered_model_tags (registered_model, name, value)
SELECT registered_model, name, value
FROM other.registered_model_tags
WHERE registered_model IN (SELECT registered_model FROM carried_versions WHERE run_id = :old)
ON CONFLICT DO NOTHING;

INSERT INTO main.metadata (name, value)
SELECT name, value
FROM other.metadata
WHERE name IN (
  SELECT 'last version of ' || registered_model FROM carried_versions WHERE run_id = :old)
ON CONFLICT (name) DO UPDATE
SET value = MAX(value, excluded.value);

INSERT INTO main.model_versions (
  registered_model, version, source, model_id, run_id, run_link, description, created_at, updated_at)
SELECT
  there.registered_model,
  CASE
    WHEN EXISTS (
      SELECT 1
      FROM main.model_versions AS here
      WHERE here.registered_model = there.registered_model AND here.version = there.version)
    THEN there.version
      + MAX(
        (SELECT MAX(version)
          FROM main.model_versions
          WHERE registered_model = there.registered_model),
        COALESCE(
          (SELECT value
            FROM main.metadata
            WHERE name = 'last version of ' || there.registered_model),
          0))
      + (SELECT MAX(version)
        FROM other.model_versions
        WHERE registered_model = there.registered_model)
    ELSE there.version
  END,
  there.source, model.id, run.new, there.run_link, there.description, there.created_at,
  there.updated_at
FROM other.model_versions AS there
LEFT JOIN main.models AS model ON model.id = there.model_id
LEFT JOIN run_pairs AS run ON run.old = there.run_id
WHERE (there.registered_model, there.version) IN (
    SELECT registered_model, version FROM carried_versions WHERE run_id = :old)
  AND (there.registered_model, there.version) NOT IN (
    SELECT registered_model, old FROM version_pairs)
ORDER BY there.registered_model, there.version;

UPDATE main.model_versions
SET run_id = :run
WHERE run_id IS NULL
  AND (registered_model, version) IN (
    SELECT pair.registered_model, pair.new
    FROM version_pairs AS pair
    JOIN other.model_versions AS there
      ON there.registered_model = pair.registered_model AND there.version = pair.old
    WHERE there.run_id = :old);

INSERT INTO main.model_version_tags (registered_model, version, name, value)
SELECT tag.registered_model, pair.new, tag.name, tag.value
FROM other.model_version_tags AS tag
JOIN version_pairs AS pair
  ON pair.registered_model = tag.registered_model AND pair.old = tag.version
WHERE (tag.registered_model, tag.version) IN (
  SELECT registered_model, version FROM carried_versions WHERE run_id = :old)
ON CONFLICT DO NOTHING;

INSERT INTO main.model_aliases (registered_model, name, version)
SELECT alias.registered_model, alias.name, pair.new
FROM other.model_aliases AS alias
JOIN version_pairs AS pair
  ON pair.registered_model = alias.registered_model AND pair.old = alias.version
WHERE (alias.registered_model, alias.version) IN (
  SELECT registered_model, version FROM carried_versions WHERE run_id = :old)
ON CONFLICT DO NOTHING;
