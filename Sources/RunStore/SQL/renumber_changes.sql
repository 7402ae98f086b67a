-- Numbers all changes of a file anew, above `:base`: each run has changed, and those that are gone went.

UPDATE runs
SET change = :base + numbered.place
FROM (SELECT id, ROW_NUMBER() OVER (ORDER BY change, id) AS place FROM runs) AS numbered
WHERE numbered.id = runs.id;

INSERT INTO metadata (name, value)
SELECT 'change', :base + 1 + COUNT(*)
FROM runs
WHERE TRUE
ON CONFLICT (name) DO UPDATE SET value = excluded.value;

UPDATE removed_runs
SET change = (SELECT value FROM metadata WHERE name = 'change');
