-- How the histogram of one layer changes from epoch to epoch.
--
-- Parameters:
--   :run INTEGER, for example 1: number of the run
--   :layer TEXT, for example conv1: name of the layer
--   :quantity TEXT, for example weight: weight, gradient or activation; weight if not set
-- Columns:
--   epoch: epochs finished; 0 is before training
--   step: optimizer steps made
--   bin: number of the bin, from 0
--   lower: lower edge of the bin
--   upper: upper edge of the bin
--   count: number of values in the bin
SELECT
  epoch,
  step,
  bin,
  lower,
  upper,
  count
FROM histogram_bins
WHERE run_id = :run
  AND layer = :layer
  AND quantity = COALESCE(:quantity, 'weight')
ORDER BY epoch, step, repeat, bin;
