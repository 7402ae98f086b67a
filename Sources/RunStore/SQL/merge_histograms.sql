-- The histograms of a run in the attached file `other` that are not here; prune may have removed them. `:old`
-- is the id of the run there, `:run` its id here. This runs without triggers: to look at millions of bins
-- they would take several times their room. What they refuse was looked for there (malformed_rows.sql).

INSERT INTO main.histograms (
  run_id, epoch, step, layer, quantity, lower, upper, counts, count, min, max, mean, std,
  nonfinite_count, edges, repeat)
SELECT :run, epoch, step, layer, quantity, lower, upper, counts, count, min, max, mean, std,
  nonfinite_count, edges, repeat
FROM other.histograms
-- Goes from one to the next by its number; to sort them would hold all their bins.
WHERE id IN (SELECT id FROM other.histograms WHERE run_id = :old)
ON CONFLICT DO NOTHING;
