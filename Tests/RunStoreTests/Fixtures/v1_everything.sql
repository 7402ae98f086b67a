-- Rows for every table of a file of version 1, with the values that are easy to lose. Frozen.
INSERT INTO experiments (id, name, created_at) VALUES (2, 'ünder', 5), (7, 'seven', 6);
INSERT INTO runs (
  id, uuid, experiment_id, name, recipe, status, seed, started_at, ended_at, heartbeat_at, host, pid,
  boot_id, command, version, git_commit, git_dirty, parent_run_id, group_name, error, note, deleted_at)
VALUES
  (3, 'aaaa-1', 2, 'first', 'lenet', 'finished', 1, 1000, 2000, 2000, 'h', 11, 'b', 'run', 'v', 'c', 1,
    NULL, 'g', NULL, 'a remark', NULL),
  (5, 'aaaa-2', 7, 'second', NULL, 'failed', -9223372036854775808, 1, 2, 3, NULL, NULL, NULL, NULL,
    NULL, NULL, NULL, 3, NULL, 'why', NULL, 99),
  (6, 'aaaa-3', 1, 'third', 'mlp', 'interrupted', NULL, 1, 2, 3, NULL, NULL, NULL, NULL, NULL, NULL, 0,
    5, NULL, NULL, NULL, NULL);
INSERT INTO params (run_id, name, value)
VALUES (3, 'lr', 0.1), (3, 'n', 9223372036854775807), (3, 't', 'text'), (3, 'none', NULL), (5, 'b', x'00FF');
INSERT INTO tags (run_id, name, value) VALUES (3, 'good', ''), (5, 'stage', 'final');
INSERT INTO environment (run_id, name, value) VALUES (3, 'cpu', 'x'), (3, 'cores', 2);
INSERT INTO metrics (run_id, name, step, epoch, value, recorded_at)
VALUES
  (3, 'val/loss', 1, 1, 0.5, 10), (3, 'val/loss', 2, 2, 0.25, 20), (3, 'val/loss', 3, 3, NULL, 30),
  (3, 'odd', -5, NULL, 9e999, 1), (3, 'odd', 0, NULL, -9e999, 2), (3, 'odd', 7, 4, 1e308, 3),
  (3, 'odd', 9, 4, -1, 4), (5, 'val/loss', 9223372036854775807, NULL, 5e-324, 5);
INSERT INTO layers (
  run_id, position, name, kind, input_shape, output_shape, weight_shape, weight_count, bias_count, macs,
  forward_nanoseconds, backward_nanoseconds)
VALUES (3, 0, 'fc', 'linear', '[1,2]', '[1, 3]', '[3,2]', 6, 3, 6, 1.5, 2.5);
INSERT INTO blobs (hash, data, byte_count)
VALUES ('fb8e20fc2e4c3f248c60c39bd652f3c1347298bb977b8b4d5903b85055620603', x'6162', 2);
INSERT INTO snapshots (id, run_id, epoch, step, kind, created_at)
VALUES (4, 3, 1, 1, 'weights', 7), (8, 3, 1, 1, 'optimizer', 8);
INSERT INTO tensors (
  snapshot_id, name, shape, dtype, blob_hash, min, max, mean, std, l2_norm, zero_count, nonfinite_count)
VALUES
  (4, 'fc.weight', '[1]', 'float16',
    'fb8e20fc2e4c3f248c60c39bd652f3c1347298bb977b8b4d5903b85055620603', 1, 2, 1.5, 0.5, 3, 0, 0);
INSERT INTO checkpoints (id, run_id, epoch, step, weights_id, optimizer_id, state, created_at)
VALUES (2, 3, 1, 1, 4, 8, '{"a":1}', 9);
INSERT INTO histograms (
  id, run_id, epoch, step, layer, quantity, lower, upper, counts, count, min, max, mean, std,
  nonfinite_count)
VALUES (6, 3, 1, 1, 'fc', 'weight', -1, 1, '[1,2]', 3, -1, 1, 0, 0.5, 1);
INSERT INTO predictions (run_id, row, inputs, target, s, y) VALUES (3, 0, '[1,0]', 1, 0.5, NULL);
INSERT INTO artifacts (run_id, name, media_type, blob_hash, created_at)
VALUES
  (3, 'a.txt', 'text/plain', 'fb8e20fc2e4c3f248c60c39bd652f3c1347298bb977b8b4d5903b85055620603', 4);
INSERT INTO alerts (id, run_id, at, epoch, step, level, kind, message)
VALUES (9, 3, 5, 1, 1, 'error', 'divergence', 'look');
