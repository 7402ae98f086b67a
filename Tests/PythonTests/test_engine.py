"""Rows of the module and of the program's own engine are the same rows."""

from __future__ import annotations

import os
import subprocess
import unittest

from support import FolderCase, needs, needs_tracker
from support import tracker as program

import trackerdb as tracker

#: What the module leaves as it is, and why.
UNFILLED = {
    "runs": {
        "recipe": "it names recipes of the program",
        "source": "it is of imported runs",
        "deleted_at": "it is of deleted runs",
        "edited_at": "it is of runs that people edited",
        "owner": "what has ended belongs to nobody",
    },
    "metric_series": {},
    "layers": {
        "forward_nanoseconds": "the module measures no times of layers",
        "backward_nanoseconds": "the module measures no times of layers",
    },
    "alerts": {"epoch": "an alert has a step"},
    "artifacts": {"source_uri": "it is of files that stayed elsewhere"},
    "media": {"epoch": "it is given on wish"},
}


@needs("torch")
@needs_tracker
class TheSameRows(FolderCase):
    def setUp(self) -> None:
        super().setUp()
        self.engine = os.path.join(self.folder, "engine.db")
        subprocess.run(
            [
                str(program()),
                "run",
                "lenet",
                "--data",
                "shapes",
                "--limit",
                "300",
                "--epochs",
                "2",
                "--db",
                self.engine,
            ],
            check=True,
            capture_output=True,
        )

    def test_snapshots_tensors_and_histograms(self) -> None:
        import torch

        import models

        model = models.lenet()
        reader = tracker.open(self.engine)
        with tracker.start("lenet", db=self.db) as run:
            run.watch(model, torch.zeros(1, 3, 32, 32), gradients=False)
            for epoch in (1, 2):
                model.load_state_dict(reader.weights(1, epoch), strict=True)
                step = reader.sql("SELECT step FROM snapshots WHERE epoch = :e", e=epoch)[0]["step"]
                run.log({"train/step_loss": 1}, step=step)
                run.epoch(epoch)
        near = {"mean", "std", "l2_norm"}
        for query in (
            "SELECT epoch, step, kind FROM snapshots WHERE epoch > 0 AND kind = 'weights' ORDER BY epoch",
            """
            SELECT epoch, tensor.* FROM tensors AS tensor JOIN snapshots ON id = snapshot_id
            WHERE epoch > 0 AND kind = 'weights' ORDER BY epoch, name
            """,
            "SELECT * FROM histograms WHERE epoch > 0 AND quantity = 'weight' ORDER BY epoch, layer",
            "SELECT * FROM layers ORDER BY position",
        ):
            ours, theirs = self.dicts(query), self.dicts(query, db=self.engine)
            self.assertEqual(len(ours), len(theirs))
            self.assertGreater(len(ours), 0)
            for a, b in zip(ours, theirs):
                for column in a:
                    if column in ("id", "snapshot_id"):
                        continue
                    if column in near:
                        self.assertAlmostEqual(a[column], b[column], delta=1e-12 * max(1, abs(b[column])))
                    else:
                        self.assertEqual((column, a[column]), (column, b[column]))

    def test_metrics(self) -> None:
        points = self.dicts(
            "SELECT name, step, epoch, value FROM metrics ORDER BY epoch, name", db=self.engine
        )
        with tracker.start("lenet", db=self.db) as run:
            for epoch in (0, 1, 2):
                some = [point for point in points if point["epoch"] == epoch]
                run._step, run._has_logged = some[0]["step"], True
                run.epoch(epoch, {point["name"]: point["value"] for point in some})
        for table in ("metrics", "metric_series"):
            query = f"SELECT * FROM {table} ORDER BY name" + (", step" if table == "metrics" else "")
            ours, theirs = self.dicts(query), self.dicts(query, db=self.engine)
            for a, b in zip(ours, theirs):
                for column in set(a) - {"id", "recorded_at", "last_at"}:
                    self.assertEqual((column, a[column]), (column, b[column]))
            self.assertEqual(len(ours), len(theirs))

    def test_the_run_says_the_same_of_itself(self) -> None:
        tracker.start("lenet", db=self.db, params={"lr": 0.05}).finish()
        query = "SELECT host, user_name, boot_id, pid_namespace, heartbeat_seconds, idle_milliseconds, owner, status FROM runs"
        self.assertEqual(self.dicts(query), self.dicts(query, db=self.engine))
        query = (
            "SELECT value FROM environment WHERE name IN ('cpu', 'cores', 'memory_bytes', 'os') ORDER BY name"
        )
        self.assertEqual(self.sql(query), self.sql(query, db=self.engine))
        query = "SELECT name, value, text FROM params WHERE name = 'lr'"
        self.assertEqual(self.sql(query), self.sql(query, db=self.engine))
        facts = {row[0] for row in self.sql("SELECT name FROM environment")}
        self.assertLessEqual({"cpu", "cores", "memory_bytes", "os", "directory", "python"}, facts)

    def test_each_column_is_filled_or_said_why_not(self) -> None:
        import torch

        import models

        model = models.lenet()
        subprocess.run(["sh", "-c", "git init -q . && touch f && git add f && git -c user.name=n -c user.email=e"
                        " commit -q -m m"], check=True)  # fmt: skip
        try:
            with tracker.start(
                "r", db=self.db, params={"a": True}, tags={"t": "v"}, note="n", group="g", seed=1
            ) as run:
                run.watch(model, torch.zeros(1, 3, 32, 32))
                run.log({"m": 1}, step=1, epoch=1)
                run.epoch(1, {"m": 2})
                run.checkpoint(1, model)
                run.alert("a")
                run.artifact(b"x", "file")
                run.media("m", [{"a": 1}], caption="c")
                run.histogram("h", ([0, 1], [1]), epoch=1)
                with tracker.start("child", db=self.db):
                    raise SystemExit(3)
        except SystemExit:
            pass
        with tracker.start("r", db=self.db, resume=1):
            pass
        for table in (
            "runs", "params", "tags", "environment", "metric_series", "metric_points", "alerts", "layers", "snapshots",
            "tensors", "checkpoints", "histograms", "media", "artifacts",
        ):  # fmt: skip
            columns = [row[1] for row in self.sql(f"PRAGMA table_info({table})")]
            for column in columns:
                filled = self.sql(f"SELECT COUNT({column}) FROM {table}")[0][0] > 0
                reason = UNFILLED.get(table, {}).get(column)
                self.assertTrue(filled or reason, f"the module does not fill {table}.{column}")


if __name__ == "__main__":
    unittest.main()
