-- The layers of a run's network that have weights, in order, with shapes and sizes for one image.
--
-- Parameters:
--   :run INTEGER, for example 1: number of the run
-- Columns:
--   layer: name of the layer
--   input_shape: shape of its input
--   output_shape: shape of its output
--   weight_shape: shape of its weights
--   parameters: number of weights, biases not counted
--   biases: number of biases
--   macs: multiply-accumulates for one image, biases not counted
SELECT
  layer,
  input_shape,
  output_shape,
  weight_shape,
  parameters,
  biases,
  macs
FROM layer_table
WHERE run_id = :run
ORDER BY position;
