"""The summaries of the module are those of the trigger, and what is stored is what was told."""

from __future__ import annotations

import math
import os
import pathlib
import random
import sqlite3
import unittest

from support import FolderCase

import trackerdb as tracker
from trackerdb._store import Point, Store

SUMMARY = """
SELECT name, count, nan_count, infinite_count, first_step, first_value, last_step, last_epoch, last_value,
  min_value, min_step, max_value, max_step, first_repeat, last_at, last_repeat, min_epoch, min_repeat,
  max_epoch, max_repeat, disorder
FROM metric_series
WHERE run_id = ?
ORDER BY name
"""
RECOMPUTED = SUMMARY.replace("metric_series", "metric_series_recomputed").replace(", disorder", "")


class Summaries(FolderCase):
    #: Sequences of points; all of them with `TRACKER_TESTS=all`.
    count = 10_000 if os.environ.get("TRACKER_TESTS") == "all" else 1_000

    def test_module_trigger_and_view_agree_on_random_sequences(self) -> None:
        store = Store.for_writing(self.db)
        self.addCleanup(store.close)
        connection = store.connection
        # A table that each rollback took away would have SQLite compile all statements anew.
        store._fill_batch([])
        connection.row_factory = None
        for seed in range(self.count):
            generator = random.Random(seed)
            batches = [self.batch(generator) for _ in range(generator.randint(1, 4))]
            connection.execute("BEGIN")
            connection.execute("INSERT INTO runs (id, name) VALUES (1, 'module'), (2, 'trigger')")
            connection.row_factory = _row
            for batch in batches:
                store.write_points(1, batch)
                if generator.random() < 0.2:
                    store._largest_steps.clear()  # as another process would know nothing of them
            connection.row_factory = None
            for batch in batches:
                for point in batch:
                    self.insert_through_view(connection, point)
            ours, theirs = (connection.execute(SUMMARY, (run,)).fetchall() for run in (1, 2))
            self.assertEqual(ours, theirs, f"seed {seed}: {batches}")
            if seed % 10 == 0:
                recomputed = connection.execute(RECOMPUTED, (1,)).fetchall()
                self.assertEqual([row[:-1] for row in ours], recomputed, f"seed {seed}")
            points = [
                connection.execute("SELECT name, step, repeat, epoch, value FROM metrics WHERE run_id = ?"
                                   " ORDER BY name, step, repeat", (run,)).fetchall() for run in (1, 2)
            ]  # fmt: skip
            self.assertEqual(*points, f"seed {seed}")
            connection.execute("ROLLBACK")
            store._largest_steps.clear()

    def batch(self, generator: random.Random) -> list:
        """Points, mostly in order, of values that are often equal, odd or infinite."""
        step = generator.randint(-5, 5)
        points = []
        for _ in range(generator.randint(1, 12)):
            step = step + 1 if generator.random() < 0.8 else generator.randint(-5, 12)
            value = generator.choice(
                [0.0, -0.0, 1.0, 2.0, -1.5, math.nan, math.inf, -math.inf, generator.gauss(0, 1)]
            )
            epoch = generator.choice([None, 1, 2])
            points.append(Point(generator.choice("ab"), step, epoch, value, generator.choice([10, 11, 12])))
        return points

    def insert_through_view(self, connection: sqlite3.Connection, point: Point) -> None:
        connection.execute(
            """
            INSERT INTO metrics (run_id, name, step, epoch, value, recorded_at, repeat)
            SELECT 2, :name, :step, :epoch, :value, :at, COALESCE(MAX(repeat) + 1, 0)
            FROM metrics
            WHERE run_id = 2 AND name = :name AND step = :step
            """,
            point._asdict(),
        )


def _row(cursor: sqlite3.Cursor, values: tuple) -> dict:
    return {column[0]: value for column, value in zip(cursor.description, values)}


