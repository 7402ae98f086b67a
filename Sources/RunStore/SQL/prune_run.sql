-- Removes what hangs on a run that is to go for good, a part at a time: each statement takes some thousand
-- rows of one table, and what is left is a whole run. `:run` is its id.

DELETE FROM histograms
WHERE id IN (SELECT id FROM histograms WHERE run_id = :run ORDER BY id LIMIT 1000);

DELETE FROM output_lines
WHERE run_id = :run AND line IN (
  SELECT line FROM output_lines WHERE run_id = :run ORDER BY line LIMIT 4000);

DELETE FROM alerts
WHERE id IN (SELECT id FROM alerts WHERE run_id = :run ORDER BY id LIMIT 4000);

DELETE FROM predictions
WHERE run_id = :run AND row IN (
  SELECT row FROM predictions WHERE run_id = :run ORDER BY row LIMIT 4000);

DELETE FROM params
WHERE run_id = :run AND name IN (
  SELECT name FROM params WHERE run_id = :run ORDER BY name LIMIT 4000);

-- Series whose points are few.
DELETE FROM metric_series
WHERE id IN (
  SELECT id
  FROM metric_series
  WHERE run_id = :run AND count <= 1000
  ORDER BY id
  LIMIT 20);
