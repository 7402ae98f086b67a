-- The tracker file: every training run, in full, in one SQLite database.
--
-- This is the newest version of the schema and a promise to everyone who types SQL: tables, views
-- and columns keep their names. Three conventions hold everywhere:
--
--   * Times in tables are INTEGER milliseconds since 1970-01-01 00:00 UTC; views show ISO 8601 text.
--   * SQLite has no NaN: in a column of measured numbers NULL means NaN. Infinities are stored as
--     they are. AVG, MIN and MAX so skip NaN. SQLite stores -0.0 as 0.0.
--   * Shapes are JSON arrays without spaces, such as [1,3,32,32].
--
-- Any program may write: defaults fill in what it does not know. Turn `PRAGMA foreign_keys` on first.
--
--   INSERT INTO runs (name) VALUES ('my run') RETURNING id;
--   INSERT INTO params (run_id, name, value) VALUES (1, 'lr', 0.1);
--   INSERT INTO metrics (run_id, name, epoch, value) VALUES (1, 'train/loss', 1, 2.302);
--   UPDATE runs SET status = 'finished' WHERE id = 1;

PRAGMA application_id = 1416784718; -- 'TrkN' as four bytes of ASCII: the mark of a tracker file
PRAGMA user_version = 1; -- the version of this schema; a program refuses a newer one

-- An experiment is a named collection of runs that are worth comparing.
CREATE TABLE experiments (
  id INTEGER PRIMARY KEY, -- number of the experiment
  name TEXT NOT NULL UNIQUE CHECK (name <> ''), -- what people call it
  created_at INTEGER NOT NULL
    DEFAULT (CAST(ROUND((julianday('now') - 2440587.5) * 86400000) AS INTEGER)) -- time of creation
) STRICT;

-- The experiment of runs that name none.
INSERT INTO experiments (id, name) VALUES (1, 'default');

