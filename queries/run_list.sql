-- All runs, the newest first.
--
-- Parameters:
--   :limit INTEGER, for example 20: most rows to return; all if not set
-- Columns:
--   id: number of the run
--   name: what people call it
--   recipe: recipe that was run
--   experiment: experiment it belongs to
--   status: running, finished, stopped, failed, interrupted, scheduled or crashed
--   started: time of the start, UTC
--   seconds: duration
--   epochs: epochs finished
--   final_train_loss: last train/loss
--   final_val_loss: last val/loss
--   best_val_loss: smallest val/loss
--   best_val_accuracy: largest val/accuracy
SELECT
  id,
  name,
  recipe,
  experiment,
  status,
  started,
  seconds,
  epochs,
  final_train_loss,
  final_val_loss,
  best_val_loss,
  best_val_accuracy
FROM run_summary
WHERE id IN (
  SELECT id
  FROM runs
  WHERE deleted_at IS NULL
  ORDER BY started_at DESC, id DESC
  LIMIT COALESCE(:limit, -1))
ORDER BY started DESC, id DESC;
