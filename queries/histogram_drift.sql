-- How far the values of each layer moved between two recorded histograms. The distance is Wasserstein-1,
-- the area between the two cumulative distributions, with values spread evenly in each bin. Histograms
-- whose bins are not of equal width, or cannot be read, are left out.
--
-- Parameters:
--   :run INTEGER, for example 1: number of the run
--   :quantity TEXT, for example weight: weight, gradient or activation; weight if not set
-- Columns:
--   layer: name of the layer
--   from_epoch: epoch of the earlier histogram
--   epoch: epoch of the later histogram
--   distance: Wasserstein-1 distance, in units of the values
WITH chosen AS MATERIALIZED (
  SELECT
    id,
    layer,
    epoch,
    lower,
    upper,
    counts,
    count AS total,
    json_array_length(counts) AS bins,
    LAG(id) OVER (PARTITION BY layer ORDER BY epoch, step, repeat) AS earlier_id
  FROM histograms
  WHERE run_id = :run
    AND quantity = COALESCE(:quantity, 'weight')
    AND count > 0
    AND edges IS NULL
    AND json_valid(counts)
),
cumulated AS MATERIALIZED (
  SELECT
    chosen.id,
    chosen.lower + bin.key * (chosen.upper - chosen.lower) / chosen.bins AS lower,
    chosen.lower + (bin.key + 1) * (chosen.upper - chosen.lower) / chosen.bins AS upper,
    bin.value * 1.0 / chosen.total AS mass
  FROM chosen
  JOIN json_each(chosen.counts) AS bin
),
pairs AS (
  SELECT id AS later_id, earlier_id, id AS source_id FROM chosen WHERE earlier_id IS NOT NULL
  UNION ALL
  SELECT id, earlier_id, earlier_id FROM chosen WHERE earlier_id IS NOT NULL
),
edges AS MATERIALIZED (
  SELECT pairs.later_id, pairs.earlier_id, cumulated.lower AS x
  FROM pairs
  JOIN cumulated ON cumulated.id = pairs.source_id
  UNION
  SELECT pairs.later_id, pairs.earlier_id, cumulated.upper
  FROM pairs
  JOIN cumulated ON cumulated.id = pairs.source_id
),
-- The difference of the cumulative distributions at each edge, as a limit from either side: they
-- differ where all values of a histogram are equal, because its distribution then jumps.
differences AS MATERIALIZED (
  SELECT
    edges.later_id,
    edges.x,
    SUM(
      CASE WHEN cumulated.id = edges.later_id THEN cumulated.mass ELSE -cumulated.mass END
      * CASE
        WHEN edges.x <= cumulated.lower THEN 0
        WHEN edges.x >= cumulated.upper THEN 1
        ELSE (edges.x - cumulated.lower) / (cumulated.upper - cumulated.lower)
      END) AS from_left,
    SUM(
      CASE WHEN cumulated.id = edges.later_id THEN cumulated.mass ELSE -cumulated.mass END
      * CASE
        WHEN edges.x >= cumulated.upper THEN 1
        WHEN edges.x <= cumulated.lower THEN 0
        ELSE (edges.x - cumulated.lower) / (cumulated.upper - cumulated.lower)
      END) AS from_right
  FROM edges
  JOIN cumulated ON cumulated.id IN (edges.later_id, edges.earlier_id)
  GROUP BY edges.later_id, edges.x
),
pieces AS (
  SELECT
    later_id,
    LEAD(x) OVER (PARTITION BY later_id ORDER BY x) - x AS width,
    from_right AS start,
    LEAD(from_left) OVER (PARTITION BY later_id ORDER BY x) AS finish
  FROM differences
),
distances AS (
  SELECT
    later_id,
    TOTAL(
      CASE
        WHEN start * finish >= 0 THEN width * (abs(start) + abs(finish)) / 2
        ELSE width * (start * start + finish * finish) / (2 * (abs(start) + abs(finish)))
      END) AS distance
  FROM pieces
  GROUP BY later_id
)
SELECT
  later.layer,
  earlier.epoch AS from_epoch,
  later.epoch,
  distances.distance
FROM distances
JOIN chosen AS later ON later.id = distances.later_id
JOIN chosen AS earlier ON earlier.id = later.earlier_id
ORDER BY later.layer, later.epoch, later.id;