-- A run is one execution of a training program: who started it, where, from which code, and how it
-- ended. A run that says `running` but has not shown a heartbeat for a minute has crashed; views say so.
CREATE TABLE runs (
  id INTEGER PRIMARY KEY, -- number of the run in this file
  uuid TEXT NOT NULL UNIQUE CHECK (uuid <> '')
    DEFAULT (lower(
      hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-'
      || substr('89AB', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || '-'
      || hex(randomblob(6)))), -- name of the run in every file of the world, lower case
  experiment_id INTEGER NOT NULL DEFAULT 1 REFERENCES experiments (id), -- experiment it belongs to
  name TEXT NOT NULL DEFAULT 'run' CHECK (name <> ''), -- what people call it; several may share it
  recipe TEXT, -- recipe that `tracker run` ran; NULL for other programs
  status TEXT NOT NULL DEFAULT 'running'
    CHECK (status IN ('running', 'finished', 'failed', 'interrupted')), -- how it stands
  seed INTEGER, -- seed of the random generator; NULL if unknown
  started_at INTEGER NOT NULL
    DEFAULT (CAST(ROUND((julianday('now') - 2440587.5) * 86400000) AS INTEGER)), -- time of the start
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
  deleted_at INTEGER -- time of the (soft) deletion; NULL for a run that is there
) STRICT;

CREATE INDEX runs_by_experiment ON runs (experiment_id);
CREATE INDEX runs_by_name ON runs (name);
CREATE INDEX runs_by_parent ON runs (parent_run_id);
CREATE INDEX runs_by_start ON runs (started_at);

-- A parameter is a setting of the run, in its own type, so that `value < 0.1` works.
CREATE TABLE params (
  run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE, -- run
  name TEXT NOT NULL CHECK (name <> ''), -- name of the setting
  value ANY, -- INTEGER, REAL or TEXT; booleans are 0 and 1; NULL for none (and NaN)
  PRIMARY KEY (run_id, name)
) STRICT, WITHOUT ROWID;

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

-- A series is one metric of one run, with a summary that always equals its points (see the view
-- metric_series_recomputed). Metric names are paths: train/loss, val/accuracy, learning_rate.
CREATE TABLE metric_series (
  id INTEGER PRIMARY KEY, -- number of the series
  run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE, -- run
  name TEXT NOT NULL CHECK (name <> ''), -- name of the metric
  count INTEGER NOT NULL DEFAULT 0, -- number of points, NaN included
  nan_count INTEGER NOT NULL DEFAULT 0, -- number of points that are NaN
  first_step INTEGER, -- smallest step
  first_value REAL, -- value at the smallest step; NULL for NaN
  last_step INTEGER, -- largest step
  last_epoch INTEGER, -- epoch of the point at the largest step
  last_value REAL, -- value at the largest step; NULL for NaN
  min_value REAL, -- smallest value, NaN apart; NULL if there is none
  min_step INTEGER, -- first step with the smallest value
  max_value REAL, -- largest value, NaN apart; NULL if there is none
  max_step INTEGER, -- first step with the largest value
  UNIQUE (run_id, name)
) STRICT;

-- The points of the series. Write them through the view `metrics`, which keeps the summary right.
CREATE TABLE metric_points (
  series_id INTEGER NOT NULL REFERENCES metric_series (id) ON DELETE CASCADE, -- series
  step INTEGER NOT NULL, -- counts optimizer steps, or whatever the program counts
  epoch INTEGER, -- epoch the point belongs to; NULL if unknown
  value REAL, -- the measured number; NULL means NaN
  recorded_at INTEGER
    DEFAULT (CAST(ROUND((julianday('now') - 2440587.5) * 86400000) AS INTEGER)), -- time; NULL if it was
    -- not noted: then it is no later than that of the next point that has one
  PRIMARY KEY (series_id, step)
) STRICT, WITHOUT ROWID;

-- A layer of the run's network, in order, for a batch of one image.
CREATE TABLE layers (
  run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE, -- run
  position INTEGER NOT NULL CHECK (position >= 0), -- place in the network, from 0
  name TEXT NOT NULL CHECK (name <> ''), -- conv1, relu1, fc1 …
  kind TEXT NOT NULL, -- kind of layer, such as convolution
  input_shape TEXT NOT NULL CHECK (json_valid(input_shape)), -- JSON, such as [1,3,32,32]
  output_shape TEXT NOT NULL CHECK (json_valid(output_shape)), -- JSON, such as [1,6,28,28]
  weight_shape TEXT CHECK (weight_shape IS NULL OR json_valid(weight_shape)), -- JSON; NULL for a layer without weights
  weight_count INTEGER NOT NULL DEFAULT 0 CHECK (weight_count >= 0), -- number of weights, no biases
  bias_count INTEGER NOT NULL DEFAULT 0 CHECK (bias_count >= 0), -- number of biases
  macs INTEGER NOT NULL DEFAULT 0 CHECK (macs >= 0), -- multiply-accumulates for one image, no biases
  forward_nanoseconds REAL, -- measured time of the forward pass per image; NULL if not measured
  backward_nanoseconds REAL, -- measured time of the backward pass per image; NULL if not measured
  PRIMARY KEY (run_id, position),
  UNIQUE (run_id, name)
) STRICT, WITHOUT ROWID;

-- A blob is stored content, once however often it is used, named by its hash.
CREATE TABLE blobs (
  hash TEXT NOT NULL PRIMARY KEY CHECK (length(hash) = 64), -- SHA-256 of data, lower-case hex
  data BLOB NOT NULL, -- the bytes; of a tensor: little-endian float32
  byte_count INTEGER NOT NULL CHECK (byte_count = length(data)) -- number of bytes
) STRICT;

-- A snapshot is the state of all tensors of one kind at one moment of a run.
CREATE TABLE snapshots (
  id INTEGER PRIMARY KEY, -- number of the snapshot
  run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE, -- run
  epoch INTEGER NOT NULL, -- epochs finished; 0 is before training
  step INTEGER NOT NULL DEFAULT 0, -- optimizer steps made
  kind TEXT NOT NULL DEFAULT 'weights'
    CHECK (kind IN ('weights', 'gradients', 'optimizer')), -- what the tensors are
  created_at INTEGER NOT NULL
    DEFAULT (CAST(ROUND((julianday('now') - 2440587.5) * 86400000) AS INTEGER)), -- time taken
  UNIQUE (run_id, kind, epoch, step)
) STRICT;

-- A tensor of a snapshot, with statistics over its finite values (NULL if it has none).
CREATE TABLE tensors (
  snapshot_id INTEGER NOT NULL REFERENCES snapshots (id) ON DELETE CASCADE, -- snapshot
  name TEXT NOT NULL CHECK (name <> ''), -- as in PyTorch's state_dict: conv1.weight, fc3.bias
  shape TEXT NOT NULL CHECK (json_valid(shape)), -- JSON, in PyTorch's layout: [6,3,5,5]
  dtype TEXT NOT NULL DEFAULT 'float32', -- type of the elements in the blob
  blob_hash TEXT NOT NULL REFERENCES blobs (hash), -- content
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
  epoch INTEGER NOT NULL, -- epochs finished
  step INTEGER NOT NULL DEFAULT 0, -- optimizer steps made
  weights_id INTEGER NOT NULL REFERENCES snapshots (id) ON DELETE CASCADE, -- the weights
  optimizer_id INTEGER REFERENCES snapshots (id) ON DELETE CASCADE, -- momentum; NULL if there is none
  state TEXT NOT NULL CHECK (json_valid(state)), -- JSON: generator, data order, schedule position
  created_at INTEGER NOT NULL
    DEFAULT (CAST(ROUND((julianday('now') - 2440587.5) * 86400000) AS INTEGER)), -- time taken
  UNIQUE (run_id, epoch, step)
) STRICT;

CREATE INDEX checkpoints_by_weights ON checkpoints (weights_id);
CREATE INDEX checkpoints_by_optimizer ON checkpoints (optimizer_id);

-- A histogram of one layer's weights, gradients or activations, in bins of equal width. A value on
-- an inner edge belongs to the upper bin; the last bin holds its upper edge too.
CREATE TABLE histograms (
  id INTEGER PRIMARY KEY, -- number of the histogram
  run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE, -- run
  epoch INTEGER NOT NULL, -- epochs finished; 0 is before training
  step INTEGER NOT NULL DEFAULT 0, -- optimizer steps made
  layer TEXT NOT NULL CHECK (layer <> ''), -- name of the layer
  quantity TEXT NOT NULL CHECK (quantity IN ('weight', 'gradient', 'activation')), -- what is counted
  lower REAL NOT NULL, -- lower edge of the first bin
  upper REAL NOT NULL, -- upper edge of the last bin
  counts TEXT NOT NULL CHECK (json_valid(counts)), -- JSON array: number of values in each bin
  count INTEGER NOT NULL CHECK (count >= 0), -- number of finite values: the sum of counts
  min REAL, -- smallest finite value
  max REAL, -- largest finite value
  mean REAL, -- mean of the finite values
  std REAL, -- population standard deviation of the finite values
  nonfinite_count INTEGER NOT NULL DEFAULT 0 CHECK (nonfinite_count >= 0), -- NaN and infinite values
  CHECK (lower <= upper),
  UNIQUE (run_id, layer, quantity, epoch, step)
) STRICT;

-- A row of a truth table: what a small network answers.
CREATE TABLE predictions (
  run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE, -- run
  row INTEGER NOT NULL, -- place in the table
  inputs TEXT NOT NULL CHECK (json_valid(inputs)), -- JSON array of the inputs
  target REAL, -- right answer; NULL if there is none
  s REAL, -- weighted sum
  y REAL, -- output
  PRIMARY KEY (run_id, row)
) STRICT, WITHOUT ROWID;

-- An artifact is a file or value that a run made.
CREATE TABLE artifacts (
  run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE, -- run
  name TEXT NOT NULL CHECK (name <> ''), -- name, like a path
  media_type TEXT NOT NULL DEFAULT 'application/octet-stream', -- what kind of content
  blob_hash TEXT NOT NULL REFERENCES blobs (hash), -- content
  created_at INTEGER NOT NULL
    DEFAULT (CAST(ROUND((julianday('now') - 2440587.5) * 86400000) AS INTEGER)), -- time stored
  PRIMARY KEY (run_id, name)
) STRICT, WITHOUT ROWID;

CREATE INDEX artifacts_by_blob ON artifacts (blob_hash);

-- An alert is something a person should look at: divergence, dead units, a full disk.
CREATE TABLE alerts (
  id INTEGER PRIMARY KEY, -- number of the alert
  run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE, -- run
  at INTEGER NOT NULL
    DEFAULT (CAST(ROUND((julianday('now') - 2440587.5) * 86400000) AS INTEGER)), -- time raised
  epoch INTEGER, -- epoch it was raised in
  step INTEGER, -- step it was raised at
  level TEXT NOT NULL DEFAULT 'warning' CHECK (level IN ('info', 'warning', 'error')), -- how bad
  kind TEXT NOT NULL DEFAULT 'note', -- machine-readable word, such as divergence
  message TEXT NOT NULL -- sentence for people
) STRICT;

CREATE INDEX alerts_by_run ON alerts (run_id);

-- What metric_series must say, computed from the points alone.
CREATE VIEW metric_series_recomputed AS
SELECT
  series.id AS id, -- number of the series
  series.run_id AS run_id, -- run
  series.name AS name, -- name of the metric
  (SELECT COUNT(*) FROM metric_points WHERE series_id = series.id) AS count, -- number of points
  (SELECT COUNT(*) FROM metric_points WHERE series_id = series.id AND value IS NULL)
    AS nan_count, -- number of NaN
  (SELECT step FROM metric_points WHERE series_id = series.id ORDER BY step LIMIT 1)
    AS first_step, -- smallest step
  (SELECT value FROM metric_points WHERE series_id = series.id ORDER BY step LIMIT 1)
    AS first_value, -- its value
  (SELECT step FROM metric_points WHERE series_id = series.id ORDER BY step DESC LIMIT 1)
    AS last_step, -- largest step
  (SELECT epoch FROM metric_points WHERE series_id = series.id ORDER BY step DESC LIMIT 1)
    AS last_epoch, -- its epoch
  (SELECT value FROM metric_points WHERE series_id = series.id ORDER BY step DESC LIMIT 1)
    AS last_value, -- its value
  (SELECT MIN(value) FROM metric_points WHERE series_id = series.id) AS min_value, -- smallest value
  (SELECT step FROM metric_points WHERE series_id = series.id AND value IS NOT NULL
    ORDER BY value, step LIMIT 1) AS min_step, -- first step with it
  (SELECT MAX(value) FROM metric_points WHERE series_id = series.id) AS max_value, -- largest value
  (SELECT step FROM metric_points WHERE series_id = series.id AND value IS NOT NULL
    ORDER BY value DESC, step LIMIT 1) AS max_step -- first step with it
FROM metric_series AS series;

-- Every point of every metric. Rows can be inserted: the series is made when it is missing, the
-- summary follows, and a second point at the same step replaces the first. A missing step is the epoch.
CREATE VIEW metrics AS
SELECT
  series.run_id AS run_id, -- run
  series.name AS name, -- name of the metric
  point.step AS step, -- step
  point.epoch AS epoch, -- epoch; NULL if unknown
  point.value AS value, -- measured number; NULL means NaN
  point.recorded_at AS recorded_at -- milliseconds since 1970 UTC; NULL if not noted
FROM metric_series AS series
JOIN metric_points AS point ON point.series_id = series.id;

-- Stores one point. The summary is brought up to date before the point is there: by arithmetic if
-- the step is new, and from the points themselves if the step is there already.
CREATE TRIGGER metrics_insert INSTEAD OF INSERT ON metrics
BEGIN
  SELECT RAISE(ABORT, 'metrics: there is no run with this run_id')
  WHERE NOT EXISTS (SELECT 1 FROM runs WHERE id = NEW.run_id);

  UPDATE runs
  SET heartbeat_at = CAST(ROUND((julianday('now') - 2440587.5) * 86400000) AS INTEGER)
  WHERE id = NEW.run_id
    AND heartbeat_at < CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) - 5000;

  INSERT INTO metric_series (run_id, name)
  SELECT NEW.run_id, NEW.name
  WHERE NOT EXISTS (SELECT 1 FROM metric_series WHERE run_id = NEW.run_id AND name = NEW.name);

  UPDATE metric_series
  SET
    count = count + 1,
    nan_count = nan_count + (point.value IS NULL),
    first_step = MIN(point.step, COALESCE(first_step, point.step)),
    first_value = CASE WHEN first_step <= point.step THEN first_value ELSE point.value END,
    last_step = MAX(point.step, COALESCE(last_step, point.step)),
    last_epoch = CASE WHEN last_step >= point.step THEN last_epoch ELSE point.epoch END,
    last_value = CASE WHEN last_step >= point.step THEN last_value ELSE point.value END,
    min_step = CASE
      WHEN point.value IS NULL OR point.value > min_value THEN min_step
      WHEN point.value = min_value THEN MIN(min_step, point.step)
      ELSE point.step END,
    min_value = CASE
      WHEN point.value IS NULL OR point.value >= min_value THEN min_value
      ELSE point.value END,
    max_step = CASE
      WHEN point.value IS NULL OR point.value < max_value THEN max_step
      WHEN point.value = max_value THEN MIN(max_step, point.step)
      ELSE point.step END,
    max_value = CASE
      WHEN point.value IS NULL OR point.value <= max_value THEN max_value
      ELSE point.value END
  FROM (
    SELECT
      COALESCE(NEW.step, NEW.epoch) + 0 AS step,
      NEW.epoch AS epoch,
      CAST(NEW.value AS REAL) AS value) AS point
  WHERE run_id = NEW.run_id
    AND name = NEW.name
    AND NOT EXISTS (
      SELECT 1 FROM metric_points
      WHERE series_id = metric_series.id AND step = COALESCE(NEW.step, NEW.epoch));

  UPDATE metric_points
  SET
    epoch = NEW.epoch,
    value = NEW.value,
    recorded_at = COALESCE(
      NEW.recorded_at, CAST(ROUND((julianday('now') - 2440587.5) * 86400000) AS INTEGER))
  WHERE series_id = (SELECT id FROM metric_series WHERE run_id = NEW.run_id AND name = NEW.name)
    AND step = COALESCE(NEW.step, NEW.epoch);

  UPDATE metric_series
  SET (count, nan_count, first_step, first_value, last_step, last_epoch, last_value,
      min_value, min_step, max_value, max_step) = (
    SELECT count, nan_count, first_step, first_value, last_step, last_epoch, last_value,
      min_value, min_step, max_value, max_step
    FROM metric_series_recomputed AS recomputed
    WHERE recomputed.id = metric_series.id)
  WHERE run_id = NEW.run_id
    AND name = NEW.name
    AND EXISTS (
      SELECT 1 FROM metric_points
      WHERE series_id = metric_series.id AND step = COALESCE(NEW.step, NEW.epoch));

  INSERT INTO metric_points (series_id, step, epoch, value, recorded_at)
  SELECT
    id, COALESCE(NEW.step, NEW.epoch), NEW.epoch, NEW.value,
    COALESCE(NEW.recorded_at, CAST(ROUND((julianday('now') - 2440587.5) * 86400000) AS INTEGER))
  FROM metric_series
  WHERE run_id = NEW.run_id
    AND name = NEW.name
    AND NOT EXISTS (
      SELECT 1 FROM metric_points
      WHERE series_id = metric_series.id AND step = COALESCE(NEW.step, NEW.epoch));
