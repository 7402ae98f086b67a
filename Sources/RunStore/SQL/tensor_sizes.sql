-- The tensors and the number of bytes that each has.

SELECT
  snapshot.run_id, snapshot.epoch, tensor.name, tensor.shape, tensor.dtype,
  -- The length of a value stands before it: to ask for it reads nothing of the value.
  COALESCE(
    length(blob.data),
    (SELECT SUM(length(data)) FROM blob_chunks WHERE content = blob.content), 0) AS bytes
FROM snapshots AS snapshot
JOIN tensors AS tensor ON tensor.snapshot_id = snapshot.id
JOIN blobs AS blob ON blob.hash = tensor.blob_hash
ORDER BY snapshot.run_id, snapshot.epoch, snapshot.step, snapshot.kind, tensor.name;
