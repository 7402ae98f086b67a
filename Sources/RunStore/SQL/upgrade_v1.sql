-- Fills what version 2 added to the tables of version 1, between the making of the tables and that of the
-- indexes, views and triggers.

INSERT INTO metadata (name, value)
VALUES
  ('uuid', lower(
  hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-'
  || substr('89AB', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || '-'
  || hex(randomblob(6)))),
  ('created_at', CAST(ROUND((julianday('now') - 2440587.5) * 86400000) AS INTEGER)),
  ('change', 0);

UPDATE experiments
SET uuid = CASE id
  WHEN 1 THEN '00000000-0000-4000-8000-000000000001'
  ELSE lower(
  hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-'
  || substr('89AB', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || '-'
  || hex(randomblob(6)))
END;

UPDATE runs
SET heartbeat_seconds = 10
WHERE recipe IS NOT NULL;

INSERT INTO metric_points (series_id, step, epoch, value, recorded_at, repeat)
SELECT series_id, step, epoch, value, recorded_at, 0
FROM old_metric_points
ORDER BY series_id, step;

DROP TABLE old_metric_points;

INSERT INTO histograms (
  id, run_id, epoch, step, layer, quantity, lower, upper, counts, count, min, max, mean, std,
  nonfinite_count)
SELECT id, run_id, epoch, step, layer, quantity, lower, upper, counts, count, min, max, mean, std,
  nonfinite_count
FROM old_histograms
ORDER BY id;

DROP TABLE old_histograms;

UPDATE metric_series
SET
  first_repeat = 0,
  last_repeat = 0,
  last_at = (
    SELECT recorded_at
    FROM metric_points
    WHERE series_id = metric_series.id AND step = metric_series.last_step AND repeat = 0),
  min_repeat = CASE WHEN min_step IS NOT NULL THEN 0 END,
  min_epoch = (
    SELECT epoch
    FROM metric_points
    WHERE series_id = metric_series.id AND step = metric_series.min_step AND repeat = 0),
  max_repeat = CASE WHEN max_step IS NOT NULL THEN 0 END,
  max_epoch = (
    SELECT epoch
    FROM metric_points
    WHERE series_id = metric_series.id AND step = metric_series.max_step AND repeat = 0)
WHERE count > 0;