END;

-- Notes the time when a run ends, for programs that only change the status.
CREATE TRIGGER runs_end AFTER UPDATE OF status ON runs
WHEN NEW.status <> 'running' AND NEW.ended_at IS NULL
BEGIN
  UPDATE runs
  SET ended_at = CAST(ROUND((julianday('now') - 2440587.5) * 86400000) AS INTEGER)
  WHERE id = NEW.id;
END;

-- Losses and accuracies side by side, a row an epoch; of several points in an epoch, the last.
CREATE VIEW epoch_losses AS
WITH points AS (
  SELECT
    series.run_id,
    series.name,
    COALESCE(point.epoch, point.step) AS epoch,
    point.value,
    ROW_NUMBER() OVER (
      PARTITION BY series.run_id, series.name, COALESCE(point.epoch, point.step)
      ORDER BY point.step DESC) AS place
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

-- The layers that have weights, as the table of the report: shapes as (1, 3, 32, 32).
CREATE VIEW layer_table AS
SELECT
  run_id, -- run
  position, -- place in the network
  name AS layer, -- name of the layer
  replace(replace(replace(json(input_shape), '[', '('), ']', ')'), ',', ', ')
    AS input_shape, -- for one image
  replace(replace(replace(json(output_shape), '[', '('), ']', ')'), ',', ', ')
    AS output_shape, -- for one image
  replace(replace(replace(json(weight_shape), '[', '('), ']', ')'), ',', ', ')
    AS weight_shape, -- of the weights alone
  weight_count AS parameters, -- number of weights; the biases are counted beside
  bias_count AS biases, -- number of biases
  macs -- multiply-accumulates for one image, biases not counted
FROM layers
WHERE weight_count > 0;

-- The bins of all histograms, a row a bin.
CREATE VIEW histogram_bins AS
SELECT
  histogram.run_id AS run_id, -- run
  histogram.epoch AS epoch, -- epochs finished
  histogram.step AS step, -- optimizer steps made
  histogram.layer AS layer, -- name of the layer
  histogram.quantity AS quantity, -- weight, gradient or activation
  bin.key AS bin, -- number of the bin, from 0
  histogram.lower + bin.key * (histogram.upper - histogram.lower) / json_array_length(histogram.counts)
    AS lower, -- lower edge
  histogram.lower + (bin.key + 1) * (histogram.upper - histogram.lower)
    / json_array_length(histogram.counts) AS upper, -- upper edge
  bin.value AS count -- number of values in it
FROM histograms AS histogram
JOIN json_each(histogram.counts) AS bin;

-- One row a run that has not been deleted: how it stands and what it reached.
CREATE VIEW run_summary AS
SELECT
  run.id AS id, -- number of the run
  run.uuid AS uuid, -- name of the run in every file
  run.name AS name, -- what people call it
  run.recipe AS recipe, -- recipe; NULL for other programs
  experiment.name AS experiment, -- experiment it belongs to
  run.group_name AS group_name, -- sweep it belongs to
  CASE
    WHEN run.status = 'running'
      AND run.heartbeat_at < (julianday('now') - 2440587.5) * 86400000 - 60000
    THEN 'crashed'
    ELSE run.status
  END AS status, -- running, finished, failed, interrupted or crashed
  strftime('%Y-%m-%dT%H:%M:%SZ', run.started_at / 1000, 'unixepoch') AS started, -- UTC
  strftime('%Y-%m-%dT%H:%M:%SZ', run.ended_at / 1000, 'unixepoch') AS ended, -- UTC
  (COALESCE(run.ended_at, run.heartbeat_at) - run.started_at) / 1000.0 AS seconds, -- duration
  COALESCE(
    MAX(COALESCE(train.last_epoch, val.last_epoch), COALESCE(val.last_epoch, train.last_epoch)),
    train.count, val.count, 0) AS epochs, -- epochs finished
  train.last_value AS final_train_loss, -- last train/loss
  train.min_value AS best_train_loss, -- smallest train/loss
  val.last_value AS final_val_loss, -- last val/loss
  val.min_value AS best_val_loss, -- smallest val/loss
  accuracy.last_value AS final_val_accuracy, -- last val/accuracy
  accuracy.max_value AS best_val_accuracy, -- largest val/accuracy
  run.note AS note -- remarks of a person
FROM runs AS run
JOIN experiments AS experiment ON experiment.id = run.experiment_id
LEFT JOIN metric_series AS train ON train.run_id = run.id AND train.name = 'train/loss'
LEFT JOIN metric_series AS val ON val.run_id = run.id AND val.name = 'val/loss'
LEFT JOIN metric_series AS accuracy ON accuracy.run_id = run.id AND accuracy.name = 'val/accuracy'
WHERE run.deleted_at IS NULL;
