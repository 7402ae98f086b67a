-- What each run keeps: rows of each kind, and the bytes of its blobs. A blob that several runs
-- share counts for each of them.
--
-- Columns:
--   run_id: number of the run
--   run: what people call the run
--   deleted: 1 if the run is deleted but can be restored
--   metric_points: number of metric points
--   histograms: number of histograms
--   snapshots: number of snapshots
--   tensor_bytes: bytes of its distinct tensors
--   artifact_bytes: bytes of its distinct artifacts
SELECT
  run.id AS run_id,
  run.name AS run,
  run.deleted_at IS NOT NULL AS deleted,
  (
    SELECT COALESCE(SUM(count), 0)
    FROM metric_series
    WHERE run_id = run.id
  ) AS metric_points,
  (
    SELECT COUNT(*)
    FROM histograms
    WHERE run_id = run.id
  ) AS histograms,
  (
    SELECT COUNT(*)
    FROM snapshots
    WHERE run_id = run.id
  ) AS snapshots,
  (
    SELECT COALESCE(SUM(COALESCE(length(data), byte_count)), 0)
    FROM blobs
    WHERE hash IN (
      SELECT tensor.blob_hash
      FROM tensors AS tensor
      JOIN snapshots AS snapshot ON snapshot.id = tensor.snapshot_id
      WHERE snapshot.run_id = run.id)
  ) AS tensor_bytes,
  (
    SELECT COALESCE(SUM(COALESCE(length(data), byte_count)), 0)
    FROM blobs
    WHERE hash IN (SELECT blob_hash FROM artifacts WHERE run_id = run.id)
  ) AS artifact_bytes
FROM runs AS run
ORDER BY tensor_bytes + artifact_bytes DESC, run.id;
