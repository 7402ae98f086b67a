"""Points of metrics and the summaries of their series."""

from __future__ import annotations

import json
from typing import Any, Dict, Iterable, List, NamedTuple, Optional, Sequence, Tuple

from .._values import SQLValue
from .content import Content
from .opening import packaged


class Point(NamedTuple):
    """One measured number of a series."""

    name: str
    step: int
    epoch: Optional[int]
    value: float
    at: float  # milliseconds since 1970, of which the whole ones are stored


class Metrics(Content):
    """Series and their points, and what goes when a run goes back."""

    def __init__(self, *words: Any) -> None:
        super().__init__(*words)
        self._largest_steps: Dict[Tuple[int, str], int] = {}

    def forget(self) -> None:
        """Forgets what the steps of the series were."""
        self._largest_steps.clear()

    # -- Points: RunStore/Writing/MetricWriter.swift, and the trigger `metrics_insert` --------------------

    def write_points(self, run: int, points: Iterable[Point]) -> None:
        """Stores points in bulk, past the view; a second one of a step is its next repeat.

        Points that come after all others of their series, as nearly all do, need the arithmetic of
        appending alone, which is the statement `_APPENDING`. The others go through the view, and so
        through the trigger's arithmetic.
        """
        appended: List[Point] = []
        late: List[Point] = []
        largest = self._largest_steps
        disordered = set()  # of these all that follows comes later too, so that each series keeps its order
        for point in points:
            name, step = point[0], point[1]
            key = (run, name)
            if step > largest.get(key, -(2**63) - 1):
                largest[key] = step
                (late if name in disordered else appended).append(point)
            else:
                disordered.add(name)
                late.append(point)
        if appended:
            self._fill_batch(appended)
            names = {row["name"] for row in self.rows(_OVERTAKEN, {"run": run})}
            if names:
                late = [point for point in appended if point[0] in names] + late
                self.connection.execute(
                    "DELETE FROM temp.batch WHERE name IN (SELECT value FROM json_each(?))",
                    (json.dumps(list(names)),),
                )
                self._note_largest(run, names)
            for statement in _APPENDING:
                self.connection.execute(statement, {"run": run})
        if late:
            self._fill_batch(late)
            self.connection.execute(_LATE, {"run": run})

    def _fill_batch(self, points: Sequence[Point]) -> None:
        """Puts points into a table of this connection, many by one statement.

        Between two statements Python's other threads run, for up to 5 ms where they only compute.
        """
        self.connection.execute(_BATCH)
        self.connection.execute("DELETE FROM temp.batch")
        for start in range(0, len(points), 500):
            some = points[start : start + 500]
            values: List[Any] = []
            for position, point in enumerate(some, start):
                values.append(position)
                values += point
            self.connection.execute(
                "INSERT INTO temp.batch (position, name, step, epoch, value, at) VALUES "
                + ",".join(["(?,?,?,?,?,CAST(? AS INTEGER))"] * len(some)),
                values,
            )

    def _note_largest(self, run: int, names: Iterable[SQLValue]) -> None:
        for name in names:
            row = self.row("SELECT last_step FROM metric_series WHERE run_id = ? AND name = ?", (run, name))
            key = (run, str(name))
            if row and row["last_step"] is not None:
                self._largest_steps[key] = max(int(str(row["last_step"])), self._largest_steps[key])

    def last_step(self, run: int) -> Optional[int]:
        """The largest step of a run's metrics; None if there is none."""
        found = self.row("SELECT MAX(last_step) AS step FROM metric_series WHERE run_id = ?", (run,))
        return int(str(found["step"])) if found and found["step"] is not None else None

    def insert_rule(self, name: str, goal: Optional[str], x: Optional[str]) -> None:
        """Stores what a person said of a metric; what was said before of the rest stays."""
        self.connection.execute(
            """
            INSERT INTO metric_rules (word, is_name, goal, x) VALUES (:name, 1, :goal, :x)
            ON CONFLICT (word, is_name) DO UPDATE
            SET goal = COALESCE(excluded.goal, goal), x = COALESCE(excluded.x, x)
            """,
            {"name": name, "goal": goal, "x": x},
        )

    # -- Going back: RunStore/Writing/RunDatabase+Reopening.swift ----------------------------------------

    def drop_after(self, run: int, epoch: int, step: int) -> int:
        """Drops what a run holds of later than a point; returns the number of metric points."""
        place = {"run": run, "epoch": epoch, "step": step}
        blobs = [row["hash"] for row in self.rows(_BLOBS_OF_RUN, {"run": run})]
        for table in ("histograms", "snapshots", "alerts", "media"):
            self.connection.execute(
                f"DELETE FROM {table} WHERE run_id = :run AND (epoch > :epoch OR step > :step)", place
            )
        dropped = self.connection.execute(
            """
            DELETE FROM metric_points
            WHERE series_id IN (SELECT id FROM metric_series WHERE run_id = :run)
              AND (epoch > :epoch OR step > :step)
            """,
            place,
        ).rowcount
        self._summarize_anew(run)
        for hash_ in blobs:
            self.delete_unused(hash_)
        return int(dropped)

    def drop_from_step(self, run: int, step: int, prefix: str) -> None:
        """Drops the points of metrics with a prefix from a step on."""
        self.connection.execute(
            """
            DELETE FROM metric_points
            WHERE step >= :step AND series_id IN (
              SELECT id FROM metric_series WHERE run_id = :run AND substr(name, 1, length(:prefix)) = :prefix)
            """,
            {"run": run, "step": step, "prefix": prefix},
        )
        self._summarize_anew(run)

    def _summarize_anew(self, run: int) -> None:
        """Computes the summaries from the points that are left."""
        self.connection.execute("UPDATE metric_series SET disorder = disorder + 1 WHERE run_id = ?", (run,))
        self.connection.execute(packaged("recompute_summaries.sql"), {"run": run, "series": None})
        self.connection.execute("DELETE FROM metric_series WHERE run_id = ? AND count = 0", (run,))
        self.forget()

    def add_prefix(self, run: int, prefix: str) -> None:
        """Puts a prefix before the names of all that a run has measured."""
        for table, column in (("metric_series", "name"), ("media", "name"), ("histograms", "layer")):
            self.connection.execute(
                f"UPDATE {table} SET {column} = ? || {column} WHERE run_id = ?", (prefix, run)
            )
        self.forget()


