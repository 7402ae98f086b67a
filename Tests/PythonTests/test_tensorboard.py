"""`SummaryWriter`: the signatures of torch's, and the same numbers in the file."""

from __future__ import annotations

import glob
import inspect
import json
import math
import os
import struct
import unittest

from support import FolderCase, needs
from tensorboard_scripts import SCRIPTS

import trackerdb
from trackerdb import SummaryWriter


def told(writer: object) -> None:
    """What a script tells a writer."""
    import numpy
    import torch

    generator = numpy.random.default_rng(1)
    writer.add_scalar("loss", 0.5, 1, walltime=1_700_000_000.25)  # type: ignore[attr-defined]
    for step in range(5):
        writer.add_scalar("acc", torch.tensor(step / 8), step)  # type: ignore[attr-defined]
        writer.add_scalar("np", numpy.float32(step), numpy.int64(step))  # type: ignore[attr-defined]
    writer.add_scalar("odd", math.nan, 1)  # type: ignore[attr-defined]
    writer.add_scalar("odd", math.inf, 2)  # type: ignore[attr-defined]
    writer.add_histogram("usual", generator.normal(size=1000), 3)  # type: ignore[attr-defined]
    writer.add_histogram("edges", torch.arange(10.0), 3, bins=[0.0, 2.0, 5.0, 9.0])  # type: ignore[attr-defined]
    writer.add_text("text", "hello", 2)  # type: ignore[attr-defined]
    writer.add_image("image", torch.zeros(3, 4, 5), 1)  # type: ignore[attr-defined]
    writer.add_images("images", torch.zeros(2, 3, 4, 5), 1)  # type: ignore[attr-defined]
    writer.add_image("hw", numpy.zeros((4, 5), numpy.uint8), 1, dataformats="HW")  # type: ignore[attr-defined]
    writer.add_audio("sound", torch.zeros(1, 100), 1, sample_rate=8000)  # type: ignore[attr-defined]
    writer.flush()  # type: ignore[attr-defined]


