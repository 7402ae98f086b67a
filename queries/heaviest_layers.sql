-- The layers that cost the most multiply-accumulates, over all networks in the file.
--
-- Parameters:
--   :limit INTEGER, for example 10: most rows to return; 10 if not set
-- Columns:
--   layer: name of the layer
--   weight_shape: shape of its weights
--   macs: multiply-accumulates for one image
--   share: fraction of its network's multiply-accumulates
--   parameters: number of weights
--   runs: number of runs that have this layer
WITH shares AS (
  SELECT
    layer_table.layer,
    layer_table.weight_shape,
    layer_table.macs,
    layer_table.macs * 1.0
      / SUM(layer_table.macs) OVER (PARTITION BY layer_table.run_id) AS share,
    layer_table.parameters
  FROM layer_table
  JOIN runs AS run ON run.id = layer_table.run_id
  WHERE run.deleted_at IS NULL
)
SELECT
  layer,
  weight_shape,
  macs,
  share,
  parameters,
  COUNT(*) AS runs
FROM shares
GROUP BY layer, weight_shape, macs, share, parameters
ORDER BY macs DESC, layer, weight_shape, share
LIMIT COALESCE(:limit, 10);