class WhatIsStored(FolderCase):
    def test_numbers_come_back_to_the_bit(self) -> None:
        generator = random.Random(1)
        values = [generator.gauss(0, 1) * 10 ** generator.randint(-300, 300) for _ in range(3000)]
        with tracker.start("r", db=self.db) as run:
            for value in values:
                run.log({"a": value})
        self.assertEqual(
            [row[0] for row in self.sql("SELECT value FROM metric_points ORDER BY step")], values
        )
        self.assertHealthy()

    def test_steps_and_epochs(self) -> None:
        with tracker.start("r", db=self.db) as run:
            run.log({"a": 1, "b": 2})
            run.log({"a": 3})
            run.log({"a": 4}, step=10, epoch=1)
            run.epoch(1, {"loss": 0.5})
            run.log({"a": 5})
            self.assertEqual(run.step, 11)
        self.assertEqual(
            self.sql("SELECT name, step, epoch, value FROM metrics ORDER BY name, step"),
            [("a", 1, None, 1), ("a", 2, None, 3), ("a", 10, 1, 4), ("a", 11, None, 5), ("b", 1, None, 2),
             ("loss", 10, 1, 0.5)],
        )  # fmt: skip

    def test_without_steps_epochs_are_the_steps(self) -> None:
        with tracker.start("r", db=self.db) as run:
            for epoch in (1, 2, 3):
                run.epoch(epoch, {"loss": epoch})
        self.assertEqual(
            self.sql("SELECT step, epoch, repeat FROM metrics"), [(1, 1, 0), (2, 2, 0), (3, 3, 0)]
        )

    def test_a_step_that_is_told_twice_is_kept_twice(self) -> None:
        with tracker.start("r", db=self.db) as run:
            for value in (1, 2, 3):
                run.log({"a": value}, step=5)
        self.assertEqual(
            self.sql("SELECT step, repeat, value FROM metrics"), [(5, 0, 1), (5, 1, 2), (5, 2, 3)]
        )

    def test_reading_back(self) -> None:
        with tracker.start("first", db=self.db, params={"lr": 0.1, "flag": True}, tags={"t": "v"}) as run:
            for value in (3.0, math.nan, 1.0):
                run.log({"val/loss": value, "other": 0})
            run.artifact(b"bytes", "file")
        with tracker.start("second", db=self.db, experiment="x", note="n", group="g", seed=7):
            pass
        with tracker.open(self.db) as reader:
            self.assertEqual([row["name"] for row in reader.runs()], ["first", "second"])
            self.assertEqual([row["id"] for row in reader.runs("experiment = :x", x="x")], [2])
            found = reader.metrics("first", ["val/loss"])
            self.assertEqual([row["step"] for row in found], [1, 2, 3])
            self.assertTrue(math.isnan(found[1]["value"]))
            for selector in (1, "1", "first", run, run.uuid, run.uuid[:9], "best:val/loss"):
                self.assertEqual(len(reader.metrics(selector)), 6)
            self.assertEqual(len(reader.metrics("latest")), 0)
            with self.assertRaisesRegex(tracker.TrackerError, "(?s)no metric 'nope'.*val/loss"):
                reader.metrics("first", ["nope"])
            with self.assertRaisesRegex(tracker.TrackerError, "(?s)no such column: lr.*run_id FROM params"):
                reader.runs(where="lr < 0.1")
            self.assertEqual(
                reader.params(1),
                [{"name": "flag", "value": 1, "text": "true"}, {"name": "lr", "value": 0.1, "text": None}],
            )
            self.assertEqual(reader.sql("SELECT :a + 1 AS b", a=1), [{"b": 2}])
            self.assertEqual(reader.artifact("first", "file"), b"bytes")
            with self.assertRaisesRegex(tracker.TrackerError, "no run 'third'"):
                reader.params("third")
            with self.assertRaisesRegex(tracker.TrackerError, "metric 'nope'. It has other, val/loss."):
                reader.metrics("first", ["val/loss", "nope"])
            with self.assertRaisesRegex(tracker.TrackerError, "artifact 'none'. It has file."):
                reader.artifact("first", "none")
            with self.assertRaisesRegex(
                tracker.TrackerError, "(?s)no such column: lr.*columns id, .*Try: where="
            ):
                reader.runs(where="lr < 0.15")
            with self.assertRaisesRegex(tracker.TrackerError, "readonly|read-only|query_only"):
                reader.sql("DELETE FROM runs")
            with self.assertRaisesRegex(tracker.TrackerError, "no column|no such column"):
                reader.sql("SELECT missing")
        row = self.dicts("SELECT * FROM runs WHERE id = 2")[0]
        self.assertEqual((row["note"], row["group_name"], row["seed"]), ("n", "g", 7))
        try:
            import pandas  # noqa: F401
        except ImportError:
            return
        self.assertEqual(list(tracker.open(self.db).metrics("latest").frame().columns)[:2], ["name", "step"])

    def test_edges_and_counts_that_do_not_fit_are_refused(self) -> None:
        with tracker.start("r", db=self.db) as run:
            for values in (([0, 1, 2], [1]), ([0, 1], [1, 2]), ([0, 1], [1, 1])):
                with self.assertRaisesRegex(ValueError, "one edge more"):
                    run.histogram("h", values)
            run.histogram("two numbers", (1.0, 2.0))
        self.assertEqual(self.sql("SELECT layer, count FROM histograms"), [("two numbers", 2)])

    def test_histograms_alerts_media_and_artifacts(self) -> None:
        with tracker.start("r", db=self.db) as run:
            run.log({"a": 1})
            run.histogram("h", [0.0, 1.0, 1.0, math.nan])
            run.histogram("h", ([0.0, 0.5, 1.0], [2, 3]))
            run.histogram("none", [math.nan])
            run.alert("look", level="error", kind="divergence")
            run.media("text", "hello", caption="c")
            run.media("table", [{"a": 1, "b": "x"}, {"a": None, "b": 2.5}])
            run.media("image", [[0, 255], [128, 7]])
            run.artifact(b"x" * 5_000_000, "large")
            run.artifact(__file__, "code/file.py", "text/x-python")
            run.tag("t", "v")
            run.note("n")
        found = self.dicts("SELECT * FROM histograms ORDER BY id")
        self.assertEqual((found[0]["count"], found[0]["nonfinite_count"], found[0]["edges"]), (3, 1, None))
        self.assertEqual(
            (found[1]["edges"], found[1]["counts"], found[1]["repeat"]), ("[0.0,0.5,1.0]", "[2,3]", 1)
        )
        none = found[2]
        self.assertEqual(
            (none["lower"], none["upper"], none["count"], none["nonfinite_count"], none["min"]),
            (0, 0, 0, 1, None),
        )
        self.assertEqual(
            self.sql("SELECT level, kind, message, step FROM alerts"), [("error", "divergence", "look", 1)]
        )
        self.assertEqual(
            self.sql("SELECT name, step, kind, media_type FROM media ORDER BY name"),
            [
                ("image", 1, "image", "image/png"),
                ("table", 1, "table", "application/json"),
                ("text", 1, "text", None),
            ],
        )
        content = self.sql("SELECT data FROM blobs JOIN media ON hash = blob_hash WHERE name = 'table'")[0][0]
        self.assertEqual(content, b'{"columns":["a","b"],"data":[[1,"x"],[null,2.5]]}')
        reader = tracker.open(self.db)
        self.assertEqual(reader.artifact(1, "large"), b"x" * 5_000_000)
        with open(__file__, "rb") as file:
            self.assertEqual(reader.artifact(1, "code/file.py"), file.read())
        self.assertHealthy()


