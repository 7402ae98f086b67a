-- Removes the first points of a long series but for those that its summary names, so that the summary
-- follows by arithmetic. `:series` is its id; the points go up to `:step` and `:repeat`.

UPDATE metric_series
SET (count, nan_count, infinite_count, disorder) = (
  SELECT
    metric_series.count - COUNT(*),
    metric_series.nan_count - COUNT(*) + COUNT(point.value),
    metric_series.infinite_count - COUNT(*) FILTER (WHERE abs(point.value) = 9e999),
    metric_series.disorder + 1
  FROM metric_points AS point
  WHERE point.series_id = :series
    AND (point.step, point.repeat) <= (:step, :repeat)
    AND (point.step, point.repeat) IS NOT (metric_series.first_step, metric_series.first_repeat)
    AND (point.step, point.repeat) IS NOT (metric_series.last_step, metric_series.last_repeat)
    AND (point.step, point.repeat) IS NOT (metric_series.min_step, metric_series.min_repeat)
    AND (point.step, point.repeat) IS NOT (metric_series.max_step, metric_series.max_repeat))
WHERE id = :series;

DELETE FROM metric_points
WHERE series_id = :series
  AND (step, repeat) <= (:step, :repeat)
  AND NOT EXISTS (
    SELECT 1
    FROM metric_series AS series
    WHERE series.id = :series
      AND (
        (metric_points.step, metric_points.repeat) IS (series.first_step, series.first_repeat)
        OR (metric_points.step, metric_points.repeat) IS (series.last_step, series.last_repeat)
        OR (metric_points.step, metric_points.repeat) IS (series.min_step, series.min_repeat)
        OR (metric_points.step, metric_points.repeat) IS (series.max_step, series.max_repeat)));
