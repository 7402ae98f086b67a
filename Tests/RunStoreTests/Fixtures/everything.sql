-- Rows for every table of a file of version 2, and a value in every column that a run carries.
INSERT INTO experiments (id, name, created_at, uuid, artifact_location, deleted_at, updated_at)
VALUES
  (2, 'ünder', 5, '22222222-0000-4000-8000-000000000000', 's3://bucket/2', NULL, 6),
  (7, 'seven', 6, '77777777-0000-4000-8000-000000000000', NULL, 8, NULL),
  (9, 'of the model', 6, '99999999-0000-4000-8000-000000000000', NULL, NULL, NULL);
INSERT INTO experiment_tags (experiment_id, name, value) VALUES (2, 'team', 'vision');
INSERT INTO runs (
  id, uuid, experiment_id, name, recipe, status, seed, started_at, ended_at, heartbeat_at, host, pid,
  boot_id, command, version, git_commit, git_dirty, parent_run_id, group_name, error, note, deleted_at,
  user_name, argv, cwd, exit_code, source, heartbeat_seconds, owner, pid_namespace,
  idle_milliseconds)
VALUES
  (3, 'aaaa-1', 2, 'first', 'lenet', 'finished', 1, 1000, 2000, 2000, 'h', 11, 'b', 'run', 'v', 'c', 1,
    NULL, 'g', NULL, 'a remark', NULL, 'ann', '["run"]', '/home', 0, 'mlflow', 20, 'token', 4, 17),
  (5, 'aaaa-2', 7, 'second', NULL, 'failed', -9223372036854775808, 1, 2, 3, NULL, NULL, NULL, NULL,
    NULL, NULL, NULL, 6, NULL, 'why', NULL, 99, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0),
  (6, 'aaaa-3', 1, 'third', 'mlp', 'scheduled', NULL, NULL, NULL, 3, NULL, NULL, NULL, NULL, NULL, NULL,
    0, 3, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0);
INSERT INTO params (run_id, name, value, text)
VALUES
  (3, 'lr', 0.1, '0.10'), (3, 'n', 9223372036854775807, NULL), (3, 't', 'text', NULL),
  (3, 'none', NULL, NULL), (5, 'b', 1, 'true');
INSERT INTO tags (run_id, name, value) VALUES (3, 'good', ''), (5, 'stage', 'final');
INSERT INTO environment (run_id, name, value)
VALUES (3, 'cpu', 'x'), (3, 'cores', 2), (3, 'exec.taken_by', 5);
INSERT INTO metrics (run_id, name, step, epoch, value, recorded_at, repeat)
VALUES
  (3, 'val/loss', 1, 1, 0.5, 10, 0), (3, 'val/loss', 2, 2, 0.25, 20, 0),
  (3, 'val/loss', 3, 3, NULL, 30, 0), (3, 'val/loss', 3, 3, 0.125, 31, 1),
  (3, 'odd', -5, NULL, 9e999, 1, 0), (3, 'odd', 0, NULL, -9e999, 2, 0),
  (3, 'odd', 7, 4, 1e308, 3, 0), (3, 'odd', 9, 4, -1, 4, 0),
  (5, 'val/loss', 9223372036854775807, NULL, 5e-324, 5, 0);
INSERT INTO metric_rules (word, is_name, goal, rank, x, unit)
VALUES ('odd', 1, 'max', 1, 'val/loss', 's'), ('oddity', 0, 'min', NULL, NULL, NULL);
INSERT INTO layers (
  run_id, position, name, kind, input_shape, output_shape, weight_shape, weight_count, bias_count, macs,
  forward_nanoseconds, backward_nanoseconds)
VALUES (3, 0, 'fc', 'linear', '[1,2]', '[1, 3]', '[3,2]', 6, 3, 6, 1.5, 2.5);
INSERT INTO output_lines (run_id, line, at, stream, text)
VALUES (3, 1, 5, 'stdout', 'epoch 1'), (3, 2, NULL, 'stderr', 'warning');
INSERT INTO blob_chunks (content, position, data) VALUES (4, 0, x'61'), (4, 1, x'62');
INSERT INTO blobs (hash, data, byte_count, content)
VALUES
  ('fb8e20fc2e4c3f248c60c39bd652f3c1347298bb977b8b4d5903b85055620603', NULL, 2, 4),
  ('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad', x'616263', 3, NULL);
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
  nonfinite_count, edges, repeat)