class Files(FolderCase):
    def test_a_new_file_is_as_the_program_makes_it(self) -> None:
        tracker.start("r", db=self.db).finish()
        self.assertEqual(self.sql("PRAGMA auto_vacuum"), [(2,)])
        self.assertEqual(self.sql("PRAGMA journal_mode"), [("wal",)])
        schema = os.path.join(os.path.dirname(tracker.__file__), "schema.sql")
        self.assertTrue(os.path.islink(schema))
        with open(schema, encoding="utf-8") as file:
            model = sqlite3.connect(":memory:")
            model.executescript(file.read())
        objects = "SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name"
        self.assertEqual(self.sql(objects), model.execute(objects).fetchall())
        model.close()
        self.assertHealthy()

    def test_files_that_are_not_ours_are_refused_and_stay(self) -> None:
        cases = {
            "CREATE TABLE t (a)": "another program",
            "PRAGMA application_id = 1416784718; PRAGMA user_version = 1; CREATE TABLE t (a)": "tracker init --db",
            "PRAGMA application_id = 1416784718; PRAGMA user_version = 9; CREATE TABLE t (a)": "pip install",
        }
        for script, pattern in cases.items():
            path = os.path.join(self.folder, f"{len(os.listdir())}.db")
            connection = sqlite3.connect(path)
            connection.executescript(script)
            connection.close()
            before = pathlib.Path(path).read_bytes()
            with self.assertRaisesRegex(tracker.TrackerError, pattern):
                tracker.start("r", db=path)
            self.assertEqual(pathlib.Path(path).read_bytes(), before)
        with open("text.db", "w") as file:
            file.write("no database at all, but long enough to be looked at as one" * 20)
        with self.assertRaisesRegex(tracker.TrackerError, "not a SQLite database"):
            tracker.start("r", db="text.db")
        with self.assertRaisesRegex(tracker.TrackerError, "no folder"):
            tracker.start("r", db="nowhere/t.db")
        with self.assertRaisesRegex(tracker.TrackerError, "is a folder"):
            tracker.start("r", db=self.folder)
        with self.assertRaisesRegex(tracker.TrackerError, "is a folder"):
            tracker.start("r", db="nowhere/")
        self.assertFalse(os.path.exists("nowhere"))


if __name__ == "__main__":
    unittest.main()
