-- Loss and accuracy of a run, epoch by epoch.
--
-- Parameters:
--   :run INTEGER, for example 1: number of the run
-- Columns:
--   epoch: epochs finished; 0 is before training
--   train_loss: mean loss over the training images
--   train_accuracy: fraction of the training images that are right
--   val_loss: mean loss over the validation images
--   val_accuracy: fraction of the validation images that are right
--   seconds: duration of the epoch
SELECT
  epoch,
  train_loss,
  train_accuracy,
  val_loss,
  val_accuracy,
  seconds
FROM epoch_losses
WHERE run_id = :run
ORDER BY epoch;