VALUES
  (6, 3, 1, 1, 'fc', 'weight', -1, 1, '[1,2]', 3, -1, 1, 0, 0.5, 1, NULL, 0),
  (7, 3, NULL, 1, 'any', NULL, -1, 1, '[1,2]', 3, -1, 1, 0, 0.5, 1, '[-1,0,1]', 1);
INSERT INTO predictions (run_id, row, inputs, target, s, y) VALUES (3, 0, '[1,0]', 1, 0.5, NULL);
INSERT INTO artifacts (run_id, name, media_type, blob_hash, created_at, source_uri)
VALUES
  (3, 'a.txt', 'text/plain', 'fb8e20fc2e4c3f248c60c39bd652f3c1347298bb977b8b4d5903b85055620603', 4,
    NULL),
  (3, 'b.bin', 'x/y', NULL, 5, 's3://bucket/b'),
  (3, 'c.bin', 'x/y', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad', 6,
    's3://bucket/c');
INSERT INTO alerts (id, run_id, at, epoch, step, level, kind, message)
VALUES (9, 3, 5, 1, 1, 'error', 'divergence', 'look');
INSERT INTO media (
  run_id, name, step, position, epoch, recorded_at, kind, text, blob_hash, media_type, metadata)
VALUES
  (3, 'picture', 1, 0, 1, 6, 'image', 'a cat',
    'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad', 'image/png', '{}');
INSERT INTO datasets (id, experiment_id, name, digest, source_type, source, schema, profile)
VALUES (3, 2, 'cifar', 'd1', 'local', '/data', '{"s":1}', '{"p":2}');
INSERT INTO run_datasets (run_id, dataset_id, context) VALUES (3, 3, 'training'), (3, 3, 'test');
INSERT INTO run_dataset_tags (run_id, dataset_id, context, name, value)
VALUES (3, 3, 'training', 'split', 'all');
INSERT INTO models (
  id, experiment_id, source_run_id, name, model_type, status, status_message, created_at, updated_at,
  deleted_at)
VALUES
  ('m-1', 2, 3, 'made', 'Agent', 'ready', NULL, 1, 2, NULL),
  ('m-2', 9, NULL, 'used', NULL, 'failed', 'why', 3, 4, 5);
INSERT INTO model_params (model_id, name, value) VALUES ('m-1', 'depth', '5'), ('m-2', 'k', 'v');
INSERT INTO model_tags (model_id, name, value) VALUES ('m-1', 'stage', 'final');
INSERT INTO model_metrics (
  model_id, name, step, repeat, value, recorded_at, run_id, dataset_name, dataset_digest)
VALUES
  ('m-1', 'acc', 1, 0, 0.5, 7, 3, 'cifar', 'd1'), ('m-1', 'acc', 1, 1, NULL, 8, 5, NULL, NULL),
  ('m-2', 'acc', 0, 0, 0.25, 9, NULL, NULL, NULL);
INSERT INTO model_artifacts (model_id, name, media_type, blob_hash, created_at, source_uri)
VALUES
  ('m-1', 'model.pt', 'x/z', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad', 4,
    'file:///model'),
  ('m-2', 'other.pt', 'x/z', NULL, 4, 's3://bucket/m');
INSERT INTO run_models (run_id, model_id, direction, step)
VALUES (3, 'm-1', 'output', 3), (3, 'm-2', 'input', 0), (5, 'm-1', 'input', 0);
INSERT INTO registered_models (name, description, created_at, updated_at)
VALUES ('classifier', 'of images', 5, 6);
INSERT INTO registered_model_tags (registered_model, name, value) VALUES ('classifier', 'team', 'a');
INSERT INTO model_versions (
  registered_model, version, source, model_id, run_id, run_link, description, created_at, updated_at)
VALUES
  ('classifier', 1, 'models:/m-1', 'm-1', 3, NULL, 'first', 7, 8),
  ('classifier', 2, 's3://bucket/m', NULL, 5, 'http://elsewhere', NULL, 9, 10);
INSERT INTO model_version_tags (registered_model, version, name, value)
VALUES ('classifier', 1, 'checked', 'yes');
INSERT INTO model_aliases (registered_model, name, version) VALUES ('classifier', 'champion', 1);
UPDATE runs SET edited_at = 42, heartbeat_at = 2000 WHERE id = 3;
UPDATE runs SET heartbeat_at = 3 WHERE id = 5;
