-- The tracker file: every training run, in full, in one SQLite database.
--
-- This is the newest version of the schema and a promise to everyone who types SQL: tables, views
-- and columns keep their names. It reads in chapters:
--
--   1. Runs and what was set: experiments, runs, params, tags, environment.
--   2. What was measured: metrics, alerts, predictions, layers, output; which metric is better how.
--   3. What was kept: weights, checkpoints, histograms, media, files.
--   4. What other programs need: datasets, models, registered models.
--   5. Views, which are what most people ask: run_summary, epoch_losses, metrics, layer_table,
--      histogram_bins.
--   6. What keeps the file true by itself: triggers.
--
-- Who only wants losses needs this page and the views `run_summary` and `epoch_losses`.
--
-- Three conventions hold everywhere:
--
--   * Times in tables are INTEGER milliseconds since 1970-01-01 00:00 UTC; views show ISO 8601 text.
--   * SQLite has no NaN: in a column of measured numbers NULL means NaN. Infinities are stored as
--     they are, and are never the least, the largest or the best. AVG, MIN and MAX skip NaN. A REAL
--     column stores -0.0 as 0.0.
--   * Shapes are JSON arrays without spaces, such as [1,3,32,32].
--
-- Any program may write: defaults fill in what it does not know. Turn `PRAGMA foreign_keys` on first.
--
--   INSERT INTO runs (name) VALUES ('my run') RETURNING id;
--   INSERT INTO params (run_id, name, value) VALUES (1, 'lr', 0.1);
--   INSERT INTO metrics (run_id, name, epoch, value) VALUES (1, 'train/loss', 1, 2.302);
--   UPDATE runs SET status = 'finished' WHERE id = 1;
--
-- The file needs SQLite 3.37 or newer.

PRAGMA auto_vacuum = INCREMENTAL; -- room that was freed can be given back beside running trainings
PRAGMA application_id = 1416784718; -- 'TrkN' as four bytes of ASCII: the mark of a tracker file
PRAGMA user_version = 2; -- the version of this schema; a program refuses a newer one

-- Chapter 1: runs and what was set -----------------------------------------------------------------

-- Facts about the file itself: `uuid`, `created_at`, and `change`, a counter that only grows. While a
-- program stores large content, `content N` says which one: see blob_chunks. `replacing` is the run whose
-- id the statement that wrote runs last may have given to another one, `replacing series` the name of a
-- series whose id was given to another one.
CREATE TABLE metadata (
  name TEXT NOT NULL PRIMARY KEY, -- name of the fact
  value ANY -- the fact, in its own type
) STRICT, WITHOUT ROWID;

