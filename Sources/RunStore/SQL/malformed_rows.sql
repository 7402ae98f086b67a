-- The rows whose JSON is not what the triggers of the schema let in, and histograms that they refuse for
-- anything else: older versions and connections without triggers let them in. And metrics of more than
-- `:characters` characters, which other programs store: to take in such a name takes seconds. `:run` is the
-- run to look at, NULL for all.

WITH lists (run_id, place, list, items) AS (
  SELECT id, 'argv', argv, 'texts' FROM runs
  UNION ALL
  SELECT run_id, 'input_shape of the layer ' || name, input_shape, 'sizes' FROM layers
  UNION ALL
  SELECT run_id, 'output_shape of the layer ' || name, output_shape, 'sizes' FROM layers
  UNION ALL
  SELECT run_id, 'weight_shape of the layer ' || name, weight_shape, 'sizes' FROM layers
  UNION ALL
  SELECT
    snapshot.run_id, 'shape of the tensor ' || tensor.name || ' after epoch ' || snapshot.epoch,
    tensor.shape, 'sizes'
  FROM snapshots AS snapshot
  JOIN tensors AS tensor ON tensor.snapshot_id = snapshot.id
  UNION ALL
  SELECT run_id, 'inputs of the prediction ' || row, inputs, 'numbers or nulls' FROM predictions
  UNION ALL
  SELECT
    run_id, 'counts of the ' || COALESCE(quantity || ' ', '') || 'histogram ' || id || ' of ' || layer,
    counts, 'counts'
  FROM histograms
  UNION ALL
  SELECT
    run_id, 'edges of the ' || COALESCE(quantity || ' ', '') || 'histogram ' || id || ' of ' || layer,
    edges, 'numbers'
  FROM histograms
)
SELECT run_id, place, 'is no JSON array of ' || items AS fault
FROM lists
WHERE list IS NOT NULL
  AND (:run IS NULL OR run_id = :run)
  AND CASE items
    WHEN 'texts'
    THEN CASE
      WHEN NOT json_valid(list) OR json_type(list) <> 'array' THEN 1
      ELSE EXISTS (SELECT 1 FROM json_each(list) WHERE type <> 'text')
    END
    ELSE NOT list_fits(list, items)
  END
UNION ALL
SELECT
  run_id, 'edges of the ' || COALESCE(quantity || ' ', '') || 'histogram ' || id || ' of ' || layer,
  'is no JSON array of numbers, one more than counts has'
FROM histograms
WHERE (:run IS NULL OR run_id = :run)
  AND list_length(edges) <> list_length(counts) + 1
UNION ALL
SELECT run_id, 'count of the ' || COALESCE(quantity || ' ', '') || 'histogram ' || id || ' of ' || layer,
  'is missing'
FROM histograms
WHERE (:run IS NULL OR run_id = :run)
  AND count IS NULL
UNION ALL
SELECT run_id, 'quantity of the histogram ' || id || ' of ' || layer,
  'is not weight, gradient, activation or NULL'
FROM histograms
WHERE (:run IS NULL OR run_id = :run)
  AND quantity NOT IN ('weight', 'gradient', 'activation')
UNION ALL
SELECT run_id, 'name of the metric ' || substr(name, 1, 40) || '…',
  'has more than ' || :characters || ' characters'
FROM metric_series
WHERE (:run IS NULL OR run_id = :run)
  AND length(name) > :characters
ORDER BY run_id, place;
