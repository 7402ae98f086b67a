-- The series whose summary differs from their points: of the run `:run`, or of all if that is NULL.

SELECT stored.run_id, stored.name
FROM metric_series AS stored
JOIN metric_series_recomputed AS right ON right.id = stored.id
WHERE (:run IS NULL OR stored.run_id = :run)
  AND (stored.count, stored.nan_count, stored.first_step, stored.first_value, stored.last_step,
      stored.last_epoch, stored.last_value, stored.min_value, stored.min_step, stored.max_value,
      stored.max_step, stored.first_repeat, stored.last_at, stored.last_repeat, stored.min_epoch,
      stored.min_repeat, stored.max_epoch, stored.max_repeat, stored.infinite_count)
    IS NOT (right.count, right.nan_count, right.first_step, right.first_value, right.last_step,
      right.last_epoch, right.last_value, right.min_value, right.min_step, right.max_value,
      right.max_step, right.first_repeat, right.last_at, right.last_repeat, right.min_epoch,
      right.min_repeat, right.max_epoch, right.max_repeat, right.infinite_count)
ORDER BY stored.run_id, stored.name;