INSERT INTO metadata (name, value)
VALUES
  ('uuid', lower(
      hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-'
      || substr('89AB', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || '-'
      || hex(randomblob(6)))),
  ('created_at', CAST(ROUND((julianday('now') - 2440587.5) * 86400000) AS INTEGER)),
  ('change', 0);

-- An experiment is a named collection of runs that are worth comparing.
CREATE TABLE experiments (
  id INTEGER PRIMARY KEY, -- number of the experiment
  name TEXT NOT NULL UNIQUE CHECK (name <> ''), -- what people call it
  created_at INTEGER NOT NULL
    DEFAULT (CAST(ROUND((julianday('now') - 2440587.5) * 86400000) AS INTEGER)), -- time of creation
  uuid TEXT NOT NULL CHECK (uuid <> '')
    DEFAULT (lower(
      hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-'
      || substr('89AB', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || '-'
      || hex(randomblob(6)))), -- name of the experiment in every file of the world, lower case
  artifact_location TEXT, -- where programs that keep files elsewhere put them, such as s3://bucket
  deleted_at INTEGER, -- time of the (soft) deletion; NULL for an experiment that is there
  updated_at INTEGER -- time of the last change by a person; NULL if there was none
) STRICT;

CREATE UNIQUE INDEX experiments_by_uuid ON experiments (uuid);

-- The experiment of runs that name none; it is the same one in every file.
INSERT INTO experiments (id, name, uuid)
VALUES (1, 'default', '00000000-0000-4000-8000-000000000001');

-- A tag is a word that people hang on an experiment, with an optional value.
CREATE TABLE experiment_tags (
  experiment_id INTEGER NOT NULL REFERENCES experiments (id) ON DELETE CASCADE, -- experiment
  name TEXT NOT NULL CHECK (name <> ''), -- the tag
  value TEXT NOT NULL DEFAULT '', -- its value, if it has one
  PRIMARY KEY (experiment_id, name)
) STRICT, WITHOUT ROWID;

-- A run is one execution of a training program: who started it, where, from which code, and how it
-- ended.
--
-- `status` is running, finished (came to its planned end), stopped (ended early on purpose: a
-- result), failed, interrupted (can go on), or scheduled (has not started: no start, no end).
--
-- A program that promises a sign of life every `heartbeat_seconds` and misses three has crashed;
-- views say so. One that promises none may be quiet for as long as it likes.
CREATE TABLE runs (
  id INTEGER PRIMARY KEY, -- number of the run in this file
  uuid TEXT NOT NULL UNIQUE CHECK (uuid <> '')
    DEFAULT (lower(
      hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-'
      || substr('89AB', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || '-'
      || hex(randomblob(6)))), -- name of the run in every file of the world
  experiment_id INTEGER NOT NULL DEFAULT 1 REFERENCES experiments (id), -- experiment it belongs to
  name TEXT NOT NULL DEFAULT 'run' CHECK (name <> ''), -- what people call it; several may share it
  recipe TEXT, -- recipe that `tracker run` ran; NULL for other programs
  status TEXT NOT NULL DEFAULT 'running', -- how it stands
  seed INTEGER, -- seed of the random generator; NULL if unknown
  started_at INTEGER
    DEFAULT (CAST(ROUND((julianday('now') - 2440587.5) * 86400000) AS INTEGER)), -- start; NULL for
    -- a scheduled run
  ended_at INTEGER, -- time of the end; NULL while running; set by a trigger when status changes
  heartbeat_at INTEGER NOT NULL
    DEFAULT (CAST(ROUND((julianday('now') - 2440587.5) * 86400000) AS INTEGER)), -- last sign of life
  host TEXT, -- name of the machine
  pid INTEGER, -- process id on that machine
  boot_id TEXT, -- boot of that machine during which pid is meant
  command TEXT, -- command line as it was typed
  version TEXT, -- version of the program
  git_commit TEXT, -- commit of the working directory
  git_dirty INTEGER CHECK (git_dirty IN (0, 1)), -- 1 if there were uncommitted changes
  parent_run_id INTEGER REFERENCES runs (id) ON DELETE SET NULL, -- run it came from (sweep, fork)
  group_name TEXT, -- runs of one sweep share it
  error TEXT, -- why it failed
  note TEXT, -- remarks of a person
  deleted_at INTEGER, -- time of the (soft) deletion; NULL for a run that is there
  user_name TEXT, -- who started it
  argv TEXT, -- JSON array of the program and its arguments, to run it again
  cwd TEXT, -- folder in which it was started
  exit_code INTEGER, -- exit status of the program; 128 + n if the signal n ended it
  source TEXT, -- where an imported run came from; NULL for one that was logged here
  edited_at INTEGER, -- time of the last change of name, note, tags, experiment or deletion
  change INTEGER NOT NULL DEFAULT 0, -- number of its last change: see the view run_changes
  heartbeat_seconds INTEGER CHECK (heartbeat_seconds > 0), -- promised time from one sign of life to
  -- the next; NULL for a program that promises none
  owner TEXT, -- token of the process that may add results; NULL if anyone may
  pid_namespace INTEGER, -- namespace in which pid is meant: the number of /proc/self/ns/pid
  idle_milliseconds INTEGER NOT NULL DEFAULT 0 -- time between an end and the going on, when nothing ran
) STRICT;

CREATE INDEX runs_by_experiment ON runs (experiment_id);
CREATE INDEX runs_by_name ON runs (name);
CREATE INDEX runs_by_parent ON runs (parent_run_id);
CREATE INDEX runs_by_start ON runs (started_at);
CREATE INDEX runs_by_change ON runs (change);

-- The runs that are gone for good, for readers that follow changes.
CREATE TABLE removed_runs (
  uuid TEXT NOT NULL PRIMARY KEY, -- name of the run
  change INTEGER NOT NULL -- number of the change that removed it
) STRICT, WITHOUT ROWID;

-- A parameter is a setting of the run, in its own type, so that `value < 0.1` works. Nested settings
-- have names joined by dots, such as optimizer.lr.
CREATE TABLE params (
  run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE, -- run
  name TEXT NOT NULL CHECK (name <> ''), -- name of the setting
  value ANY, -- INTEGER, REAL or TEXT; booleans are 0 and 1; NULL for none (and NaN)
  text TEXT, -- how it was written, where value alone does not say it: 0.10, 1e-3, 007, true, nan
  PRIMARY KEY (run_id, name)
) STRICT, WITHOUT ROWID;

CREATE INDEX params_by_name ON params (name, run_id);

-- A tag is a word that people hang on a run, with an optional value.
CREATE TABLE tags (
  run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE, -- run
  name TEXT NOT NULL CHECK (name <> ''), -- the tag
  value TEXT NOT NULL DEFAULT '', -- its value, if it has one
  PRIMARY KEY (run_id, name)
) STRICT, WITHOUT ROWID;

-- Facts about the machine, the tools and the data: cpu, os, swift, dataset.count …
CREATE TABLE environment (
  run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE, -- run
  name TEXT NOT NULL CHECK (name <> ''), -- name of the fact
  value ANY, -- the fact, in its own type
  PRIMARY KEY (run_id, name)
) STRICT, WITHOUT ROWID;

-- Chapter 2: what was measured ---------------------------------------------------------------------

-- A series is one metric of one run, with a summary that equals its points (see the view
-- metric_series_recomputed) as long as they are written through the view metrics. Metric names are paths: train/loss, val/accuracy, learning_rate.
--
-- A step may have several points, told apart by `repeat`. The first point is the one of the least
-- (step, repeat). The latest is the one of the largest step; within it of the latest time (none counts
-- as oldest), then of the largest value (NaN counts as 0), then of the largest repeat. The least and
-- the largest value are those of the finite points; of several, the one of the least (step, repeat).
CREATE TABLE metric_series (
  id INTEGER PRIMARY KEY, -- number of the series
  run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE, -- run
  name TEXT NOT NULL CHECK (name <> ''), -- name of the metric
  count INTEGER NOT NULL DEFAULT 0, -- number of points, NaN included
  nan_count INTEGER NOT NULL DEFAULT 0, -- number of points that are NaN
  first_step INTEGER, -- smallest step
  first_value REAL, -- value of the first point; NULL for NaN
  last_step INTEGER, -- largest step
  last_epoch INTEGER, -- epoch of the latest point
  last_value REAL, -- value of the latest point; NULL for NaN
  min_value REAL, -- smallest finite value; NULL if there is none
  min_step INTEGER, -- first step with the smallest value
  max_value REAL, -- largest finite value; NULL if there is none
  max_step INTEGER, -- first step with the largest value
  first_repeat INTEGER, -- repeat of the first point
  last_at INTEGER, -- time of the latest point; NULL if it was not noted
  last_repeat INTEGER, -- repeat of the latest point
  min_epoch INTEGER, -- epoch of the point with the smallest value
  min_repeat INTEGER, -- repeat of that point
  max_epoch INTEGER, -- epoch of the point with the largest value
  max_repeat INTEGER, -- repeat of that point
  infinite_count INTEGER NOT NULL DEFAULT 0, -- number of points that are infinite
  disorder INTEGER NOT NULL DEFAULT 0, -- grows whenever a point is stored anywhere but after the
  -- largest (step, repeat), replaced or removed: who saw count, largest key and disorder knows
  -- whether what follows is all that is new
  UNIQUE (run_id, name)
) STRICT;

CREATE INDEX metric_series_by_name ON metric_series (name, run_id);

-- The points of the series. Write them through the view `metrics`, which keeps the summary right.
CREATE TABLE metric_points (
  series_id INTEGER NOT NULL REFERENCES metric_series (id) ON DELETE CASCADE, -- series
  step INTEGER NOT NULL, -- counts optimizer steps, or whatever the program counts
  epoch INTEGER, -- epoch the point belongs to; NULL if unknown
  value REAL, -- the measured number; NULL means NaN
  recorded_at INTEGER
    DEFAULT (CAST(ROUND((julianday('now') - 2440587.5) * 86400000) AS INTEGER)), -- time; NULL if it was
    -- not noted: then it is no later than that of the next point that has one
  repeat INTEGER NOT NULL DEFAULT 0, -- tells several points of one step apart: 0, 1, 2 …
  PRIMARY KEY (series_id, step, repeat)
) STRICT, WITHOUT ROWID;

-- Finds out whether a point is there already among many of one step. Name it: INDEXED BY
-- metric_repeats, with `repeat > 0`.
CREATE INDEX metric_repeats ON metric_points (series_id, step, recorded_at) WHERE repeat > 0;

-- What people said of metrics (`tracker goal`): which direction is better, and which metric counts. A
-- rule speaks of one metric, or of all that have a word in their name.
CREATE TABLE metric_rules (
  word TEXT NOT NULL CHECK (word <> ''), -- name of a metric; or words in lower case, joined by _
  is_name INTEGER NOT NULL DEFAULT 1 CHECK (is_name IN (0, 1)), -- 1 if word is the name of a metric
  goal TEXT, -- min or max: what is better; NULL to say nothing of it
  rank INTEGER, -- place among the metrics of a run, 1 for the most important; NULL for no place
  x TEXT, -- metric to plot it against; NULL for steps
  unit TEXT, -- unit, such as s
  PRIMARY KEY (word, is_name)
) STRICT, WITHOUT ROWID;

-- What is known of each metric name of the file: the one meaning of "best". Kept by triggers.
CREATE TABLE metric_names (
  name TEXT NOT NULL PRIMARY KEY, -- name of the metric
  goal TEXT, -- min or max; NULL if nobody knows
  rank INTEGER, -- place among the metrics of a run, 1 for the most important; NULL for the rest
  x TEXT, -- metric to plot it against; NULL for steps
  unit TEXT, -- unit, such as s
  words TEXT NOT NULL DEFAULT '' -- its words, such as _val_acc1_ and then, without digits at their
  -- ends, _val_acc_
) STRICT, WITHOUT ROWID;

-- An alert is something a person should look at: divergence, dead units, a full disk.
CREATE TABLE alerts (
  id INTEGER PRIMARY KEY, -- number of the alert
  run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE, -- run
  at INTEGER NOT NULL
    DEFAULT (CAST(ROUND((julianday('now') - 2440587.5) * 86400000) AS INTEGER)), -- time raised
  epoch INTEGER, -- epoch it was raised in
  step INTEGER, -- step it was raised at
  level TEXT NOT NULL DEFAULT 'warning', -- how bad: info, warning or error
  kind TEXT NOT NULL DEFAULT 'note', -- machine-readable word, such as divergence
  message TEXT NOT NULL -- sentence for people
) STRICT;

CREATE INDEX alerts_by_run ON alerts (run_id);

-- A row of a truth table: what a small network answers.
CREATE TABLE predictions (
  run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE, -- run
  row INTEGER NOT NULL, -- place in the table
  inputs TEXT NOT NULL, -- JSON array of the inputs
  target REAL, -- right answer; NULL if there is none
  s REAL, -- weighted sum
  y REAL, -- output
  PRIMARY KEY (run_id, row)
) STRICT, WITHOUT ROWID;

-- A layer of the run's network, in order, for a batch of one image.
CREATE TABLE layers (
  run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE, -- run
  position INTEGER NOT NULL CHECK (position >= 0), -- place in the network, from 0
  name TEXT NOT NULL CHECK (name <> ''), -- conv1, relu1, fc1 …
  kind TEXT NOT NULL, -- kind of layer, such as convolution
  input_shape TEXT, -- JSON, such as [1,3,32,32]
  output_shape TEXT, -- JSON, such as [1,6,28,28]
  weight_shape TEXT, -- JSON; NULL for a layer without weights
  weight_count INTEGER NOT NULL DEFAULT 0 CHECK (weight_count >= 0), -- number of weights, no biases
  bias_count INTEGER NOT NULL DEFAULT 0 CHECK (bias_count >= 0), -- number of biases
  macs INTEGER DEFAULT 0 CHECK (macs >= 0), -- multiply-accumulates for one image, no biases
  forward_nanoseconds REAL, -- measured time of the forward pass per image; NULL if not measured
  backward_nanoseconds REAL, -- measured time of the backward pass per image; NULL if not measured
  PRIMARY KEY (run_id, position),
  UNIQUE (run_id, name)
) STRICT, WITHOUT ROWID;

-- What a program printed, line by line, without the codes that colour a terminal.
CREATE TABLE output_lines (
  run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE, -- run
  line INTEGER NOT NULL, -- number of the line, from 1
  at INTEGER, -- time; NULL if it was not noted
  stream TEXT NOT NULL DEFAULT 'stdout', -- stdout or stderr
  text TEXT NOT NULL, -- the line, without its end
  PRIMARY KEY (run_id, line)
) STRICT, WITHOUT ROWID;

-- Chapter 3: what was kept -------------------------------------------------------------------------

-- A blob is stored content, once however often it is used, named by its hash. Large content stands
-- in blob_chunks.
CREATE TABLE blobs (
  hash TEXT NOT NULL PRIMARY KEY CHECK (length(hash) = 64), -- SHA-256 of the bytes in hex
  data BLOB, -- the bytes; of a tensor: little-endian. NULL if they stand in blob_chunks
  byte_count INTEGER NOT NULL CHECK (byte_count = length(data)), -- number of bytes
  content INTEGER, -- number under which blob_chunks has the bytes; NULL if they are in data
  CHECK (data IS NULL OR content IS NULL)
) STRICT;

CREATE UNIQUE INDEX blobs_by_content ON blobs (content) WHERE content IS NOT NULL;

-- The bytes of large content, in pieces of a mebibyte. They are stored before the blob that names
-- them, a few to a transaction; pieces that no blob names are left from a writer that was killed, unless
-- the process in metadata's `content N` still lives.
CREATE TABLE blob_chunks (
  content INTEGER NOT NULL, -- number of the content
  position INTEGER NOT NULL CHECK (position >= 0), -- place of the piece, from 0
  data BLOB NOT NULL, -- the bytes
  PRIMARY KEY (content, position)
) STRICT;

-- A snapshot is the state of all tensors of one kind at one moment of a run.
CREATE TABLE snapshots (
  id INTEGER PRIMARY KEY, -- number of the snapshot
  run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE, -- run
  epoch INTEGER, -- epochs finished; 0 is before training
  step INTEGER NOT NULL DEFAULT 0, -- optimizer steps made
  kind TEXT NOT NULL DEFAULT 'weights', -- what the tensors are: weights, gradients or optimizer
  created_at INTEGER NOT NULL
    DEFAULT (CAST(ROUND((julianday('now') - 2440587.5) * 86400000) AS INTEGER)), -- time taken
  UNIQUE (run_id, kind, epoch, step)
) STRICT;

-- A tensor of a snapshot, with statistics over its finite values (NULL if it has none).
CREATE TABLE tensors (
  snapshot_id INTEGER NOT NULL REFERENCES snapshots (id) ON DELETE CASCADE, -- snapshot
  name TEXT NOT NULL CHECK (name <> ''), -- as in PyTorch's state_dict: conv1.weight, fc3.bias
  shape TEXT NOT NULL, -- JSON, in PyTorch's layout: [6,3,5,5]
  dtype TEXT NOT NULL DEFAULT 'float32', -- type of the elements in the blob
  blob_hash TEXT REFERENCES blobs (hash), -- content
  min REAL, -- smallest value
  max REAL, -- largest value
  mean REAL, -- mean
  std REAL, -- population standard deviation
  l2_norm REAL, -- square root of the sum of squares
  zero_count INTEGER, -- number of zeros
  nonfinite_count INTEGER, -- number of NaN and infinite values
  PRIMARY KEY (snapshot_id, name)
) STRICT, WITHOUT ROWID;

CREATE INDEX tensors_by_blob ON tensors (blob_hash);

-- A checkpoint is what it takes to go on with a run as if it had never stopped.
CREATE TABLE checkpoints (
  id INTEGER PRIMARY KEY, -- number of the checkpoint
  run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE, -- run
  epoch INTEGER, -- epochs finished
  step INTEGER NOT NULL DEFAULT 0, -- optimizer steps made
  weights_id INTEGER NOT NULL REFERENCES snapshots (id) ON DELETE CASCADE, -- the weights
  optimizer_id INTEGER REFERENCES snapshots (id) ON DELETE CASCADE, -- the optimizer's
  -- tensors, such as momentum; NULL if there are none
  state TEXT NOT NULL, -- JSON: generator, data order, schedule position
  created_at INTEGER NOT NULL
    DEFAULT (CAST(ROUND((julianday('now') - 2440587.5) * 86400000) AS INTEGER)), -- time taken
  UNIQUE (run_id, epoch, step)
) STRICT;

CREATE INDEX checkpoints_by_weights ON checkpoints (weights_id);
CREATE INDEX checkpoints_by_optimizer ON checkpoints (optimizer_id);

-- A histogram of one layer's weights, gradients or activations, or of anything else by its name. A
-- value on an inner edge belongs to the upper bin; the last bin holds its upper edge too.
CREATE TABLE histograms (
  id INTEGER PRIMARY KEY, -- number of the histogram
  run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE, -- run
  epoch INTEGER, -- epochs finished; 0 is before training; NULL if unknown
  step INTEGER NOT NULL DEFAULT 0, -- optimizer steps made
  layer TEXT NOT NULL CHECK (layer <> ''), -- name of the layer, or of the histogram
  quantity TEXT, -- what is counted: weight, gradient or activation; NULL for anything else
  lower REAL NOT NULL, -- lower edge of the first bin
  upper REAL NOT NULL, -- upper edge of the last bin
  counts TEXT NOT NULL, -- JSON array: number of values in each bin
  count INTEGER CHECK (count >= 0), -- number of finite values: the sum of counts
  min REAL, -- smallest finite value
  max REAL, -- largest finite value
  mean REAL, -- mean of the finite values
  std REAL, -- population standard deviation of the finite values
  nonfinite_count INTEGER NOT NULL DEFAULT 0 CHECK (nonfinite_count >= 0), -- NaN and infinite values
  edges TEXT, -- JSON array: the edges of the bins, one more than there are bins; NULL for equal bins
  repeat INTEGER NOT NULL DEFAULT 0, -- tells several histograms of one step apart: 0, 1, 2 …
  CHECK (lower <= upper)
) STRICT;

CREATE UNIQUE INDEX histograms_by_key
ON histograms (run_id, layer, COALESCE(quantity, ''), COALESCE(epoch, -1), step, repeat);

-- What was logged over steps and is no number: text, images, audio, tables, plots.
CREATE TABLE media (
  run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE, -- run
  name TEXT NOT NULL CHECK (name <> ''), -- name, a path like those of metrics
  step INTEGER NOT NULL DEFAULT 0, -- step it was logged at
  position INTEGER NOT NULL DEFAULT 0 CHECK (position >= 0), -- place among those of one step, from 0
  epoch INTEGER, -- epoch it belongs to; NULL if unknown
  recorded_at INTEGER
    DEFAULT (CAST(ROUND((julianday('now') - 2440587.5) * 86400000) AS INTEGER)), -- time; NULL if it was
    -- not noted
  kind TEXT NOT NULL, -- what it is: text, image, audio, table, plot …
  text TEXT, -- the text itself, or what was said of the content
  blob_hash TEXT REFERENCES blobs (hash), -- content; NULL for text alone
  media_type TEXT, -- kind of content, such as image/png
  metadata TEXT, -- JSON: what else was said
  PRIMARY KEY (run_id, name, step, position)
) STRICT, WITHOUT ROWID;

CREATE INDEX media_by_blob ON media (blob_hash) WHERE blob_hash IS NOT NULL;

-- An artifact is a file or value that a run made.
CREATE TABLE artifacts (
  run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE, -- run
  name TEXT NOT NULL CHECK (name <> ''), -- name, like a path
  media_type TEXT NOT NULL DEFAULT 'application/octet-stream', -- what kind of content
  blob_hash TEXT REFERENCES blobs (hash), -- content; NULL for a file that stayed where it was
  created_at INTEGER NOT NULL
    DEFAULT (CAST(ROUND((julianday('now') - 2440587.5) * 86400000) AS INTEGER)), -- time stored
  source_uri TEXT, -- where a file that stayed elsewhere is, such as s3://bucket/file
  PRIMARY KEY (run_id, name),
  CHECK (blob_hash IS NOT NULL OR source_uri IS NOT NULL)
) STRICT, WITHOUT ROWID;

CREATE INDEX artifacts_by_blob ON artifacts (blob_hash);

-- Chapter 4: what other programs need --------------------------------------------------------------

-- A dataset is what runs of an experiment were trained and evaluated on.
CREATE TABLE datasets (
  id INTEGER PRIMARY KEY, -- number of the dataset
  experiment_id INTEGER NOT NULL DEFAULT 1 REFERENCES experiments (id), -- experiment
  name TEXT NOT NULL CHECK (name <> ''), -- what people call it
  digest TEXT NOT NULL, -- a hash of its content, in whatever form
  source_type TEXT, -- kind of place it came from, such as local, http or code
  source TEXT, -- the place
  schema TEXT, -- JSON: its columns or tensors
  profile TEXT, -- JSON: its size and statistics
  UNIQUE (experiment_id, name, digest)
) STRICT;

-- Which datasets a run used, and for what.
CREATE TABLE run_datasets (
  run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE, -- run
  dataset_id INTEGER NOT NULL REFERENCES datasets (id), -- dataset
  context TEXT NOT NULL DEFAULT '', -- what for: training, validation, test …
  PRIMARY KEY (run_id, dataset_id, context)
) STRICT, WITHOUT ROWID;

CREATE INDEX run_datasets_by_dataset ON run_datasets (dataset_id);

-- Tags of a use of a dataset.
CREATE TABLE run_dataset_tags (
  run_id INTEGER NOT NULL, -- run
  dataset_id INTEGER NOT NULL, -- dataset
  context TEXT NOT NULL DEFAULT '', -- what for
  name TEXT NOT NULL CHECK (name <> ''), -- the tag
  value TEXT NOT NULL DEFAULT '', -- its value, if it has one
  PRIMARY KEY (run_id, dataset_id, context, name),
  FOREIGN KEY (run_id, dataset_id, context)
    REFERENCES run_datasets (run_id, dataset_id, context) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- A model that a program logged, with files and metrics of its own.
CREATE TABLE models (
  id TEXT NOT NULL PRIMARY KEY CHECK (id <> '')
    DEFAULT ('m-' || lower(hex(randomblob(16)))), -- name of the model in every file, such as m-4f…
  experiment_id INTEGER NOT NULL DEFAULT 1 REFERENCES experiments (id), -- experiment it belongs to
  source_run_id INTEGER REFERENCES runs (id) ON DELETE SET NULL, -- run that made it
  name TEXT NOT NULL CHECK (name <> ''), -- what people call it
  model_type TEXT, -- kind of model, such as Agent
  status TEXT NOT NULL DEFAULT 'pending', -- pending, ready or failed
  status_message TEXT, -- why it failed
  created_at INTEGER NOT NULL
    DEFAULT (CAST(ROUND((julianday('now') - 2440587.5) * 86400000) AS INTEGER)), -- time of creation
  updated_at INTEGER NOT NULL
    DEFAULT (CAST(ROUND((julianday('now') - 2440587.5) * 86400000) AS INTEGER)), -- last change
  deleted_at INTEGER -- time of the (soft) deletion; NULL for a model that is there
) STRICT;

CREATE INDEX models_by_experiment ON models (experiment_id);
CREATE INDEX models_by_run ON models (source_run_id);

-- Settings of a model, as text.
CREATE TABLE model_params (
  model_id TEXT NOT NULL REFERENCES models (id) ON DELETE CASCADE, -- model
  name TEXT NOT NULL CHECK (name <> ''), -- name of the setting
  value TEXT NOT NULL, -- its value
  PRIMARY KEY (model_id, name)
) STRICT, WITHOUT ROWID;

-- Tags of a model; `(run)` is the run that made it, where that is not in this file.
CREATE TABLE model_tags (
  model_id TEXT NOT NULL REFERENCES models (id) ON DELETE CASCADE, -- model
  name TEXT NOT NULL CHECK (name <> ''), -- the tag
  value TEXT NOT NULL DEFAULT '', -- its value, if it has one
  PRIMARY KEY (model_id, name)
) STRICT, WITHOUT ROWID;

-- Numbers that were measured of a model, by the run that measured them and on which data.
CREATE TABLE model_metrics (
  model_id TEXT NOT NULL REFERENCES models (id) ON DELETE CASCADE, -- model
  name TEXT NOT NULL CHECK (name <> ''), -- name of the metric
  step INTEGER NOT NULL DEFAULT 0, -- step it was measured at
  repeat INTEGER NOT NULL DEFAULT 0, -- tells several points of one step apart
  value REAL, -- the measured number; NULL means NaN
  recorded_at INTEGER
    DEFAULT (CAST(ROUND((julianday('now') - 2440587.5) * 86400000) AS INTEGER)), -- time
  run_id INTEGER REFERENCES runs (id) ON DELETE SET NULL, -- run that measured it
  dataset_name TEXT, -- dataset it was measured on
  dataset_digest TEXT, -- digest of that dataset
  PRIMARY KEY (model_id, name, step, repeat)
) STRICT, WITHOUT ROWID;

CREATE INDEX model_metrics_by_run ON model_metrics (run_id) WHERE run_id IS NOT NULL;

-- The files of a model.
CREATE TABLE model_artifacts (
  model_id TEXT NOT NULL REFERENCES models (id) ON DELETE CASCADE, -- model
  name TEXT NOT NULL CHECK (name <> ''), -- name, like a path
  media_type TEXT NOT NULL DEFAULT 'application/octet-stream', -- what kind of content
  blob_hash TEXT REFERENCES blobs (hash), -- content; NULL for a file that stayed where it was
  created_at INTEGER NOT NULL
    DEFAULT (CAST(ROUND((julianday('now') - 2440587.5) * 86400000) AS INTEGER)), -- time stored
  source_uri TEXT, -- where a file that stayed elsewhere is
  PRIMARY KEY (model_id, name),
  CHECK (blob_hash IS NOT NULL OR source_uri IS NOT NULL)
) STRICT, WITHOUT ROWID;

CREATE INDEX model_artifacts_by_blob ON model_artifacts (blob_hash);

-- Which models a run used (input) and made (output).
CREATE TABLE run_models (
  run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE, -- run
  model_id TEXT NOT NULL REFERENCES models (id) ON DELETE CASCADE, -- model
  direction TEXT NOT NULL, -- input or output
  step INTEGER NOT NULL DEFAULT 0, -- step of the run at which it was made
  PRIMARY KEY (run_id, model_id, direction)
) STRICT, WITHOUT ROWID;

CREATE INDEX run_models_by_model ON run_models (model_id);

-- A registered model is a name under which models are published, version after version. The numbers of
-- versions count in this file, so that what is published here does not go along with runs.
CREATE TABLE registered_models (
  name TEXT NOT NULL PRIMARY KEY CHECK (name <> ''), -- the name
  description TEXT, -- remarks of a person
  created_at INTEGER NOT NULL
    DEFAULT (CAST(ROUND((julianday('now') - 2440587.5) * 86400000) AS INTEGER)), -- time of creation
  updated_at INTEGER NOT NULL
    DEFAULT (CAST(ROUND((julianday('now') - 2440587.5) * 86400000) AS INTEGER)) -- last change
) STRICT, WITHOUT ROWID;

-- Tags of a registered model.
CREATE TABLE registered_model_tags (
  registered_model TEXT NOT NULL REFERENCES registered_models (name)
    ON UPDATE CASCADE ON DELETE CASCADE, -- model
  name TEXT NOT NULL CHECK (name <> ''), -- the tag
  value TEXT NOT NULL DEFAULT '', -- its value, if it has one
  PRIMARY KEY (registered_model, name)
) STRICT, WITHOUT ROWID;

-- A version of a registered model: which model it is, and where its files are.
CREATE TABLE model_versions (
  registered_model TEXT NOT NULL REFERENCES registered_models (name)
    ON UPDATE CASCADE ON DELETE CASCADE, -- model
  version INTEGER NOT NULL CHECK (version >= 0), -- number of the version, here from 1
  source TEXT, -- where it was published from, such as models:/m-4f…
  model_id TEXT REFERENCES models (id) ON DELETE SET NULL, -- the logged model
  run_id INTEGER REFERENCES runs (id) ON DELETE SET NULL, -- run that made it
  run_link TEXT, -- address of a run elsewhere
  description TEXT, -- remarks of a person
  created_at INTEGER NOT NULL
    DEFAULT (CAST(ROUND((julianday('now') - 2440587.5) * 86400000) AS INTEGER)), -- time of creation
  updated_at INTEGER NOT NULL
    DEFAULT (CAST(ROUND((julianday('now') - 2440587.5) * 86400000) AS INTEGER)), -- last change
  PRIMARY KEY (registered_model, version)
) STRICT, WITHOUT ROWID;

CREATE INDEX model_versions_by_model ON model_versions (model_id) WHERE model_id IS NOT NULL;
CREATE INDEX model_versions_by_run ON model_versions (run_id) WHERE run_id IS NOT NULL;

-- Tags of a version of a registered model; `(stage)` is its stage, `(run)` a run that is not in this file.
CREATE TABLE model_version_tags (
  registered_model TEXT NOT NULL, -- model
  version INTEGER NOT NULL, -- number of the version
  name TEXT NOT NULL CHECK (name <> ''), -- the tag
  value TEXT NOT NULL DEFAULT '', -- its value, if it has one
  PRIMARY KEY (registered_model, version, name),
  FOREIGN KEY (registered_model, version)
    REFERENCES model_versions (registered_model, version)
      ON UPDATE CASCADE ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- Other names of versions, such as champion, which move from one to the next.
CREATE TABLE model_aliases (
  registered_model TEXT NOT NULL, -- model
  name TEXT NOT NULL CHECK (name <> ''), -- the other name
  version INTEGER NOT NULL, -- number of the version that has it
  PRIMARY KEY (registered_model, name),
  FOREIGN KEY (registered_model, version)
    REFERENCES model_versions (registered_model, version)
      ON UPDATE CASCADE ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE INDEX model_aliases_by_version ON model_aliases (registered_model, version);

-- Chapter 5: views ---------------------------------------------------------------------------------

-- One row a run that has not been deleted: how it stands and what it reached.
CREATE VIEW run_summary AS
SELECT
  run.id AS id, -- number of the run
  run.uuid AS uuid, -- name of the run in every file
  run.name AS name, -- what people call it
  run.recipe AS recipe, -- recipe; NULL for other programs
  COALESCE(experiment.name, 'default') AS experiment, -- experiment it belongs to; that of runs that
  -- name none if it is gone
  run.group_name AS group_name, -- sweep it belongs to
  CASE
    WHEN run.status = 'running'
      AND abs(run.heartbeat_at - (julianday('now') - 2440587.5) * 86400000)
        > 3000 * MIN(run.heartbeat_seconds, 86400)
    THEN 'crashed'
    ELSE run.status
  END AS status, -- that of the run; crashed if it missed three signs of life that it promised;
  -- one from the future is none
  strftime('%Y-%m-%dT%H:%M:%SZ', run.started_at / 1000, 'unixepoch') AS started, -- UTC
  strftime('%Y-%m-%dT%H:%M:%SZ', run.ended_at / 1000, 'unixepoch') AS ended, -- UTC
  (COALESCE(run.ended_at, run.heartbeat_at) - run.started_at - run.idle_milliseconds) / 1000.0
    AS seconds, -- duration, without the time when nothing ran; NULL for a scheduled run
  COALESCE(
    MAX(COALESCE(train.last_epoch, val.last_epoch), COALESCE(val.last_epoch, train.last_epoch)),
    train.count, val.count, 0) AS epochs, -- epochs finished
  train.last_value AS final_train_loss, -- latest train/loss
  train.min_value AS best_train_loss, -- smallest train/loss
  val.last_value AS final_val_loss, -- latest val/loss
  val.min_value AS best_val_loss, -- smallest val/loss
  accuracy.last_value AS final_val_accuracy, -- latest val/accuracy
  accuracy.max_value AS best_val_accuracy, -- largest val/accuracy
  run.note AS note -- remarks of a person
FROM runs AS run
LEFT JOIN experiments AS experiment ON experiment.id = run.experiment_id
LEFT JOIN metric_series AS train ON train.run_id = run.id AND train.name = 'train/loss'
LEFT JOIN metric_series AS val ON val.run_id = run.id AND val.name = 'val/loss'
LEFT JOIN metric_series AS accuracy ON accuracy.run_id = run.id AND accuracy.name = 'val/accuracy'
WHERE run.deleted_at IS NULL;

-- Losses and accuracies side by side, a row an epoch; of several points in an epoch, the latest.
CREATE VIEW epoch_losses AS
WITH points AS (
  SELECT
    series.run_id,
    series.name,
    COALESCE(point.epoch, point.step) AS epoch,
    point.value,
    ROW_NUMBER() OVER (
      PARTITION BY series.run_id, series.name, COALESCE(point.epoch, point.step)
      ORDER BY
        point.step DESC, point.recorded_at DESC, COALESCE(point.value, 0.0) DESC,
        point.repeat DESC) AS place
  FROM metric_series AS series
  JOIN metric_points AS point ON point.series_id = series.id
  WHERE series.name IN (
    'train/loss', 'train/accuracy', 'val/loss', 'val/accuracy', 'epoch/seconds')
)
SELECT
  run_id, -- run
  epoch, -- epochs finished; 0 is before training
  MAX(CASE name WHEN 'train/loss' THEN value END) AS train_loss, -- metric train/loss
  MAX(CASE name WHEN 'train/accuracy' THEN value END) AS train_accuracy, -- metric train/accuracy
  MAX(CASE name WHEN 'val/loss' THEN value END) AS val_loss, -- metric val/loss
  MAX(CASE name WHEN 'val/accuracy' THEN value END) AS val_accuracy, -- metric val/accuracy
  MAX(CASE name WHEN 'epoch/seconds' THEN value END) AS seconds -- metric epoch/seconds
FROM points
WHERE place = 1
GROUP BY run_id, epoch;

-- Every point of every metric. Rows can be inserted: the series is made when it is missing, the
-- summary follows, and a second point at the same step and repeat replaces the first. A missing step
-- is the epoch, a missing repeat 0.
CREATE VIEW metrics AS
SELECT
  series.run_id AS run_id, -- run
  series.name AS name, -- name of the metric
  point.step AS step, -- step
  point.epoch AS epoch, -- epoch; NULL if unknown
  point.value AS value, -- measured number; NULL means NaN
  point.recorded_at AS recorded_at, -- milliseconds since 1970 UTC; NULL if not noted
  point.repeat AS repeat -- tells several points of one step apart
FROM metric_series AS series
JOIN metric_points AS point ON point.series_id = series.id;

-- The layers that have weights, as the table of the report: shapes as (1, 3, 32, 32).
CREATE VIEW layer_table AS
SELECT
  run_id, -- run
  position, -- place in the network
  name AS layer, -- name of the layer
  replace(replace(replace(replace(input_shape, ' ', ''), '[', '('), ']', ')'), ',', ', ')
    AS input_shape, -- for one image
  replace(replace(replace(replace(output_shape, ' ', ''), '[', '('), ']', ')'), ',', ', ')
    AS output_shape, -- for one image
  replace(replace(replace(replace(weight_shape, ' ', ''), '[', '('), ']', ')'), ',', ', ')
    AS weight_shape, -- of the weights alone
  weight_count AS parameters, -- number of weights; the biases are counted beside
  bias_count AS biases, -- number of biases
  macs -- multiply-accumulates for one image, biases not counted
FROM layers
WHERE weight_count > 0;

-- The bins of all histograms, a row a bin. Lists that are no JSON arrays of numbers are left out, so that
-- the others can be read: `tracker doctor` names them.
--
-- What is no JSON would end the whole query, so that each list is reduced first, step by step: digits to
-- 1, exponents to e, zeros that begin a number to z, numbers to n. Of a JSON array of numbers, and of
-- nothing else, this leaves [n].
CREATE VIEW histogram_bins AS
WITH sized AS NOT MATERIALIZED (
  SELECT
    histogram.run_id, histogram.epoch, histogram.step, histogram.layer, histogram.quantity,
    histogram.lower, histogram.upper, histogram.counts, histogram.edges, histogram.repeat,
    size.value AS size
  FROM histograms AS histogram
  -- An array of one number keeps that number: of bins, 0 if a list cannot be read.
  CROSS JOIN json_each('[' || (
    WITH RECURSIVE reduced (step, text) AS (
      SELECT
        1,
        CASE
          WHEN trim(list, char(9, 10, 13, 32)) GLOB '[[]*]'
            AND ltrim(list, '0123456789,.-+eE[] ' || char(9, 10, 13)) = ''
          THEN list
        END
      FROM (SELECT histogram.counts AS list UNION ALL SELECT COALESCE(histogram.edges, '[]'))
      UNION ALL
      SELECT
        step + 1,
        CASE step
          WHEN 1 THEN replace(replace(replace(text, char(9), ' '), char(10), ' '), char(13), ' ')
          WHEN 2 THEN replace(replace(replace(replace(text, '2', '1'), '3', '1'), '4', '1'), '5', '1')
          WHEN 3 THEN replace(replace(replace(replace(text, '6', '1'), '7', '1'), '8', '1'), '9', '1')
          WHEN 4 THEN replace(replace(replace(text, 'E', 'e'), 'e-', 'x'), 'e+', 'x')
          WHEN 5 THEN replace(replace(replace(text, '[0', '[z'), ',0', ',z'), ' 0', ' z')
          WHEN 6 THEN replace(replace(replace(text, '-0', '-z'), '0', '1'), 'x', 'e')
          WHEN 7 THEN replace(replace(replace(text, '1', '<>'), '><', ''), '<>', '1')
          WHEN 8 THEN replace(replace(replace(text, 'z', '1'), '1.1', 'f'), '1e1', 'n')
          WHEN 9 THEN replace(replace(replace(text, 'fe1', 'n'), 'f', 'n'), '1', 'n')
          WHEN 10 THEN replace(replace(replace(text, '-n', 'n'), ' ', ''), '[]', '[n]')
          ELSE replace(replace(text, 'nn', '?'), ',n', '')
        END
      FROM reduced
      WHERE step < 12
    )
    SELECT
      (length(histogram.counts) - length(replace(histogram.counts, ',', '')) + 1)
        * (COUNT(*) FILTER (WHERE step = 12 AND text = '[n]') = 2)
    FROM reduced) || ']') AS size
)
SELECT
  histogram.run_id AS run_id, -- run
  histogram.epoch AS epoch, -- epochs finished
  histogram.step AS step, -- optimizer steps made
  histogram.layer AS layer, -- name of the layer, or of the histogram
  histogram.quantity AS quantity, -- weight, gradient or activation; NULL for anything else
  bin.key AS bin, -- number of the bin, from 0
  CASE
    WHEN histogram.edges IS NULL
    THEN histogram.lower + bin.key * (histogram.upper - histogram.lower) / histogram.size
    ELSE (SELECT edge.value FROM json_each(histogram.edges) AS edge WHERE edge.key = bin.key)
  END AS lower, -- lower edge
  CASE
    WHEN histogram.edges IS NULL
    THEN histogram.lower + (bin.key + 1) * (histogram.upper - histogram.lower) / histogram.size
    ELSE (SELECT edge.value FROM json_each(histogram.edges) AS edge WHERE edge.key = bin.key + 1)
  END AS upper, -- upper edge
  bin.value AS count, -- number of values in it
  histogram.repeat AS repeat -- tells several histograms of one step apart
FROM sized AS histogram
CROSS JOIN json_each(CASE WHEN histogram.size > 0 THEN histogram.counts END) AS bin;

-- What metric_series must say, computed from the points alone.
CREATE VIEW metric_series_recomputed AS
SELECT
  series.id AS id, -- number of the series
  series.run_id AS run_id, -- run
  series.name AS name, -- name of the metric
  (SELECT COUNT(*) FROM metric_points WHERE series_id = series.id) AS count, -- number of points
  (SELECT COUNT(*) FROM metric_points WHERE series_id = series.id AND value IS NULL)
    AS nan_count, -- number of NaN
  first.step AS first_step, -- smallest step
  first.value AS first_value, -- value of the first point
  latest.step AS last_step, -- largest step
  latest.epoch AS last_epoch, -- epoch of the latest point
  latest.value AS last_value, -- its value
  least.value AS min_value, -- smallest finite value
  least.step AS min_step, -- first step with it
  largest.value AS max_value, -- largest finite value
  largest.step AS max_step, -- first step with it
  first.repeat AS first_repeat, -- repeat of the first point
  latest.recorded_at AS last_at, -- time of the latest point
  latest.repeat AS last_repeat, -- its repeat
  least.epoch AS min_epoch, -- epoch of the point with the smallest value
  least.repeat AS min_repeat, -- its repeat
  largest.epoch AS max_epoch, -- epoch of the point with the largest value
  largest.repeat AS max_repeat, -- its repeat
  (SELECT COUNT(*) FROM metric_points WHERE series_id = series.id AND abs(value) = 9e999)
    AS infinite_count -- number of infinite values
FROM metric_series AS series
LEFT JOIN metric_points AS first
  ON first.series_id = series.id
  AND (first.step, first.repeat) = (
    SELECT step, repeat FROM metric_points WHERE series_id = series.id ORDER BY step, repeat LIMIT 1)
LEFT JOIN metric_points AS latest
  ON latest.series_id = series.id
  AND (latest.step, latest.repeat) = (
    SELECT step, repeat
    FROM metric_points
    WHERE series_id = series.id
    ORDER BY step DESC, recorded_at DESC, COALESCE(value, 0.0) DESC, repeat DESC
    LIMIT 1)
LEFT JOIN metric_points AS least
  ON least.series_id = series.id
  AND (least.step, least.repeat) = (
    SELECT step, repeat
    FROM metric_points
    WHERE series_id = series.id AND abs(value) < 9e999
    ORDER BY value, step, repeat
    LIMIT 1)
LEFT JOIN metric_points AS largest
  ON largest.series_id = series.id
  AND (largest.step, largest.repeat) = (
    SELECT step, repeat
    FROM metric_points
    WHERE series_id = series.id AND abs(value) < 9e999
    ORDER BY value DESC, step, repeat
    LIMIT 1);

-- The usual words of the field: what is better, and which metric counts. Of the rules that apply to a
-- name, those with the word loss, error or err come first, then those of the most words; see
-- metric_names_parted. Rates are the things of the field by the second, such as img/s.
CREATE VIEW usual_metric_rules AS
WITH things (word) AS (
  VALUES
    ('img'), ('imgs'), ('image'), ('images'), ('it'), ('its'), ('iter'), ('iters'), ('iterations'),
    ('steps'), ('tok'), ('toks'), ('tokens'), ('words'), ('sample'), ('samples'), ('example'),
    ('examples'), ('seqs'), ('sequences'), ('sentences'), ('frames'), ('clips'), ('videos'), ('req'),
    ('reqs'), ('requests'), ('queries'), ('rows'), ('records'), ('items'), ('batches'), ('updates'),
    ('epochs'), ('episodes'), ('transitions'), ('games'), ('points'), ('kb'), ('mb'), ('gb'), ('tb'),
    ('kib'), ('mib'), ('gib'), ('bytes'), ('flop'), ('flops'), ('gflop'), ('gflops'), ('tflop'),
    ('tflops'), ('per')
),
seconds (word) AS (VALUES ('s'), ('sec'), ('second')),
rules (word, goal) AS (
  SELECT things.word || '_' || seconds.word, 'max' FROM things, seconds
  UNION ALL
  VALUES
    ('loss', 'min'), ('losses', 'min'), ('error', 'min'), ('errors', 'min'), ('err', 'min'),
    ('mse', 'min'), ('rmse', 'min'), ('mae', 'min'), ('mape', 'min'), ('smape', 'min'),
    ('msle', 'min'), ('rmsle', 'min'), ('mad', 'min'), ('nll', 'min'), ('bce', 'min'),
    ('ce', 'min'), ('cross_entropy', 'min'), ('negative_log_likelihood', 'min'),
    ('neg_log_likelihood', 'min'), ('log_loss', 'min'), ('logloss', 'min'), ('perplexity', 'min'),
    ('ppl', 'min'), ('bpb', 'min'), ('bpc', 'min'), ('bits_per_byte', 'min'),
    ('bits_per_character', 'min'), ('bits_per_dim', 'min'), ('hinge', 'min'), ('wer', 'min'),
    ('cer', 'min'), ('ter', 'min'), ('eer', 'min'), ('fid', 'min'), ('kid', 'min'),
    ('lpips', 'min'), ('brier', 'min'), ('brier_score', 'min'), ('ece', 'min'), ('fpr', 'min'),
    ('fnr', 'min'), ('far', 'min'), ('frr', 'min'), ('false_positive_rate', 'min'),
    ('false_negative_rate', 'min'), ('hamming', 'min'), ('chamfer', 'min'), ('distance', 'min'),
    ('regret', 'min'), ('cost', 'min'), ('misclassified', 'min'), ('misclassification', 'min'),
    ('mistakes', 'min'), ('violation', 'min'), ('violations', 'min'), ('residual', 'min'),
    ('residuals', 'min'), ('davies_bouldin_score', 'min'), ('seconds', 'min'), ('second', 'min'),
    ('sec', 'min'), ('secs', 'min'), ('s', 'min'), ('milliseconds', 'min'), ('ms', 'min'),
    ('microseconds', 'min'), ('us', 'min'), ('nanoseconds', 'min'), ('ns', 'min'),
    ('minutes', 'min'), ('hours', 'min'), ('duration', 'min'), ('latency', 'min'), ('time', 'min'),
    ('elapsed', 'min'), ('wall_time', 'min'), ('rank_loss', 'min'), ('accuracy', 'max'),
    ('acc', 'max'), ('auc', 'max'), ('auroc', 'max'), ('roc_auc', 'max'), ('auprc', 'max'),
    ('pr_auc', 'max'), ('prc', 'max'), ('f1', 'max'), ('fbeta', 'max'), ('r2', 'max'),
    ('map', 'max'), ('ap', 'max'), ('ar', 'max'), ('miou', 'max'), ('iou', 'max'), ('giou', 'max'),
    ('jaccard', 'max'), ('dice', 'max'), ('bleu', 'max'), ('rouge', 'max'), ('meteor', 'max'),
    ('chrf', 'max'), ('cider', 'max'), ('psnr', 'max'), ('ssim', 'max'), ('ndcg', 'max'),
    ('mrr', 'max'), ('recall', 'max'), ('precision', 'max'), ('sensitivity', 'max'),
    ('specificity', 'max'), ('tpr', 'max'), ('tnr', 'max'), ('true_positive_rate', 'max'),
    ('true_negative_rate', 'max'), ('reward', 'max'), ('rewards', 'max'), ('return', 'max'),
    ('returns', 'max'), ('rew', 'max'), ('kappa', 'max'), ('mcc', 'max'), ('top1', 'max'),
    ('top_1', 'max'), ('top3', 'max'), ('top_3', 'max'), ('top5', 'max'), ('top_5', 'max'),
    ('top10', 'max'), ('top_10', 'max'), ('hits', 'max'), ('hit_rate', 'max'),
    ('exact_match', 'max'), ('em', 'max'), ('pass', 'max'), ('score', 'max'), ('scores', 'max'),
    ('success', 'max'), ('win_rate', 'max'), ('winrate', 'max'), ('elo', 'max'),
    ('likelihood', 'max'), ('log_likelihood', 'max'), ('elbo', 'max'),
    ('explained_variance', 'max'), ('correlation', 'max'), ('pearson', 'max'), ('spearman', 'max'),
    ('kendall', 'max'), ('throughput', 'max'), ('fps', 'max'), ('speed', 'max'),
    ('coverage', 'max'), ('agreement', 'max'), ('fitness', 'max'), ('sps', 'max'),
    ('accuracies', 'max'), ('aucpr', 'max'), ('auc_mu', 'max'), ('io_u', 'max'), ('map5095', 'max'),
    ('corrcoef', 'max'), ('pearsonr', 'max'), ('spearmanr', 'max'), ('rougel', 'max'),
    ('rougelsum', 'max'), ('sacrebleu', 'max'), ('time_fps', 'max'),
    ('neg_mean_squared_error', 'max'), ('neg_root_mean_squared_error', 'max'),
    ('neg_mean_squared_log_error', 'max'), ('neg_root_mean_squared_log_error', 'max'),
    ('neg_mean_absolute_error', 'max'), ('neg_median_absolute_error', 'max'),
    ('neg_mean_absolute_percentage_error', 'max'), ('neg_max_error', 'max'), ('neg_log_loss', 'max'),
    ('neg_brier_score', 'max'), ('d2_absolute_error_score', 'max'), ('d2_log_loss_score', 'max'),
    ('crossentropy', 'min'), ('xent', 'min'), ('nloglik', 'min'), ('mlogloss', 'min'),
    ('merror', 'min'), ('mphe', 'min'), ('deviance', 'min'), ('runtime', 'min'),
    ('neg_mean_poisson_deviance', 'max'), ('neg_mean_gamma_deviance', 'max'),
    -- Names that hold one of these words, and measure nothing that should be large or small.
    ('std', ''), ('threshold', ''), ('loss_scale', ''), ('loss_weight', ''), ('loss_coef', ''),
    ('losses_entropy', ''), ('losses_approx_kl', ''), ('losses_old_approx_kl', ''),
    ('losses_clipfrac', ''), ('rewards_rejected', ''), ('time_iterations', ''),
    ('time_episodes', ''), ('time_total_timesteps', ''), ('time_step', ''), ('time_steps', '')
)
SELECT
  word, -- one word, or several joined by _
  goal, -- min or max; empty for neither, NULL if the rule says nothing of it
  NULL AS rank, -- place among the metrics of a run; NULL if the rule says nothing of it
  CASE
    WHEN word IN ('seconds', 'second', 'sec', 'secs', 's') THEN 's'
    WHEN word IN ('milliseconds', 'ms') THEN 'ms'
    WHEN word GLOB '[kmgt]*b_s*'
    THEN replace(upper(substr(word, 1, instr(word, '_') - 1)), 'I', 'i') || '/s'
    WHEN word GLOB '*_second' OR word GLOB '*_sec' OR word GLOB '*_s' THEN '1/s'
  END AS unit -- unit; NULL if the rule says nothing of it
FROM rules
UNION ALL
VALUES
  ('val_loss', NULL, 1, NULL),
  ('validation_loss', NULL, 1, NULL),
  ('valid_loss', NULL, 1, NULL),
  ('eval_loss', NULL, 1, NULL),
  ('dev_loss', NULL, 1, NULL),
  ('val_accuracy', NULL, 2, NULL),
  ('val_acc', NULL, 2, NULL),
  ('validation_accuracy', NULL, 2, NULL),
  ('valid_acc', NULL, 2, NULL),
  ('eval_accuracy', NULL, 2, NULL),
  ('test_loss', NULL, 3, NULL),
  ('test_accuracy', NULL, 4, NULL),
  ('test_acc', NULL, 4, NULL),
  ('accuracy', NULL, 6, NULL),
  ('acc', NULL, 6, NULL),
  ('loss', NULL, 5, NULL),
  ('reward', NULL, 7, NULL),
  ('return', NULL, 7, NULL),
  ('train_loss', NULL, 8, NULL),
  ('train_accuracy', NULL, 9, NULL),
  ('train_acc', NULL, 9, NULL);

-- The number of the last change of each run. Who has seen all up to a number finds what is new by
-- `change >` that number, and what is gone in removed_runs; heartbeats do not count. To insert a run
-- here counts a change of it, or of the file alone if run_id is NULL.
CREATE VIEW run_changes AS
SELECT
  id AS run_id, -- run
  change -- number of its last change
FROM runs;

-- What time it is, for triggers.
CREATE VIEW clock AS
SELECT
  CAST(ROUND((julianday('now') - 2440587.5) * 86400000) AS INTEGER) AS now -- milliseconds since 1970
LIMIT 1;

-- Where triggers hand in the JSON lists of a row before it is stored: to insert one here checks it.
CREATE VIEW list_checks AS
SELECT
  NULL AS place, -- table and column, such as histograms.counts
  NULL AS list -- JSON; NULL is right
LIMIT 0;

-- Chapter 6: what keeps the file true by itself ------------------------------------------------------

-- Stores one point. All but the last four statements is arithmetic: the summary is brought up to date
-- before the point is there, so that whatever INSERT OR IGNORE would leave out is refused first. Only
-- where the first, latest, least or largest point was replaced such that another may have its place is
-- that place emptied, and then looked for among the points.
CREATE TRIGGER metrics_insert INSTEAD OF INSERT ON metrics
BEGIN
  SELECT RAISE(ABORT, 'metrics: there is no run with this run_id')
  WHERE NOT EXISTS (SELECT 1 FROM runs WHERE id = NEW.run_id);

  SELECT RAISE(ABORT, 'metrics: a point has a step, or an epoch')
  WHERE COALESCE(NEW.step, NEW.epoch) IS NULL;

  SELECT RAISE(ABORT, 'metrics: recorded_at counts milliseconds; this one looks like seconds, to be multiplied by 1000')
  WHERE NEW.recorded_at + 0 BETWEEN 1000000000 AND 10000000000;

  UPDATE runs
  SET heartbeat_at = (SELECT now FROM clock)
  WHERE id = NEW.run_id
    AND abs(heartbeat_at - (julianday('now') - 2440587.5) * 86400000) > 5000;

  INSERT INTO metric_series (run_id, name)
  SELECT NEW.run_id, NEW.name
  WHERE NOT EXISTS (SELECT 1 FROM metric_series WHERE run_id = NEW.run_id AND name = NEW.name);

  UPDATE metric_series
  SET
    count = count + point.is_new,
    nan_count = nan_count + (point.value IS NULL) - (point.is_new = 0 AND point.old IS NULL),
    infinite_count = infinite_count + COALESCE(abs(point.value) = 9e999, 0)
      - COALESCE(abs(point.old) = 9e999, 0),
    disorder = disorder + CASE
      WHEN count = 0 OR point.step > last_step THEN 0
      WHEN point.step < last_step THEN 1
      ELSE EXISTS (
        SELECT 1 FROM metric_points
        WHERE series_id = metric_series.id AND step = point.step AND repeat >= point.repeat)
    END,
    first_value = CASE
      WHEN (point.step, point.repeat) > (first_step, first_repeat) THEN first_value
      ELSE point.value END,
    first_repeat = CASE
      WHEN (point.step, point.repeat) > (first_step, first_repeat) THEN first_repeat
      ELSE point.repeat END,
    first_step = MIN(point.step, COALESCE(first_step, point.step)),
    (last_step, last_repeat, last_at, last_epoch, last_value) = (
      SELECT
        CASE place WHEN 1 THEN point.step WHEN 0 THEN last_step END,
        CASE place WHEN 1 THEN point.repeat WHEN 0 THEN last_repeat END,
        CASE place WHEN 1 THEN point.at WHEN 0 THEN last_at END,
        CASE place WHEN 1 THEN point.epoch WHEN 0 THEN last_epoch END,
        CASE place WHEN 1 THEN point.value WHEN 0 THEN last_value END
      FROM (
        SELECT CASE
          WHEN last_step IS NULL
            OR (point.step, COALESCE(point.at, -9223372036854775808), COALESCE(point.value, 0.0),
                point.repeat)
              >= (last_step, COALESCE(last_at, -9223372036854775808), COALESCE(last_value, 0.0),
                last_repeat)
          THEN 1
          WHEN (point.step, point.repeat) = (last_step, last_repeat) THEN 2
          ELSE 0 END AS place)),
    (min_value, min_step, min_repeat, min_epoch) = (
      SELECT
        CASE place WHEN 1 THEN point.finite WHEN 0 THEN min_value END,
        CASE place WHEN 1 THEN point.step WHEN 0 THEN min_step END,
        CASE place WHEN 1 THEN point.repeat WHEN 0 THEN min_repeat END,
        CASE place WHEN 1 THEN point.epoch WHEN 0 THEN min_epoch END
      FROM (
        SELECT CASE
          WHEN point.finite IS NOT NULL
            AND (min_step IS NULL OR (point.finite, point.step, point.repeat)
              <= (min_value, min_step, min_repeat))
          THEN 1
          WHEN (point.step, point.repeat) = (min_step, min_repeat) THEN 2
          ELSE 0 END AS place)),
    (max_value, max_step, max_repeat, max_epoch) = (
      SELECT
        CASE place WHEN 1 THEN point.finite WHEN 0 THEN max_value END,
        CASE place WHEN 1 THEN point.step WHEN 0 THEN max_step END,
        CASE place WHEN 1 THEN point.repeat WHEN 0 THEN max_repeat END,
        CASE place WHEN 1 THEN point.epoch WHEN 0 THEN max_epoch END
      FROM (
        SELECT CASE
          WHEN point.finite IS NOT NULL
            AND (max_step IS NULL OR (-point.finite, point.step, point.repeat)
              <= (-max_value, max_step, max_repeat))
          THEN 1
          WHEN (point.step, point.repeat) = (max_step, max_repeat) THEN 2
          ELSE 0 END AS place))
  FROM (
    SELECT
      series.id AS series_id,
      given.step, given.repeat, given.epoch, given.at, given.value,
      CASE WHEN abs(given.value) < 9e999 THEN given.value END AS finite,
      old.step IS NULL AS is_new,
      old.value AS old
    FROM (
      SELECT
        COALESCE(NEW.step, NEW.epoch) + 0 AS step,
        COALESCE(NEW.repeat, 0) + 0 AS repeat,
        NEW.epoch + 0 AS epoch,
        COALESCE(NEW.recorded_at + 0, (SELECT now FROM clock)) AS at,
        CAST(NEW.value AS REAL) AS value) AS given
    JOIN metric_series AS series ON series.run_id = NEW.run_id AND series.name = NEW.name
    LEFT JOIN metric_points AS old
      ON old.series_id = series.id AND old.step = given.step AND old.repeat = given.repeat) AS point
  WHERE metric_series.id = point.series_id;

  UPDATE metric_points
  SET
    epoch = NEW.epoch,
    value = NEW.value,
    recorded_at = COALESCE(NEW.recorded_at, (SELECT now FROM clock))
  WHERE series_id = (SELECT id FROM metric_series WHERE run_id = NEW.run_id AND name = NEW.name)
    AND step = COALESCE(NEW.step, NEW.epoch)
    AND repeat = COALESCE(NEW.repeat, 0);

  INSERT INTO metric_points (series_id, step, epoch, value, recorded_at, repeat)
  SELECT
    id,
    COALESCE(NEW.step, NEW.epoch),
    NEW.epoch,
    NEW.value,
    COALESCE(NEW.recorded_at, (SELECT now FROM clock)),
    COALESCE(NEW.repeat, 0)
  FROM metric_series
  WHERE run_id = NEW.run_id
    AND name = NEW.name
    AND NOT EXISTS (
      SELECT 1 FROM metric_points
      WHERE series_id = metric_series.id
        AND step = COALESCE(NEW.step, NEW.epoch)
        AND repeat = COALESCE(NEW.repeat, 0));

  UPDATE metric_series
  SET (last_step, last_repeat, last_at, last_epoch, last_value) = (
    SELECT step, repeat, recorded_at, epoch, value
    FROM metric_points
    WHERE series_id = metric_series.id
      AND step = (SELECT MAX(step) FROM metric_points WHERE series_id = metric_series.id)
    ORDER BY recorded_at DESC, COALESCE(value, 0.0) DESC, repeat DESC
    LIMIT 1)
  WHERE run_id = NEW.run_id AND name = NEW.name AND last_step IS NULL;

  UPDATE metric_series
  SET (min_value, min_step, min_repeat, min_epoch) = (
    SELECT value, step, repeat, epoch
    FROM metric_points
    WHERE series_id = metric_series.id AND abs(value) < 9e999
    ORDER BY value, step, repeat
    LIMIT 1)
  WHERE run_id = NEW.run_id AND name = NEW.name
    AND min_step IS NULL AND count > nan_count + infinite_count;

  UPDATE metric_series
  SET (max_value, max_step, max_repeat, max_epoch) = (
    SELECT value, step, repeat, epoch
    FROM metric_points
    WHERE series_id = metric_series.id AND abs(value) < 9e999
    ORDER BY value DESC, step, repeat
    LIMIT 1)
  WHERE run_id = NEW.run_id AND name = NEW.name
    AND max_step IS NULL AND count > nan_count + infinite_count;
END;

-- Counts a change of the run whose series INSERT OR REPLACE deletes without a word, and notes the name of
-- that series.
CREATE TRIGGER metric_series_replaced BEFORE INSERT ON metric_series
BEGIN
  INSERT INTO run_changes (run_id) SELECT run_id FROM metric_series WHERE id = NEW.id;

  INSERT INTO metadata (name, value)
  SELECT 'replacing series', name FROM metric_series WHERE id = NEW.id
  ON CONFLICT (name) DO UPDATE SET value = excluded.value;
END;

-- Meets the name of a new series, and forgets that of one whose place it took.
CREATE TRIGGER metric_series_inserted AFTER INSERT ON metric_series
BEGIN
  INSERT INTO metric_names (name) SELECT NEW.name ON CONFLICT DO NOTHING;

  DELETE FROM metric_names
  WHERE name = (SELECT value FROM metadata WHERE name = 'replacing series')
    AND NOT EXISTS (SELECT 1 FROM metric_series WHERE name = metric_names.name);

  INSERT INTO run_changes (run_id) VALUES (NEW.run_id);
END;

-- Parts a new metric name into its words: what is left when every character but letters and digits
-- parts them.
CREATE TRIGGER metric_names_inserted AFTER INSERT ON metric_names
BEGIN
  UPDATE metric_names
  SET words = (
    WITH RECURSIVE letters (rest, whole, bare) AS (
      SELECT lower(NEW.name) || '/', '_', '_'
      UNION ALL
      SELECT
        substr(rest, 2),
        CASE
          WHEN substr(rest, 1, 1) GLOB '[a-z0-9' || char(128) || '-' || char(1114111) || ']'
          THEN whole || substr(rest, 1, 1)
          ELSE rtrim(whole, '_') || '_' END,
        CASE
          WHEN substr(rest, 1, 1) GLOB '[a-z0-9' || char(128) || '-' || char(1114111) || ']'
          THEN bare || substr(rest, 1, 1)
          ELSE rtrim(rtrim(bare, '0123456789'), '_') || '_' END
      FROM letters
      WHERE rest <> '')
    SELECT whole || bare FROM letters WHERE rest = '' LIMIT 1)
  WHERE name = NEW.name;
END;

-- Finds out what the rules say of a metric name, whenever its words are written. For each question the
-- least level that answers it counts: 1 is people's word on the name itself, 2 people's words, 3 the
-- usual ones. A word loss, error or err in a rule takes a half off, and each word beyond the first a
-- hundredth. Where rules of one level point both ways, nobody knows.
CREATE TRIGGER metric_names_parted AFTER UPDATE OF words ON metric_names
BEGIN
  UPDATE metric_names
  SET (goal, rank, x, unit) = (
    WITH said (level, word, goal, rank, x, unit) AS (
      SELECT 2.0, word, goal, rank, x, unit
      FROM metric_rules
      WHERE is_name = 0 AND instr(NEW.words, '_' || word || '_')
      UNION ALL
      SELECT 3.0, word, goal, rank, NULL, unit
      FROM usual_metric_rules
      WHERE instr(NEW.words, '_' || word || '_')
    ),
    applying (level, goal, rank, x, unit) AS (
      SELECT 1.0, goal, rank, x, unit
      FROM metric_rules
      WHERE is_name = 1 AND word = NEW.name
      UNION ALL
      SELECT
        level
          - 0.5 * ('_' || word || '_' GLOB '*_loss_*' OR '_' || word || '_' GLOB '*_err_*'
            OR '_' || word || '_' GLOB '*_error_*' OR '_' || word || '_' GLOB '*_errors_*')
          - 0.01 * (length(word) - length(replace(word, '_', ''))),
        goal, rank, x, unit
      FROM said
    )
    SELECT
      CASE
        WHEN COUNT(DISTINCT goal) FILTER (WHERE level = goal_level) = 1
        THEN NULLIF(MIN(goal) FILTER (WHERE level = goal_level), '')
      END,
      MIN(rank) FILTER (WHERE level = rank_level),
      MIN(x) FILTER (WHERE level = x_level),
      MIN(unit) FILTER (WHERE level = unit_level)
    FROM applying, (
      SELECT
        MIN(level) FILTER (WHERE goal IS NOT NULL) AS goal_level,
        MIN(level) FILTER (WHERE rank IS NOT NULL) AS rank_level,
        MIN(level) FILTER (WHERE x IS NOT NULL) AS x_level,
        MIN(level) FILTER (WHERE unit IS NOT NULL) AS unit_level
      FROM applying))
  WHERE name = NEW.name;
END;

-- Forgets a metric name that no run has any more.
CREATE TRIGGER metric_series_deleted AFTER DELETE ON metric_series
BEGIN
  DELETE FROM metric_names
  WHERE name = OLD.name AND NOT EXISTS (SELECT 1 FROM metric_series WHERE name = OLD.name);
  INSERT INTO run_changes (run_id) VALUES (OLD.run_id);
END;

-- Counts a change of a summary, which is how bulk writers of points are seen.
CREATE TRIGGER metric_series_updated AFTER UPDATE ON metric_series
BEGIN INSERT INTO run_changes (run_id) VALUES (NEW.run_id); END;

-- Notes the name of the series that UPDATE OR REPLACE deletes without a word, and counts a change of its run.
CREATE TRIGGER metric_series_renumbered BEFORE UPDATE OF id ON metric_series
BEGIN
  INSERT INTO run_changes (run_id) SELECT run_id FROM metric_series WHERE id = NEW.id AND NEW.id <> OLD.id;

  INSERT INTO metadata (name, value)
  SELECT 'replacing series', name FROM metric_series WHERE id = NEW.id AND NEW.id <> OLD.id
  ON CONFLICT (name) DO UPDATE SET value = excluded.value;
END;

-- Forgets the old name of a series that is renamed or takes the place of another, and meets the new one.
CREATE TRIGGER metric_series_renamed AFTER UPDATE OF id, name ON metric_series
BEGIN
  INSERT INTO metric_names (name) SELECT NEW.name ON CONFLICT DO NOTHING;

  DELETE FROM metric_names
  WHERE name IN (OLD.name, (SELECT value FROM metadata WHERE name = 'replacing series'))
    AND NOT EXISTS (SELECT 1 FROM metric_series WHERE name = metric_names.name);
END;

-- Works out anew what a rule speaks of, when it is inserted.
CREATE TRIGGER metric_rules_inserted AFTER INSERT ON metric_rules
BEGIN
  SELECT RAISE(ABORT, 'metric_rules: goal is min or max')
  WHERE NEW.goal NOT IN ('min', 'max');

  UPDATE metric_names
  SET words = words
  WHERE (NEW.is_name = 1 AND name = NEW.word)
    OR (NEW.is_name = 0 AND instr(words, '_' || NEW.word || '_'));

  INSERT INTO run_changes (run_id) VALUES (NULL);
END;

-- Works out anew what a rule speaks of, when it is updated.
CREATE TRIGGER metric_rules_updated AFTER UPDATE ON metric_rules
BEGIN
  SELECT RAISE(ABORT, 'metric_rules: goal is min or max')
  WHERE NEW.goal NOT IN ('min', 'max');

  UPDATE metric_names
  SET words = words
  WHERE (OLD.is_name = 1 AND name = OLD.word)
    OR (NEW.is_name = 1 AND name = NEW.word)
    OR (OLD.is_name = 0 AND instr(words, '_' || OLD.word || '_'))
    OR (NEW.is_name = 0 AND instr(words, '_' || NEW.word || '_'));

  INSERT INTO run_changes (run_id) VALUES (NULL);
END;

-- Works out anew what a rule speaks of, when it is deleted.
CREATE TRIGGER metric_rules_deleted AFTER DELETE ON metric_rules
BEGIN
  UPDATE metric_names
  SET words = words
  WHERE (OLD.is_name = 1 AND name = OLD.word)
    OR (OLD.is_name = 0 AND instr(words, '_' || OLD.word || '_'));

  INSERT INTO run_changes (run_id) VALUES (NULL);
END;

-- Refuses a list that does not hold what its place asks for.
CREATE TRIGGER list_checks_insert INSTEAD OF INSERT ON list_checks
BEGIN
  SELECT CASE NEW.place
    WHEN 'runs.argv'
    THEN RAISE(ABORT, 'runs: argv is a JSON array of texts, such as ["python","train.py"]')
    WHEN 'layers.input_shape'
    THEN RAISE(ABORT, 'layers: input_shape is a JSON array of whole numbers, such as [1,3,32,32]')
    WHEN 'layers.output_shape'
    THEN RAISE(ABORT, 'layers: output_shape is a JSON array of whole numbers, such as [1,3,32,32]')
    WHEN 'layers.weight_shape'
    THEN RAISE(ABORT, 'layers: weight_shape is a JSON array of whole numbers, such as [1,3,32,32]')
    WHEN 'tensors.shape'
    THEN RAISE(ABORT, 'tensors: shape is a JSON array of whole numbers, such as [1,3,32,32]')
    WHEN 'predictions.inputs'
    THEN RAISE(ABORT, 'predictions: inputs is a JSON array of numbers, such as [0,1]; null is NaN')
    WHEN 'histograms.counts'
    THEN RAISE(ABORT, 'histograms: counts is a JSON array of whole numbers from 0, such as [3,0,5]')
    WHEN 'histograms.edges'
    THEN RAISE(ABORT, 'histograms: edges is a JSON array of finite numbers, such as [0,0.5,2]')
  END
  WHERE (NEW.list NOT GLOB '[[]*' AND trim(NEW.list, char(9, 10, 13, 32)) NOT GLOB '[[]*')
    OR CASE
      WHEN NEW.place = 'runs.argv'
      THEN EXISTS (SELECT 1 FROM json_each(NEW.list) WHERE type <> 'text')
      WHEN NEW.place = 'predictions.inputs'
      -- Newer versions of SQLite take NaN for JSON, too, and for null.
      THEN ltrim(NEW.list, '0123456789,.-+eE[]nul ' || char(9, 10, 13)) <> ''
        OR EXISTS (
          SELECT 1 FROM json_each(NEW.list)
          WHERE type NOT IN ('integer', 'real', 'null') OR abs(value) = 9e999)
      WHEN NEW.place = 'histograms.counts'
      THEN EXISTS (
        SELECT 1 FROM json_each(NEW.list)
        WHERE type NOT IN ('integer', 'real') OR value < 0 OR value <> CAST(value AS INTEGER))
      WHEN NEW.place = 'histograms.edges'
      THEN EXISTS (
        SELECT 1 FROM json_each(NEW.list)
        WHERE type NOT IN ('integer', 'real') OR abs(value) = 9e999)
      ELSE EXISTS (
        SELECT 1 FROM json_each(NEW.list)
        WHERE type <> 'integer' OR typeof(value) <> 'integer' OR value < 0)
    END;
END;

-- Counts a change. "Unless it is the newest already" would give two states one number. A counter that
-- someone removed, or set to what is no number or the largest there is, keeps no one from writing.
CREATE TRIGGER run_changes_insert INSTEAD OF INSERT ON run_changes
BEGIN
  INSERT INTO metadata (name, value)
  VALUES ('change', 1)
  ON CONFLICT (name) DO UPDATE
  SET value = MIN(COALESCE(CAST(value AS INTEGER), 0), 9223372036854775806) + 1;

  UPDATE runs
  SET change = (SELECT value FROM metadata WHERE name = 'change')
  WHERE id = NEW.run_id;
END;

-- Notes which run a new one takes the place of: INSERT OR REPLACE deletes that without a word.
CREATE TRIGGER runs_replaced_insert BEFORE INSERT ON runs
BEGIN
  DELETE FROM metadata WHERE name = 'replacing';
  INSERT INTO metadata (name, value) SELECT 'replacing', uuid FROM runs WHERE id = NEW.id;
END;

-- Notes which run another one takes the place of: UPDATE OR REPLACE deletes that without a word.
CREATE TRIGGER runs_replaced_update BEFORE UPDATE OF id ON runs
BEGIN
  DELETE FROM metadata WHERE name = 'replacing';
  INSERT INTO metadata (name, value) SELECT 'replacing', uuid FROM runs WHERE id = NEW.id;
END;

-- Checks a new run, and gives it the times that its status asks for: one that is scheduled has neither,
-- one that is running has no end, one that has ended has one.
CREATE TRIGGER runs_inserted AFTER INSERT ON runs
BEGIN
  SELECT RAISE(ABORT, 'runs: status is running, finished, stopped, failed, interrupted or scheduled')
  WHERE NEW.status NOT IN (
    'running', 'finished', 'stopped', 'failed', 'interrupted', 'scheduled');

  SELECT RAISE(ABORT, 'runs: heartbeat_seconds is at most a day, 86400')
  WHERE NEW.heartbeat_seconds > 86400;

  INSERT INTO list_checks (place, list) VALUES ('runs.argv', NEW.argv);

  UPDATE runs
  SET started_at = NULL, ended_at = NULL, idle_milliseconds = 0
  WHERE id = NEW.id AND NEW.status = 'scheduled';

  UPDATE runs
  SET started_at = COALESCE(NEW.started_at, (SELECT now FROM clock)), ended_at = NULL
  WHERE id = NEW.id AND NEW.status = 'running'
    AND (NEW.started_at IS NULL OR NEW.ended_at IS NOT NULL);

  UPDATE runs
  SET ended_at = (SELECT now FROM clock)
  WHERE id = NEW.id AND NEW.status NOT IN ('running', 'scheduled') AND NEW.ended_at IS NULL;

  INSERT INTO run_changes (run_id) VALUES (NEW.id);
  DELETE FROM removed_runs
  WHERE uuid IN (NEW.uuid, (SELECT value FROM metadata WHERE name = 'replacing'));
  INSERT INTO removed_runs (uuid, change)
  SELECT replaced.value, counter.value
  FROM metadata AS replaced, metadata AS counter
  WHERE replaced.name = 'replacing' AND counter.name = 'change'
    AND replaced.value NOT IN (SELECT uuid FROM runs);
END;

-- Notes the times when the status of a run changes, for programs that only change the status: the end
-- of a run that ends, and the time without work of one that goes on; one that is planned anew has none.
-- A run of which doctor said that its process died, and that then says that it finished, has neither that
-- error nor that end.
CREATE TRIGGER runs_end AFTER UPDATE OF status ON runs
BEGIN
  SELECT RAISE(ABORT, 'runs: status is running, finished, stopped, failed, interrupted or scheduled')
  WHERE NEW.status NOT IN (
    'running', 'finished', 'stopped', 'failed', 'interrupted', 'scheduled');

  UPDATE runs
  SET ended_at = (SELECT now FROM clock)
  WHERE id = NEW.id AND NEW.status NOT IN ('running', 'scheduled') AND NEW.ended_at IS NULL;

  UPDATE runs
  SET error = NULL, ended_at = (SELECT now FROM clock)
  WHERE id = NEW.id AND NEW.status IN ('finished', 'stopped') AND OLD.error = 'Its process died.'
    AND NEW.error IS OLD.error;

  UPDATE runs
  SET started_at = NULL, ended_at = NULL, idle_milliseconds = 0
  WHERE id = NEW.id AND NEW.status = 'scheduled';

  UPDATE runs
  SET
    started_at = COALESCE(started_at, (SELECT now FROM clock)),
    idle_milliseconds = idle_milliseconds
      + CASE
        WHEN NEW.idle_milliseconds = OLD.idle_milliseconds AND NEW.heartbeat_at = OLD.heartbeat_at
          AND idle_milliseconds < (SELECT now FROM clock)
          AND OLD.ended_at BETWEEN 0 AND (SELECT now FROM clock)
        THEN (SELECT now FROM clock) - OLD.ended_at
        ELSE 0 END,
    ended_at = NULL
  WHERE id = NEW.id AND NEW.status = 'running' AND OLD.status <> 'running';
END;

-- Notes when a person changed a run, unless the change says it itself, and counts a change.
CREATE TRIGGER runs_edited AFTER UPDATE OF name, note, experiment_id, deleted_at ON runs
BEGIN
  UPDATE runs
  SET edited_at = (SELECT now FROM clock)
  WHERE id = NEW.id AND NEW.edited_at IS OLD.edited_at;
END;

-- Counts a change of a run; signs of life do not count. What was asked of a new run holds on.
CREATE TRIGGER runs_updated
AFTER UPDATE OF
  uuid, experiment_id, name, recipe, status, seed, started_at, ended_at, host, pid, boot_id, command,
  version, git_commit, git_dirty, parent_run_id, group_name, error, note, deleted_at, user_name, argv,
  cwd, exit_code, source, edited_at, heartbeat_seconds, owner, pid_namespace, idle_milliseconds
ON runs
BEGIN
  SELECT RAISE(ABORT, 'runs: heartbeat_seconds is at most a day, 86400')
  WHERE NEW.heartbeat_seconds > 86400 AND NEW.heartbeat_seconds IS NOT OLD.heartbeat_seconds;

  INSERT INTO list_checks (place, list)
  SELECT 'runs.argv', NEW.argv WHERE NEW.argv IS NOT OLD.argv;

  INSERT INTO run_changes (run_id) VALUES (NEW.id);
END;

-- Remembers the uuids that are gone since a run has another one, or the place of another.
CREATE TRIGGER runs_renamed AFTER UPDATE OF id, uuid ON runs
BEGIN
  INSERT INTO run_changes (run_id) VALUES (NEW.id);
  DELETE FROM removed_runs
  WHERE uuid IN (NEW.uuid, OLD.uuid, (SELECT value FROM metadata WHERE name = 'replacing'));
  INSERT INTO removed_runs (uuid, change)
  SELECT gone.uuid, counter.value
  FROM (
    SELECT OLD.uuid AS uuid UNION SELECT value FROM metadata WHERE name = 'replacing') AS gone,
    metadata AS counter
  WHERE counter.name = 'change' AND gone.uuid NOT IN (SELECT uuid FROM runs);
END;

-- Remembers a run that is removed for good.
CREATE TRIGGER runs_deleted AFTER DELETE ON runs
BEGIN
  INSERT INTO run_changes (run_id) VALUES (NULL);
  INSERT OR REPLACE INTO removed_runs (uuid, change)
  SELECT OLD.uuid, value FROM metadata WHERE name = 'change';
END;

-- Refuses bytes as a parameter, which is what a NumPy scalar becomes.
CREATE TRIGGER params_checked_insert BEFORE INSERT ON params
BEGIN
  SELECT RAISE(ABORT, 'params: a value is a number or text, not bytes; give the number, such as float(x)')
  WHERE typeof(NEW.value) = 'blob';
END;

-- Refuses bytes as a parameter, which is what a NumPy scalar becomes.
CREATE TRIGGER params_checked_update BEFORE UPDATE ON params
BEGIN
  SELECT RAISE(ABORT, 'params: a value is a number or text, not bytes; give the number, such as float(x)')
  WHERE typeof(NEW.value) = 'blob';
END;

-- Refuses a blob without bytes. What a version to come may have to leave empty is asked for here, and in the
-- next triggers, not by its table: a trigger can be made anew, a table cannot.
CREATE TRIGGER blobs_checked_insert BEFORE INSERT ON blobs
BEGIN
  SELECT RAISE(ABORT, 'blobs: the bytes stand in data or, by the number in content, in blob_chunks')
  WHERE NEW.data IS NULL AND NEW.content IS NULL;
END;

-- Refuses a blob without bytes.
CREATE TRIGGER blobs_checked_update BEFORE UPDATE OF data, content ON blobs
BEGIN
  SELECT RAISE(ABORT, 'blobs: the bytes stand in data or, by the number in content, in blob_chunks')
  WHERE NEW.data IS NULL AND NEW.content IS NULL;
END;

-- Refuses a kind that nobody knows.
CREATE TRIGGER snapshots_checked_insert BEFORE INSERT ON snapshots
BEGIN
  SELECT RAISE(ABORT, 'snapshots: epoch is how many epochs were finished')
  WHERE NEW.epoch IS NULL;

  INSERT INTO run_changes (run_id) SELECT run_id FROM snapshots WHERE id = NEW.id;

  SELECT RAISE(ABORT, 'snapshots: kind is weights, gradients or optimizer')
  WHERE NEW.kind NOT IN ('weights', 'gradients', 'optimizer');
END;

-- Refuses a kind that nobody knows.
CREATE TRIGGER snapshots_checked_update BEFORE UPDATE ON snapshots
BEGIN
  SELECT RAISE(ABORT, 'snapshots: epoch is how many epochs were finished')
  WHERE NEW.epoch IS NULL;

  SELECT RAISE(ABORT, 'snapshots: kind is weights, gradients or optimizer')
  WHERE NEW.kind NOT IN ('weights', 'gradients', 'optimizer');
END;

-- Refuses a level that nobody knows.
CREATE TRIGGER alerts_checked_insert BEFORE INSERT ON alerts
BEGIN
  INSERT INTO run_changes (run_id) SELECT run_id FROM alerts WHERE id = NEW.id;

  SELECT RAISE(ABORT, 'alerts: level is info, warning or error')
  WHERE NEW.level NOT IN ('info', 'warning', 'error');
END;

-- Refuses a level that nobody knows.
CREATE TRIGGER alerts_checked_update BEFORE UPDATE ON alerts
BEGIN
  SELECT RAISE(ABORT, 'alerts: level is info, warning or error')
  WHERE NEW.level NOT IN ('info', 'warning', 'error');
END;

-- Refuses a shape that is no list of sizes.
CREATE TRIGGER layers_checked_insert BEFORE INSERT ON layers
BEGIN
  SELECT RAISE(ABORT, 'layers: input_shape, output_shape and macs are to be there')
  WHERE NEW.input_shape IS NULL OR NEW.output_shape IS NULL OR NEW.macs IS NULL;

  INSERT INTO list_checks (place, list) VALUES ('layers.input_shape', NEW.input_shape);
  INSERT INTO list_checks (place, list) VALUES ('layers.output_shape', NEW.output_shape);
  INSERT INTO list_checks (place, list) VALUES ('layers.weight_shape', NEW.weight_shape);
END;

-- Refuses a shape that is no list of sizes.
CREATE TRIGGER layers_checked_update BEFORE UPDATE OF input_shape, output_shape, weight_shape, macs
ON layers
BEGIN
  SELECT RAISE(ABORT, 'layers: input_shape, output_shape and macs are to be there')
  WHERE NEW.input_shape IS NULL OR NEW.output_shape IS NULL OR NEW.macs IS NULL;

  INSERT INTO list_checks (place, list) VALUES ('layers.input_shape', NEW.input_shape);
  INSERT INTO list_checks (place, list) VALUES ('layers.output_shape', NEW.output_shape);
  INSERT INTO list_checks (place, list) VALUES ('layers.weight_shape', NEW.weight_shape);
END;

-- Refuses a shape that is no list of sizes.
CREATE TRIGGER tensors_checked_insert BEFORE INSERT ON tensors
BEGIN
  SELECT RAISE(ABORT, 'tensors: blob_hash is to be there')
  WHERE NEW.blob_hash IS NULL;

  INSERT INTO list_checks (place, list) VALUES ('tensors.shape', NEW.shape);
END;

-- Refuses a shape that is no list of sizes.
CREATE TRIGGER tensors_checked_update BEFORE UPDATE OF shape, blob_hash ON tensors
BEGIN
  SELECT RAISE(ABORT, 'tensors: blob_hash is to be there')
  WHERE NEW.blob_hash IS NULL;

  INSERT INTO list_checks (place, list) VALUES ('tensors.shape', NEW.shape);
END;

-- Refuses a state that is no JSON.
CREATE TRIGGER checkpoints_checked_insert BEFORE INSERT ON checkpoints
BEGIN
  SELECT RAISE(ABORT, 'checkpoints: epoch is how many epochs were finished')
  WHERE NEW.epoch IS NULL;

  INSERT INTO run_changes (run_id) SELECT run_id FROM checkpoints WHERE id = NEW.id;

  SELECT COUNT(*) FROM json_each(NEW.state);
END;

-- Refuses a state that is no JSON.
CREATE TRIGGER checkpoints_checked_update BEFORE UPDATE ON checkpoints
BEGIN
  SELECT RAISE(ABORT, 'checkpoints: epoch is how many epochs were finished')
  WHERE NEW.epoch IS NULL;

  SELECT COUNT(*) FROM json_each(NEW.state);
END;

-- Refuses inputs that are no list of numbers.
CREATE TRIGGER predictions_checked_insert BEFORE INSERT ON predictions
BEGIN
  INSERT INTO list_checks (place, list) VALUES ('predictions.inputs', NEW.inputs);
END;

-- Refuses inputs that are no list of numbers.
CREATE TRIGGER predictions_checked_update BEFORE UPDATE OF inputs ON predictions
BEGIN
  INSERT INTO list_checks (place, list) VALUES ('predictions.inputs', NEW.inputs);
END;

-- Refuses a quantity that nobody knows, and bins that are no lists of numbers.
CREATE TRIGGER histograms_checked_insert BEFORE INSERT ON histograms
BEGIN
  SELECT RAISE(ABORT, 'histograms: count is to be there')
  WHERE NEW.count IS NULL;

  INSERT INTO run_changes (run_id) SELECT run_id FROM histograms WHERE id = NEW.id;

  SELECT RAISE(ABORT, 'histograms: quantity is weight, gradient, activation or NULL')
  WHERE NEW.quantity NOT IN ('weight', 'gradient', 'activation');

  INSERT INTO list_checks (place, list) VALUES ('histograms.counts', NEW.counts);
  INSERT INTO list_checks (place, list) VALUES ('histograms.edges', NEW.edges);

  SELECT RAISE(ABORT, 'histograms: edges has one number more than counts')
  WHERE length(NEW.edges) - length(replace(NEW.edges, ',', '')) + (NEW.edges GLOB '*[0-9]*')
    <> length(NEW.counts) - length(replace(NEW.counts, ',', '')) + (NEW.counts GLOB '*[0-9]*') + 1;
END;

-- Refuses a quantity that nobody knows, and bins that are no lists of numbers.
CREATE TRIGGER histograms_checked_update BEFORE UPDATE OF quantity, counts, edges ON histograms
BEGIN
  SELECT RAISE(ABORT, 'histograms: quantity is weight, gradient, activation or NULL')
  WHERE NEW.quantity NOT IN ('weight', 'gradient', 'activation');

  INSERT INTO list_checks (place, list) VALUES ('histograms.counts', NEW.counts);
  INSERT INTO list_checks (place, list) VALUES ('histograms.edges', NEW.edges);

  SELECT RAISE(ABORT, 'histograms: edges has one number more than counts')
  WHERE length(NEW.edges) - length(replace(NEW.edges, ',', '')) + (NEW.edges GLOB '*[0-9]*')
    <> length(NEW.counts) - length(replace(NEW.counts, ',', '')) + (NEW.counts GLOB '*[0-9]*') + 1;
END;

-- Refuses bins without their sum.
CREATE TRIGGER histograms_counted_update BEFORE UPDATE OF count ON histograms
BEGIN
  SELECT RAISE(ABORT, 'histograms: count is to be there')
  WHERE NEW.count IS NULL;
END;

-- Refuses a status that nobody knows.
CREATE TRIGGER models_checked_insert BEFORE INSERT ON models
BEGIN
  SELECT RAISE(ABORT, 'models: status is pending, ready or failed')
  WHERE NEW.status NOT IN ('pending', 'ready', 'failed');
END;

-- Refuses a status that nobody knows.
CREATE TRIGGER models_checked_update BEFORE UPDATE ON models
BEGIN
  SELECT RAISE(ABORT, 'models: status is pending, ready or failed')
  WHERE NEW.status NOT IN ('pending', 'ready', 'failed');
END;

-- Refuses a direction that nobody knows.
CREATE TRIGGER run_models_checked_insert BEFORE INSERT ON run_models
BEGIN
  SELECT RAISE(ABORT, 'run_models: direction is input or output')
  WHERE NEW.direction NOT IN ('input', 'output');
END;

-- Refuses a direction that nobody knows.
CREATE TRIGGER run_models_checked_update BEFORE UPDATE ON run_models
BEGIN
  SELECT RAISE(ABORT, 'run_models: direction is input or output')
  WHERE NEW.direction NOT IN ('input', 'output');
END;

-- Refuses a stream that nobody knows.
CREATE TRIGGER output_lines_checked_insert BEFORE INSERT ON output_lines
BEGIN
  SELECT RAISE(ABORT, 'output_lines: stream is stdout or stderr')
  WHERE NEW.stream NOT IN ('stdout', 'stderr');
END;

-- Refuses a stream that nobody knows.
CREATE TRIGGER output_lines_checked_update BEFORE UPDATE ON output_lines
BEGIN
  SELECT RAISE(ABORT, 'output_lines: stream is stdout or stderr')
  WHERE NEW.stream NOT IN ('stdout', 'stderr');
END;

-- From here on each trigger counts a change of a run by its rows, or of the file. INSERT OR REPLACE deletes
-- without a word what has the id of the new row, perhaps of another run: the triggers above that check new
-- rows of such tables count that change.

-- Counts new rows of params.
CREATE TRIGGER params_inserted AFTER INSERT ON params
BEGIN INSERT INTO run_changes (run_id) VALUES (NEW.run_id); END;

-- Counts changed rows of params.
CREATE TRIGGER params_updated AFTER UPDATE ON params
BEGIN INSERT INTO run_changes (run_id) VALUES (OLD.run_id), (NEW.run_id); END;

-- Counts removed rows of params.
CREATE TRIGGER params_deleted AFTER DELETE ON params
BEGIN INSERT INTO run_changes (run_id) VALUES (OLD.run_id); END;

-- Counts new rows of tags, and notes the edit.
CREATE TRIGGER tags_inserted AFTER INSERT ON tags
BEGIN
  UPDATE runs SET edited_at = (SELECT now FROM clock) WHERE id = NEW.run_id;
  INSERT INTO run_changes (run_id) VALUES (NEW.run_id);
END;

-- Counts changed rows of tags, and notes the edit.
CREATE TRIGGER tags_updated AFTER UPDATE ON tags
BEGIN
  UPDATE runs SET edited_at = (SELECT now FROM clock) WHERE id = NEW.run_id;
  INSERT INTO run_changes (run_id) VALUES (OLD.run_id), (NEW.run_id);
END;

-- Counts removed rows of tags, and notes the edit.
CREATE TRIGGER tags_deleted AFTER DELETE ON tags
BEGIN
  UPDATE runs SET edited_at = (SELECT now FROM clock) WHERE id = OLD.run_id;
  INSERT INTO run_changes (run_id) VALUES (OLD.run_id);
END;

-- Counts new rows of environment.
CREATE TRIGGER environment_inserted AFTER INSERT ON environment
BEGIN INSERT INTO run_changes (run_id) VALUES (NEW.run_id); END;

-- Counts changed rows of environment.
CREATE TRIGGER environment_updated AFTER UPDATE ON environment
BEGIN INSERT INTO run_changes (run_id) VALUES (OLD.run_id), (NEW.run_id); END;

-- Counts removed rows of environment.
CREATE TRIGGER environment_deleted AFTER DELETE ON environment
BEGIN INSERT INTO run_changes (run_id) VALUES (OLD.run_id); END;

-- Counts new rows of alerts.
CREATE TRIGGER alerts_inserted AFTER INSERT ON alerts
BEGIN INSERT INTO run_changes (run_id) VALUES (NEW.run_id); END;

-- Counts changed rows of alerts.
CREATE TRIGGER alerts_updated AFTER UPDATE ON alerts
BEGIN INSERT INTO run_changes (run_id) VALUES (OLD.run_id), (NEW.run_id); END;

-- Counts removed rows of alerts.
CREATE TRIGGER alerts_deleted AFTER DELETE ON alerts
BEGIN INSERT INTO run_changes (run_id) VALUES (OLD.run_id); END;

-- Counts new rows of predictions.
CREATE TRIGGER predictions_inserted AFTER INSERT ON predictions
BEGIN INSERT INTO run_changes (run_id) VALUES (NEW.run_id); END;

-- Counts changed rows of predictions.
CREATE TRIGGER predictions_updated AFTER UPDATE ON predictions
BEGIN INSERT INTO run_changes (run_id) VALUES (OLD.run_id), (NEW.run_id); END;

-- Counts removed rows of predictions.
CREATE TRIGGER predictions_deleted AFTER DELETE ON predictions
BEGIN INSERT INTO run_changes (run_id) VALUES (OLD.run_id); END;

-- Counts new rows of layers.
CREATE TRIGGER layers_inserted AFTER INSERT ON layers
BEGIN INSERT INTO run_changes (run_id) VALUES (NEW.run_id); END;

-- Counts changed rows of layers.
CREATE TRIGGER layers_updated AFTER UPDATE ON layers
BEGIN INSERT INTO run_changes (run_id) VALUES (OLD.run_id), (NEW.run_id); END;

-- Counts removed rows of layers.
CREATE TRIGGER layers_deleted AFTER DELETE ON layers
BEGIN INSERT INTO run_changes (run_id) VALUES (OLD.run_id); END;

-- Counts new rows of output_lines.
CREATE TRIGGER output_lines_inserted AFTER INSERT ON output_lines
BEGIN INSERT INTO run_changes (run_id) VALUES (NEW.run_id); END;

-- Counts changed rows of output_lines.
CREATE TRIGGER output_lines_updated AFTER UPDATE ON output_lines
BEGIN INSERT INTO run_changes (run_id) VALUES (OLD.run_id), (NEW.run_id); END;

-- Counts removed rows of output_lines.
CREATE TRIGGER output_lines_deleted AFTER DELETE ON output_lines
BEGIN INSERT INTO run_changes (run_id) VALUES (OLD.run_id); END;

-- Counts new rows of snapshots.
CREATE TRIGGER snapshots_inserted AFTER INSERT ON snapshots
BEGIN INSERT INTO run_changes (run_id) VALUES (NEW.run_id); END;

-- Counts changed rows of snapshots.
CREATE TRIGGER snapshots_updated AFTER UPDATE ON snapshots
BEGIN INSERT INTO run_changes (run_id) VALUES (OLD.run_id), (NEW.run_id); END;

-- Counts removed rows of snapshots.
CREATE TRIGGER snapshots_deleted AFTER DELETE ON snapshots
BEGIN INSERT INTO run_changes (run_id) VALUES (OLD.run_id); END;

-- Counts new rows of tensors.
CREATE TRIGGER tensors_inserted AFTER INSERT ON tensors
BEGIN
  INSERT INTO run_changes (run_id)
  SELECT run_id FROM snapshots WHERE id = NEW.snapshot_id;
END;

-- Counts changed rows of tensors.
CREATE TRIGGER tensors_updated AFTER UPDATE ON tensors
BEGIN
  INSERT INTO run_changes (run_id)
  SELECT run_id FROM snapshots WHERE id IN (OLD.snapshot_id, NEW.snapshot_id);
END;

-- Counts removed rows of tensors.
CREATE TRIGGER tensors_deleted AFTER DELETE ON tensors
BEGIN
  INSERT INTO run_changes (run_id)
  SELECT run_id FROM snapshots WHERE id = OLD.snapshot_id;
END;

-- Counts new rows of checkpoints.
CREATE TRIGGER checkpoints_inserted AFTER INSERT ON checkpoints
BEGIN INSERT INTO run_changes (run_id) VALUES (NEW.run_id); END;

-- Counts changed rows of checkpoints.
CREATE TRIGGER checkpoints_updated AFTER UPDATE ON checkpoints
BEGIN INSERT INTO run_changes (run_id) VALUES (OLD.run_id), (NEW.run_id); END;

-- Counts removed rows of checkpoints.
CREATE TRIGGER checkpoints_deleted AFTER DELETE ON checkpoints
BEGIN INSERT INTO run_changes (run_id) VALUES (OLD.run_id); END;

-- Counts new rows of histograms.
CREATE TRIGGER histograms_inserted AFTER INSERT ON histograms
BEGIN INSERT INTO run_changes (run_id) VALUES (NEW.run_id); END;

-- Counts changed rows of histograms.
CREATE TRIGGER histograms_updated AFTER UPDATE ON histograms
BEGIN INSERT INTO run_changes (run_id) VALUES (OLD.run_id), (NEW.run_id); END;

-- Counts removed rows of histograms.
CREATE TRIGGER histograms_deleted AFTER DELETE ON histograms
BEGIN INSERT INTO run_changes (run_id) VALUES (OLD.run_id); END;

-- Counts new rows of media.
CREATE TRIGGER media_inserted AFTER INSERT ON media
BEGIN INSERT INTO run_changes (run_id) VALUES (NEW.run_id); END;

-- Counts changed rows of media.
CREATE TRIGGER media_updated AFTER UPDATE ON media
BEGIN INSERT INTO run_changes (run_id) VALUES (OLD.run_id), (NEW.run_id); END;

-- Counts removed rows of media.
CREATE TRIGGER media_deleted AFTER DELETE ON media
BEGIN INSERT INTO run_changes (run_id) VALUES (OLD.run_id); END;

-- Counts new rows of artifacts.
CREATE TRIGGER artifacts_inserted AFTER INSERT ON artifacts
BEGIN INSERT INTO run_changes (run_id) VALUES (NEW.run_id); END;

-- Counts changed rows of artifacts.
CREATE TRIGGER artifacts_updated AFTER UPDATE ON artifacts
BEGIN INSERT INTO run_changes (run_id) VALUES (OLD.run_id), (NEW.run_id); END;

-- Counts removed rows of artifacts.
CREATE TRIGGER artifacts_deleted AFTER DELETE ON artifacts
BEGIN INSERT INTO run_changes (run_id) VALUES (OLD.run_id); END;

-- Counts new rows of run_datasets.
CREATE TRIGGER run_datasets_inserted AFTER INSERT ON run_datasets
BEGIN INSERT INTO run_changes (run_id) VALUES (NEW.run_id); END;

-- Counts changed rows of run_datasets.
CREATE TRIGGER run_datasets_updated AFTER UPDATE ON run_datasets
BEGIN INSERT INTO run_changes (run_id) VALUES (OLD.run_id), (NEW.run_id); END;

-- Counts removed rows of run_datasets.
CREATE TRIGGER run_datasets_deleted AFTER DELETE ON run_datasets
BEGIN INSERT INTO run_changes (run_id) VALUES (OLD.run_id); END;

-- Counts new rows of run_dataset_tags.
CREATE TRIGGER run_dataset_tags_inserted AFTER INSERT ON run_dataset_tags
BEGIN INSERT INTO run_changes (run_id) VALUES (NEW.run_id); END;

-- Counts changed rows of run_dataset_tags.
CREATE TRIGGER run_dataset_tags_updated AFTER UPDATE ON run_dataset_tags
BEGIN INSERT INTO run_changes (run_id) VALUES (OLD.run_id), (NEW.run_id); END;

-- Counts removed rows of run_dataset_tags.
CREATE TRIGGER run_dataset_tags_deleted AFTER DELETE ON run_dataset_tags
BEGIN INSERT INTO run_changes (run_id) VALUES (OLD.run_id); END;

-- Counts new rows of run_models.
CREATE TRIGGER run_models_inserted AFTER INSERT ON run_models
BEGIN INSERT INTO run_changes (run_id) VALUES (NEW.run_id); END;

-- Counts changed rows of run_models.
CREATE TRIGGER run_models_updated AFTER UPDATE ON run_models
BEGIN INSERT INTO run_changes (run_id) VALUES (OLD.run_id), (NEW.run_id); END;

-- Counts removed rows of run_models.
CREATE TRIGGER run_models_deleted AFTER DELETE ON run_models
BEGIN INSERT INTO run_changes (run_id) VALUES (OLD.run_id); END;

-- Counts new rows of experiments.
CREATE TRIGGER experiments_inserted AFTER INSERT ON experiments
BEGIN INSERT INTO run_changes (run_id) VALUES (NULL); END;

-- Counts changed rows of experiments.
CREATE TRIGGER experiments_updated AFTER UPDATE ON experiments
BEGIN INSERT INTO run_changes (run_id) VALUES (NULL); END;

-- Counts removed rows of experiments.
CREATE TRIGGER experiments_deleted AFTER DELETE ON experiments
BEGIN INSERT INTO run_changes (run_id) VALUES (NULL); END;

-- Counts new rows of experiment_tags.
CREATE TRIGGER experiment_tags_inserted AFTER INSERT ON experiment_tags
BEGIN INSERT INTO run_changes (run_id) VALUES (NULL); END;

-- Counts changed rows of experiment_tags.
CREATE TRIGGER experiment_tags_updated AFTER UPDATE ON experiment_tags
BEGIN INSERT INTO run_changes (run_id) VALUES (NULL); END;

-- Counts removed rows of experiment_tags.
CREATE TRIGGER experiment_tags_deleted AFTER DELETE ON experiment_tags
BEGIN INSERT INTO run_changes (run_id) VALUES (NULL); END;

-- Counts new rows of datasets.
CREATE TRIGGER datasets_inserted AFTER INSERT ON datasets
BEGIN INSERT INTO run_changes (run_id) VALUES (NULL); END;

-- Counts changed rows of datasets.
CREATE TRIGGER datasets_updated AFTER UPDATE ON datasets
BEGIN INSERT INTO run_changes (run_id) VALUES (NULL); END;

-- Counts removed rows of datasets.
CREATE TRIGGER datasets_deleted AFTER DELETE ON datasets
BEGIN INSERT INTO run_changes (run_id) VALUES (NULL); END;

-- Counts new rows of models.
CREATE TRIGGER models_inserted AFTER INSERT ON models
BEGIN INSERT INTO run_changes (run_id) VALUES (NULL); END;

-- Counts changed rows of models.
CREATE TRIGGER models_updated AFTER UPDATE ON models
BEGIN INSERT INTO run_changes (run_id) VALUES (NULL); END;

-- Counts removed rows of models.
CREATE TRIGGER models_deleted AFTER DELETE ON models
BEGIN INSERT INTO run_changes (run_id) VALUES (NULL); END;

-- Counts new rows of model_params.
CREATE TRIGGER model_params_inserted AFTER INSERT ON model_params
BEGIN INSERT INTO run_changes (run_id) VALUES (NULL); END;

-- Counts changed rows of model_params.
CREATE TRIGGER model_params_updated AFTER UPDATE ON model_params
BEGIN INSERT INTO run_changes (run_id) VALUES (NULL); END;

-- Counts removed rows of model_params.
CREATE TRIGGER model_params_deleted AFTER DELETE ON model_params
BEGIN INSERT INTO run_changes (run_id) VALUES (NULL); END;

-- Counts new rows of model_tags.
CREATE TRIGGER model_tags_inserted AFTER INSERT ON model_tags
BEGIN INSERT INTO run_changes (run_id) VALUES (NULL); END;

-- Counts changed rows of model_tags.
CREATE TRIGGER model_tags_updated AFTER UPDATE ON model_tags
BEGIN INSERT INTO run_changes (run_id) VALUES (NULL); END;

-- Counts removed rows of model_tags.
CREATE TRIGGER model_tags_deleted AFTER DELETE ON model_tags
BEGIN INSERT INTO run_changes (run_id) VALUES (NULL); END;

-- Counts new rows of model_metrics.
CREATE TRIGGER model_metrics_inserted AFTER INSERT ON model_metrics
BEGIN INSERT INTO run_changes (run_id) VALUES (NULL); END;

-- Counts changed rows of model_metrics.
CREATE TRIGGER model_metrics_updated AFTER UPDATE ON model_metrics
BEGIN INSERT INTO run_changes (run_id) VALUES (NULL); END;

-- Counts removed rows of model_metrics.
CREATE TRIGGER model_metrics_deleted AFTER DELETE ON model_metrics
BEGIN INSERT INTO run_changes (run_id) VALUES (NULL); END;

-- Counts new rows of model_artifacts.
CREATE TRIGGER model_artifacts_inserted AFTER INSERT ON model_artifacts
BEGIN INSERT INTO run_changes (run_id) VALUES (NULL); END;

-- Counts changed rows of model_artifacts.
CREATE TRIGGER model_artifacts_updated AFTER UPDATE ON model_artifacts
BEGIN INSERT INTO run_changes (run_id) VALUES (NULL); END;

-- Counts removed rows of model_artifacts.
CREATE TRIGGER model_artifacts_deleted AFTER DELETE ON model_artifacts
BEGIN INSERT INTO run_changes (run_id) VALUES (NULL); END;

-- Counts new rows of registered_models.
CREATE TRIGGER registered_models_inserted AFTER INSERT ON registered_models
BEGIN INSERT INTO run_changes (run_id) VALUES (NULL); END;

-- Counts changed rows of registered_models.
CREATE TRIGGER registered_models_updated AFTER UPDATE ON registered_models
BEGIN INSERT INTO run_changes (run_id) VALUES (NULL); END;

-- Counts removed rows of registered_models.
CREATE TRIGGER registered_models_deleted AFTER DELETE ON registered_models
BEGIN INSERT INTO run_changes (run_id) VALUES (NULL); END;

-- Counts new rows of registered_model_tags.
CREATE TRIGGER registered_model_tags_inserted AFTER INSERT ON registered_model_tags
BEGIN INSERT INTO run_changes (run_id) VALUES (NULL); END;

-- Counts changed rows of registered_model_tags.
CREATE TRIGGER registered_model_tags_updated AFTER UPDATE ON registered_model_tags
BEGIN INSERT INTO run_changes (run_id) VALUES (NULL); END;

-- Counts removed rows of registered_model_tags.
CREATE TRIGGER registered_model_tags_deleted AFTER DELETE ON registered_model_tags
BEGIN INSERT INTO run_changes (run_id) VALUES (NULL); END;

-- Counts new rows of model_versions.
CREATE TRIGGER model_versions_inserted AFTER INSERT ON model_versions
BEGIN INSERT INTO run_changes (run_id) VALUES (NULL); END;

-- Counts changed rows of model_versions.
CREATE TRIGGER model_versions_updated AFTER UPDATE ON model_versions
BEGIN INSERT INTO run_changes (run_id) VALUES (NULL); END;

-- Counts removed rows of model_versions.
CREATE TRIGGER model_versions_deleted AFTER DELETE ON model_versions
BEGIN INSERT INTO run_changes (run_id) VALUES (NULL); END;

-- Counts new rows of model_version_tags.
CREATE TRIGGER model_version_tags_inserted AFTER INSERT ON model_version_tags
BEGIN INSERT INTO run_changes (run_id) VALUES (NULL); END;

-- Counts changed rows of model_version_tags.
CREATE TRIGGER model_version_tags_updated AFTER UPDATE ON model_version_tags
BEGIN INSERT INTO run_changes (run_id) VALUES (NULL); END;

-- Counts removed rows of model_version_tags.
CREATE TRIGGER model_version_tags_deleted AFTER DELETE ON model_version_tags
BEGIN INSERT INTO run_changes (run_id) VALUES (NULL); END;

-- Counts new rows of model_aliases.
CREATE TRIGGER model_aliases_inserted AFTER INSERT ON model_aliases
BEGIN INSERT INTO run_changes (run_id) VALUES (NULL); END;

-- Counts changed rows of model_aliases.
CREATE TRIGGER model_aliases_updated AFTER UPDATE ON model_aliases
BEGIN INSERT INTO run_changes (run_id) VALUES (NULL); END;

-- Counts removed rows of model_aliases.
CREATE TRIGGER model_aliases_deleted AFTER DELETE ON model_aliases
BEGIN INSERT INTO run_changes (run_id) VALUES (NULL); END;