class Writers(FolderCase):
    def setUp(self) -> None:
        super().setUp()
        os.environ["TRACKER_DB"] = self.db
        self.addCleanup(os.environ.pop, "TRACKER_DB")

    @needs("torch", "tensorboard")
    def test_the_signatures_are_torch_s(self) -> None:
        from torch.utils.tensorboard import SummaryWriter as Theirs

        for name in ["__init__", *(name for name in dir(Theirs) if not name.startswith("_"))]:
            ours, theirs = (inspect.signature(getattr(kind, name)) for kind in (SummaryWriter, Theirs))
            facts = [[(p.name, p.kind, p.default) for p in one.parameters.values()] for one in (ours, theirs)]
            self.assertEqual(*facts, name)

    @needs("torch", "tensorboard", "numpy")
    def test_what_both_keep_is_equal(self) -> None:
        from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
        from torch.utils.tensorboard import SummaryWriter as Theirs

        for make in (SummaryWriter, Theirs):
            writer = make("runs/a")
            told(writer)
            writer.close()
        events = EventAccumulator("runs/a", size_guidance={"scalars": 0, "histograms": 0, "images": 0})
        events.Reload()
        for name in events.Tags()["scalars"]:
            theirs = [(event.step, event.value) for event in events.Scalars(name)]
            ours = [(step, math.nan if v is None else v) for step, v in
                    self.sql("SELECT step, value FROM metrics WHERE name = ? ORDER BY step", name)]  # fmt: skip
            self.assertEqual(repr(ours), repr(theirs), name)
        self.assertEqual(
            self.sql("SELECT recorded_at FROM metrics WHERE name = 'loss'"), [(1_700_000_000_250,)]
        )
        for name in ("usual", "edges"):
            event = events.Histograms(name)[0]
            row = self.dicts("SELECT * FROM histograms WHERE layer = ?", name)[0]
            value = event.histogram_value
            edges, counts = json.loads(row["edges"]), json.loads(row["counts"])
            pairs = [(limit, count) for limit, count in zip(value.bucket_limit, value.bucket) if count]
            ours = [(limit, count) for limit, count in zip(edges[1:], counts) if count]
            self.assertEqual(len(pairs), len(ours))
            for (a, m), (b, n) in zip(pairs, ours):
                self.assertAlmostEqual(a, b, delta=1e-12 * abs(a))
                self.assertEqual(m, n)
            self.assertEqual((row["step"], row["count"]), (event.step, value.num))
            self.assertAlmostEqual(row["mean"], value.sum / value.num)
        self.assertEqual(
            self.sql("SELECT name, step, COUNT(*), kind, media_type FROM media GROUP BY name ORDER BY name"),
            [
                ("hw", 1, 1, "image", "image/png"),
                ("image", 1, 1, "image", "image/png"),
                ("images", 1, 2, "image", "image/png"),
                ("sound", 1, 1, "audio", "audio/wav"),
                ("text", 2, 1, "text", None),
            ],
        )
        self.assertHealthy()

    @needs("torch", "tensorboard", "numpy")
    def test_whole_scripts_keep_what_torch_s_writer_keeps(self) -> None:
        for number, (name, text) in enumerate(SCRIPTS.items()):
            with self.subTest(name):
                folder, db = f"theirs{number}", os.path.join(self.folder, f"ours{number}.db")
                os.mkdir(folder)
                os.chdir(folder)
                theirs = self.script(
                    "import torch\nfrom torch.utils.tensorboard import SummaryWriter\n" + text
                )
                os.chdir(self.folder)
                self.assertEqual(theirs.returncode, 0, theirs.stderr)
                ours = self.script(
                    "import torch\nfrom trackerdb import SummaryWriter\n" + text, TRACKER_DB=db
                )
                self.assertEqual((ours.returncode, ours.stderr), (0, ""))
                kept = self.kept(db)
                self.assertEqual(kept, self.their_events(folder))
                self.assertGreater(len(kept), 4)
                self.assertHealthy(db)

    def kept(self, db: str) -> set:
        """What the file holds: of each kind the names, steps and numbers."""
        found = set()
        for name, step, value in self.sql("SELECT name, step, value FROM metrics", db=db):
            found.add(("scalar", name, step, struct.pack("f", math.nan if value is None else value)))
        for name, step, counts in self.sql("SELECT layer, step, counts FROM histograms", db=db):
            found.add(("histogram", name, step, tuple(count for count in json.loads(counts) if count)))
        for kind, name, step in self.sql("SELECT kind, name, step FROM media", db=db):
            found.add((kind, name, step))
        return found

    def their_events(self, folder: str) -> set:
        """What the event files below a folder hold, under the names that ours have for it."""
        from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

        found = set()
        files = glob.glob(f"{folder}/**/events.*", recursive=True)
        for path in {os.path.dirname(file) for file in files}:
            events = EventAccumulator(
                path, size_guidance={kind: 0 for kind in ("scalars", "histograms", "images", "tensors")}
            )
            events.Reload()
            tags, place = events.Tags(), os.path.basename(path)
            prefix = f"{place}/" if place in ("train", "val") else ""
            for tag in tags["scalars"]:
                # Several scalars of a call are files of their own there, in the folder `loss_train`.
                name = tag + place[len(tag) :].replace("_", "/", 1) if place.startswith(f"{tag}_") else tag
                for event in events.Scalars(tag):
                    found.add(("scalar", prefix + name, event.step, struct.pack("f", event.value)))
            for tag in tags["histograms"]:
                for event in events.Histograms(tag):
                    counts = tuple(int(count) for count in event.histogram_value.bucket if count)
                    found.add(("histogram", prefix + tag, event.step, counts))
            for tag in tags["images"]:
                found |= {("image", prefix + tag, event.step) for event in events.Images(tag)}
            for tag in tags["tensors"]:
                if tag.endswith("/text_summary"):
                    name = tag[: -len("/text_summary")]
                    found |= {("text", prefix + name, event.step) for event in events.Tensors(tag)}
        return found

    def test_writers_that_share_a_parent_folder_are_one_run(self) -> None:
        train, val = SummaryWriter("runs/x/train"), SummaryWriter("runs/x/val")
        train.add_scalar("loss", 1, 1)
        val.add_scalar("loss", 2, 1)
        train.close()
        val.close()
        alone = SummaryWriter("runs/alone")
        alone.add_scalar("loss", 3, 1)
        alone.close()
        self.assertEqual(
            self.sql("SELECT run.name, status, s.name, last_value FROM runs AS run JOIN metric_series AS s"
                     " ON s.run_id = run.id ORDER BY s.id"),
            [("x", "finished", "train/loss", 1), ("x", "finished", "val/loss", 2), ("alone", "finished", "loss", 3)],
        )  # fmt: skip

    def test_a_second_writer_that_comes_late_joins_the_first(self) -> None:
        first = SummaryWriter("logs/y/actor")
        first.add_scalar("loss", 1, 1)
        first.flush()
        with SummaryWriter("logs/y/critic") as second:
            second.add_scalar("loss", 2, 1)
            first.add_scalar("loss", 3, 2)
        first.close()
        self.assertEqual(self.sql("SELECT name FROM runs"), [("y",)])
        self.assertEqual(
            self.sql("SELECT name, step, value FROM metrics ORDER BY name, step"),
            [("actor/loss", 1, 1), ("actor/loss", 2, 3), ("critic/loss", 1, 2)],
        )
        self.assertHealthy()

    def test_a_call_without_a_step_is_step_0_with_repeats(self) -> None:
        with SummaryWriter("runs/a") as writer:
            for value in (1, 2, 3):
                writer.add_scalar("a", value)
        self.assertEqual(
            self.sql("SELECT step, repeat, value FROM metrics"), [(0, 0, 1), (0, 1, 2), (0, 2, 3)]
        )

    def test_purge_step_drops_what_an_earlier_process_wrote(self) -> None:
        text = """
            from trackerdb import SummaryWriter
            import sys
            with SummaryWriter("runs/a", purge_step=int(sys.argv[1]) if sys.argv[1:] else None) as writer:
                start = int(sys.argv[1]) if sys.argv[1:] else 0
                for step in range(start, start + 5): writer.add_scalar("a", start, step)
        """
        for words in ((), ("3",)):
            self.assertEqual(self.script(text, *words, TRACKER_DB=self.db).stderr, "")
        self.assertEqual(self.sql("SELECT COUNT(*) FROM runs"), [(1,)])
        self.assertEqual(
            self.sql("SELECT step, value FROM metrics"),
            [(0, 0), (1, 0), (2, 0), (3, 3), (4, 3), (5, 3), (6, 3), (7, 3)],
        )
        self.assertHealthy()

    def test_several_scalars_settings_and_raw_histograms(self) -> None:
        with SummaryWriter("runs/a") as writer:
            writer.add_scalars("loss", {"train": 1, "val": 2}, 7)
            writer.add_hparams({"lr": 0.1, "net": "small", "flag": True}, {"hp/acc": 0.5})
            writer.add_histogram_raw("raw", 0.5, 2.5, 4, 6.0, 10.5, [1.0, 2.0, 3.0], [1, 2, 1], 3)
        self.assertEqual(
            self.sql("SELECT name, step, value FROM metrics ORDER BY name"),
            [("hp/acc", 0, 0.5), ("loss/train", 7, 1), ("loss/val", 7, 2)],
        )
        self.assertEqual(
            self.sql("SELECT name, value, text FROM params"),
            [("flag", 1, "true"), ("lr", 0.1, None), ("net", "small", None)],
        )
        self.assertEqual(
            self.sql("SELECT edges, counts, mean, min, max FROM histograms"),
            [("[0.5,1.0,2.0,3.0]", "[1,2,1]", 1.5, 0.5, 2.5)],
        )

    def test_nothing_stops_the_training_and_each_thing_is_said_once(self) -> None:
        found = self.script(
            """
            from trackerdb import SummaryWriter
            writer = SummaryWriter("runs/a")
            for step in range(3):
                writer.add_scalar("a", "text", step); writer.add_scalar("", 1, step); writer.add_scalar("b", 1, 2.5)
                writer.add_scalar("late", 1, step, walltime=1e300); writer.add_text("t", "x", walltime=float("nan"))
                writer.add_embedding([[1]]); writer.add_custom_scalars({}); writer.add_image("i", [1, 2])
                writer.add_scalar("good", step, step)
            writer.add_pr_curve("p", [1], [0.5]); writer.add_mesh("m", [[[1, 2, 3]]]); writer.add_graph(None)
            writer.flush(); writer.flush(); writer.close(); writer.close()
            """,
            TRACKER_DB=self.db,
        )
        self.assertEqual(found.returncode, 0, found.stderr)
        for word in ("add_embedding", "add_pr_curve", "add_mesh", "a graph without input_to_model"):
            self.assertIn(f"trackerdb: {word} is not kept.\n", found.stderr)
        lines = found.stderr.splitlines()
        self.assertEqual(len(lines), len(set(lines)))
        self.assertEqual(self.sql("SELECT name, count FROM metric_series"), [("good", 3)])

    def test_other_settings_are_a_run_of_their_own(self) -> None:
        found = self.script(
            """
            from trackerdb import SummaryWriter
            with SummaryWriter("runs/a") as writer:
                writer.add_scalar("loss", 1, 0)
                for number in range(3):
                    writer.add_hparams({"lr": 0.1 * number}, {"accuracy": number})
                    writer.add_hparams({"lr": 0.0}, {"loss": number})
            """,
            TRACKER_DB=self.db,
        )
        self.assertEqual((found.returncode, found.stderr), (0, ""))
        self.assertEqual(
            self.sql(
                "SELECT run.id, parent_run_id, status, value, accuracy.last_value FROM runs AS run"
                " JOIN params ON params.run_id = run.id JOIN metric_series AS accuracy"
                " ON accuracy.run_id = run.id AND accuracy.name = 'accuracy' ORDER BY run.id"
            ),
            [(1, None, "finished", 0.0, 0.0), (2, 1, "finished", 0.1, 1.0), (3, 1, "finished", 0.2, 2.0)],
        )

    def test_children_have_names_of_their_own_and_the_experiment_of_their_run(self) -> None:
        trackerdb.start("launcher", db=self.db, experiment="vision").finish()
        self.written("INSERT INTO runs (id, name, owner, experiment_id) VALUES (7, 'made', 'token', 2)")
        found = self.script(
            """
            from trackerdb import SummaryWriter
            for _ in range(2):
                writer = SummaryWriter("runs/a")
                for lr in (1, 2, 3):
                    writer.add_hparams({"lr": lr}, {"accuracy": 0.5}, run_name="best" if lr == 3 else None)
                writer.close()
            """,
            TRACKER_DB=self.db, TRACKER_RUN_ID="7", TRACKER_RUN_OWNER="token", TRACKER_RUN_GIVEN="name",
        )  # fmt: skip
        self.assertEqual((found.returncode, found.stderr), (0, ""))
        self.assertEqual(
            self.sql(
                "SELECT run.name, experiment.name, parent_run_id FROM runs AS run JOIN experiments AS experiment"
                " ON experiment.id = run.experiment_id WHERE run.id >= 7 ORDER BY run.id"
            ),
            [
                ("made", "vision", None),
                ("made-2", "vision", 7),
                ("best", "vision", 7),
                ("made-4", "vision", 7),
                ("best", "vision", 7),
            ],
        )

    def test_a_writer_that_is_closed_opens_again(self) -> None:
        found = self.script(
            """
            from trackerdb import SummaryWriter
            writer = SummaryWriter("runs/a")
            for epoch in range(3):
                writer.add_scalar("loss", epoch, epoch)
                writer.close()
            for epoch in range(3):
                for part in ("train", "val"):
                    with SummaryWriter(f"runs/x/{part}") as writer:
                        writer.add_scalar("loss", epoch, epoch)
            for name in ("b", "c"):
                with SummaryWriter("runs/" + name) as writer:
                    writer.add_scalar("loss", 1, 0)
            """,
            TRACKER_DB=self.db,
        )
        self.assertEqual((found.returncode, found.stderr), (0, ""))
        self.assertEqual(
            self.sql(
                "SELECT run.name, status, series.name, count FROM runs AS run JOIN metric_series AS series"
                " ON series.run_id = run.id ORDER BY run.id, series.name"
            ),
            [("a", "finished", "loss", 3), ("x", "finished", "train/loss", 3), ("x", "finished", "val/loss", 3),
             ("b", "finished", "loss", 1), ("c", "finished", "loss", 1)],
        )  # fmt: skip

    def test_a_writer_of_a_forked_child_has_a_run_of_its_own(self) -> None:
        found = self.script(
            """
            import multiprocessing as mp
            from trackerdb import SummaryWriter
            def work(number):
                with SummaryWriter(f"runs/w{number}") as mine:
                    mine.add_scalar("x", number, 0)
            writer = SummaryWriter("runs/main")
            writer.add_scalar("y", 1, 0)
            for number in range(2):
                process = mp.get_context("fork").Process(target=work, args=(number,))
                process.start()
                process.join()
            writer.add_scalar("y", 2, 1)
            """,
            TRACKER_DB=self.db,
        )
        self.assertEqual((found.returncode, found.stderr), (0, ""))
        self.assertEqual(
            self.sql(
                "SELECT run.name, series.name, count FROM runs AS run JOIN metric_series AS series"
                " ON series.run_id = run.id ORDER BY run.id"
            ),
            [("main", "y", 2), ("w0", "x", 1), ("w1", "x", 1)],
        )

    @needs("torch")
    def test_add_graph_is_the_layer_table(self) -> None:
        import torch

        import models

        with SummaryWriter("runs/a") as writer:
            writer.add_graph(models.lenet(), torch.zeros(1, 3, 32, 32))
        self.assertEqual(self.sql("SELECT SUM(macs) FROM layers"), [(651_720,)])

    def test_the_folder_is_there_and_holds_nothing(self) -> None:
        with SummaryWriter("runs/a") as writer:
            writer.add_scalar("a", 1)
            self.assertEqual(writer.get_logdir(), "runs/a")
        self.assertEqual(glob.glob("runs/**", recursive=True), ["runs/", "runs/a"])
        with SummaryWriter() as writer:
            self.assertTrue(writer.log_dir.startswith("runs/"))


if __name__ == "__main__":
    unittest.main()
