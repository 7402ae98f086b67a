-- Statistics of every weight tensor of a run, epoch by epoch.
--
-- Parameters:
--   :run INTEGER, for example 1: number of the run
-- Columns:
--   epoch: epochs finished; 0 is before training
--   step: optimizer steps made
--   tensor: name of the tensor
--   l2_norm: square root of the sum of squares
--   mean: mean of the values
--   std: population standard deviation
--   min: smallest value
--   max: largest value
--   zero_count: number of zeros
--   nonfinite_count: number of NaN and infinite values
SELECT
  snapshot.epoch,
  snapshot.step,
  tensor.name AS tensor,
  tensor.l2_norm,
  tensor.mean,
  tensor.std,
  tensor.min,
  tensor.max,
  tensor.zero_count,
  tensor.nonfinite_count
FROM snapshots AS snapshot
JOIN tensors AS tensor ON tensor.snapshot_id = snapshot.id
WHERE snapshot.run_id = :run
  AND snapshot.kind = 'weights'
ORDER BY snapshot.epoch, snapshot.step, tensor.name;