_BATCH = """
CREATE TEMP TABLE IF NOT EXISTS batch (
  position INTEGER, name TEXT, step INTEGER, epoch INTEGER, value REAL, at INTEGER,
  PRIMARY KEY (name, step, position)
) WITHOUT ROWID
"""

# The metrics of which the file has a step that is not before those of the batch, by another writer.
_OVERTAKEN = """
SELECT series.name AS name
FROM metric_series AS series
WHERE series.run_id = :run
  AND series.last_step >= (SELECT MIN(step) FROM temp.batch AS point WHERE point.name = series.name)
"""


# What appending a batch does to series and points. Every step of the batch is there once a series, and
# after all steps of the file. `RunStore/Records/MetricSummary.swift` calls this `append`.
_APPENDING = (
    """
    INSERT INTO metric_series (run_id, name)
    SELECT :run, name
    FROM temp.batch AS point
    WHERE NOT EXISTS (SELECT 1 FROM metric_series WHERE run_id = :run AND name = point.name)
    GROUP BY name
    ORDER BY MIN(position)
    """,
    """
    INSERT INTO metric_points (series_id, step, epoch, value, recorded_at)
    SELECT series.id, point.step, point.epoch, point.value, point.at
    FROM metric_series AS series
    CROSS JOIN temp.batch AS point ON point.name = series.name
    WHERE series.run_id = :run
    """,
    """
    WITH
      total AS MATERIALIZED (
        SELECT
          name,
          COUNT(*) AS count,
          SUM(value IS NULL) AS nan_count,
          COALESCE(SUM(abs(value) = 9e999), 0) AS infinite_count,
          MIN(CASE WHEN abs(value) < 9e999 THEN value END) AS least,
          MAX(CASE WHEN abs(value) < 9e999 THEN value END) AS largest,
          MIN(step) AS first_step,
          MAX(step) AS last_step
        FROM temp.batch
        GROUP BY name),
      place AS MATERIALIZED (
        SELECT
          *,
          (SELECT MIN(step) FROM temp.batch AS point WHERE point.name = total.name AND value = least)
            AS least_step,
          (SELECT MIN(step) FROM temp.batch AS point WHERE point.name = total.name AND value = largest)
            AS largest_step
        FROM total)
    UPDATE metric_series
    SET
      count = metric_series.count + place.count,
      nan_count = metric_series.nan_count + place.nan_count,
      infinite_count = metric_series.infinite_count + place.infinite_count,
      (first_step, first_repeat, first_value) = (
        SELECT metric_series.first_step, first_repeat, first_value WHERE metric_series.count > 0
        UNION ALL
        SELECT first.step, 0, first.value WHERE metric_series.count = 0),
      last_step = latest.step,
      last_repeat = 0,
      last_at = latest.at,
      last_epoch = latest.epoch,
      last_value = latest.value,
      (min_value, min_step, min_repeat, min_epoch) = (
        SELECT place.least, least.step, 0, least.epoch
        WHERE place.least < COALESCE(min_value, 9e999)
        UNION ALL
        SELECT min_value, min_step, min_repeat, min_epoch
        LIMIT 1),
      (max_value, max_step, max_repeat, max_epoch) = (
        SELECT place.largest, largest.step, 0, largest.epoch
        WHERE place.largest > COALESCE(max_value, -9e999)
        UNION ALL
        SELECT max_value, max_step, max_repeat, max_epoch
        LIMIT 1)
    FROM place
    JOIN temp.batch AS first ON first.name = place.name AND first.step = place.first_step
    JOIN temp.batch AS latest ON latest.name = place.name AND latest.step = place.last_step
    LEFT JOIN temp.batch AS least ON least.name = place.name AND least.step = place.least_step
    LEFT JOIN temp.batch AS largest ON largest.name = place.name AND largest.step = place.largest_step
    WHERE metric_series.run_id = :run AND metric_series.name = place.name
    """,
)

# Points that are not appended: each gets the next free repeat of its step.
_LATE = """
INSERT INTO metrics (run_id, name, step, epoch, value, recorded_at, repeat)
SELECT
  :run, name, step, epoch, value, at,
  ROW_NUMBER() OVER (PARTITION BY name, step ORDER BY position) - 1 + COALESCE(
    (
      SELECT MAX(repeat) + 1
      FROM metric_points
      WHERE series_id = (SELECT id FROM metric_series WHERE run_id = :run AND name = point.name)
        AND metric_points.step = point.step),
    0)
FROM temp.batch AS point
ORDER BY position
"""


_BLOBS_OF_RUN = """
SELECT tensor.blob_hash AS hash
FROM tensors AS tensor
JOIN snapshots AS snapshot ON snapshot.id = tensor.snapshot_id
WHERE snapshot.run_id = :run
UNION
SELECT blob_hash FROM media WHERE run_id = :run AND blob_hash IS NOT NULL
"""
