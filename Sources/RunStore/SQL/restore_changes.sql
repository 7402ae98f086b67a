-- Numbers all changes of a file anew, above `:base`: each run has changed, and those that are gone went.

UPDATE runs
SET change = :base + numbered.place
FROM (SELECT id, ROW_NUMBER() OVER (ORDER BY change, id) AS place FROM runs) AS numbered
WHERE numbered.id = runs.id;

UPDATE metadata
SET value = :base + 1 + (SELECT COUNT(*) FROM runs)
WHERE name = 'change';

UPDATE removed_runs
SET change = (SELECT value FROM metadata WHERE name = 'change');
