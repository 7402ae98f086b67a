"""`import trackerdb as wandb`: the signatures of W&B, and the same numbers as W&B keeps offline."""

from __future__ import annotations

import glob
import inspect
import json
import os
import struct
import subprocess
import unittest
from typing import Any, Dict, Iterator, List, Tuple

from support import FolderCase, needs

import trackerdb

#: Whole scripts, as people write them; each leaves its runs in the order of `init`.
SCRIPTS = {
    "a loop with argparse": """
import argparse, random
parser = argparse.ArgumentParser()
parser.add_argument("--lr", type=float, default=0.1); parser.add_argument("--layers", type=int, default=3)
args = parser.parse_args([])
random.seed(1)
wandb.init(project="demo", name="loop", config=vars(args), tags=["a", "b"], notes="n")
config = wandb.config
for epoch in range(5):
    for batch in range(4):
        wandb.log({"train/loss": random.random() / config.lr, "epoch": epoch})
    wandb.log({"val": {"loss": random.random(), "acc": epoch / 5}}, commit=False)
    wandb.log({"lr": args.lr * 0.9**epoch})
wandb.summary["best"] = 0.5
wandb.finish()
""",
    "steps and commits": """
run = wandb.init(project="demo")
run.log({"a": 1})
run.log({"b": 2}, step=5); run.log({"b": 3, "c": 4}, step=5); run.log({"d": 5})
run.log({"e": 6}); run.log({"e": 7}, commit=False); run.log({"e": 8}, commit=True)
run.log({"f": 9}, step=20, commit=True); run.log({"f": 10})
run.log({"g": float("nan"), "h": float("inf")})
run.log({"last": 11}, commit=False)
run.finish()
""",
    "a sweep in one process": """
for lr in (0.1, 0.01, 0.001):
    run = wandb.init(project="sweep", name=f"lr{lr}", config={"lr": lr, "net": {"width": 3}}, reinit=True, group="g")
    for step in range(3):
        wandb.log({"loss": lr * step})
    run.summary["final"] = lr
    run.finish()
""",
    "with and define_metric": """
with wandb.init(project="demo", config={"a": None, "b": [1, 2], "c": True}) as run:
    run.define_metric("epoch"); run.define_metric("val/*", step_metric="epoch", summary="max")
    for epoch in range(3):
        run.log({"epoch": epoch, "val/acc": epoch / 3, "done": False, "word": "x", "none": None})
""",
    "plots and tables each epoch": """
import numpy as np
wandb.init(project="demo")
for epoch in range(2):
    table = wandb.Table(columns=["id", "word"], data=[[1, "a"], [2, "b"]])
    table.add_data(3, "c")
    wandb.log({"table": table, "histogram": wandb.Histogram(np.arange(10)), "loss": np.float32(epoch),
               "image": wandb.Image(np.zeros((4, 4, 3), dtype=np.uint8), caption="c"),
               "cm": wandb.plot.confusion_matrix(y_true=[0, 1], preds=[0, 1], class_names=["x", "y"]),
               "line": wandb.plot.line_series(xs=[0, 1], ys=[[1, 2]], keys=["k"])})
wandb.finish()
""",
}


def records(path: str) -> Iterator[Any]:
    """The records of an offline run: LevelDB's log of protocol buffers."""
    from wandb.proto import wandb_internal_pb2

    with open(path, "rb") as file:
        data = file.read()
    place, begun = 7, b""
    while place + 7 <= len(data):
        left = 32768 - place % 32768
        if left < 7:
            place += left
            continue
        _, length, kind = struct.unpack("<IHB", data[place : place + 7])
        piece = data[place + 7 : place + 7 + length]
        place += 7 + length
        begun = piece if kind in (1, 2) else begun + piece
        if kind in (1, 4):
            record = wandb_internal_pb2.Record()
            record.ParseFromString(begun)
            yield record


def their_runs(folder: str) -> List[Dict[Tuple[str, int], Any]]:
    """What W&B has kept: of each run the values by key and step."""
    found = []
    for path in sorted(glob.glob(f"{folder}/wandb/offline-run*/*.wandb"), key=os.path.getmtime):
        values = {}
        for record in records(path):
            if record.WhichOneof("record_type") != "history":
                continue
            items = {
                item.key or ".".join(item.nested_key): json.loads(item.value_json)
                for item in record.history.item
            }
            step = items.get("_step", record.history.step.num)
            for key, value in items.items():
                if not key.startswith("_"):
                    for name, leaf in flat(key, value):
                        values[(name, step)] = leaf
        found.append(values)
    return found


def flat(name: str, value: Any) -> Iterator[Tuple[str, Any]]:
    if isinstance(value, dict) and "_type" not in value:
        for key, inner in value.items():
            yield from flat(f"{name}.{key}", inner)
    else:
        yield name, value


class Signatures(unittest.TestCase):
    @needs("wandb")
    def test_signatures_are_w_and_b_s(self) -> None:
        import wandb

        theirs_run = type(wandb.sdk.wandb_run.Run) and wandb.sdk.wandb_run.Run
        pairs = [
            (trackerdb.init, wandb.init),
            (trackerdb.login, wandb.login),
            (trackerdb.finish, wandb.finish),
        ]
        methods = (
            "log watch unwatch save alert finish define_metric log_artifact use_artifact log_model log_code"
            " display to_html status mark_preempting"
        )
        for name in methods.split():
            pairs.append((getattr(trackerdb.WandbRun, name), getattr(theirs_run, name)))
        for name in "log watch save alert define_metric log_artifact use_artifact".split():
            pairs.append((getattr(trackerdb, name), getattr(theirs_run, name)))
        for name in "Histogram Image Table Audio Video Html Artifact Settings Object3D".split():
            pairs.append((getattr(trackerdb, name).__init__, getattr(wandb, name).__init__))
        for (
            name
        ) in "line scatter bar histogram line_series confusion_matrix roc_curve pr_curve plot_table".split():
            pairs.append((getattr(trackerdb.plot, name), getattr(wandb.plot, name)))
        for name in "add_file add_dir add_reference new_file download wait add".split():
            pairs.append((getattr(trackerdb.Artifact, name), getattr(wandb.Artifact, name)))
        for ours, theirs in pairs:
            found = [[facts(p) for p in inspect.signature(f).parameters.values()] for f in (ours, theirs)]
            found[0] = [fact for fact in found[0] if fact[0] != "unknown"]
            self.assertEqual(*found, f"{ours} {theirs}")

    @needs("wandb")
    def test_properties_are_there(self) -> None:
        import wandb

        for name in dir(wandb.sdk.wandb_run.Run):
            if isinstance(inspect.getattr_static(wandb.sdk.wandb_run.Run, name), property) and name[0] != "_":
                with self.subTest(name):
                    self.assertTrue(hasattr(trackerdb.WandbRun, name))


def facts(parameter: inspect.Parameter) -> tuple:
    default = parameter.default
    is_plain = default is None or isinstance(default, (bool, int, float, str, tuple))
    name = parameter.name
    if parameter.kind == parameter.VAR_POSITIONAL or callable(default) or name == "anonymous":
        return (name, parameter.kind)
    if name in ("include_fn", "exclude_fn"):
        return (name, parameter.kind)
    if name == "self":
        return ("self",)
    return (name, parameter.kind, default if is_plain else "…")


class Scripts(FolderCase):
    maxDiff = None

    @needs("wandb", "numpy")
    def test_what_both_keep_is_equal(self) -> None:
        for number, (name, text) in enumerate(SCRIPTS.items()):
            with self.subTest(name):
                theirs_folder, ours_folder = (
                    os.path.join(self.folder, f"{who}{number}") for who in ("w", "t")
                )
                for folder in (theirs_folder, ours_folder):
                    os.mkdir(folder)
                os.chdir(theirs_folder)
                theirs = self.script(
                    "import wandb\n" + text, WANDB_MODE="offline", WANDB_SILENT="true", HOME=self.folder
                )
                self.assertEqual(theirs.returncode, 0, theirs.stderr)
                os.chdir(ours_folder)
                ours = self.script("import trackerdb as wandb\n" + text)
                self.assertEqual((ours.returncode, ours.stderr), (0, ""))
                self.compare(their_runs(theirs_folder), os.path.join(ours_folder, "tracker.db"))

    def compare(self, theirs: List[Dict[Tuple[str, int], Any]], db: str) -> None:
        self.assertEqual(len(theirs), self.sql("SELECT COUNT(*) FROM runs", db=db)[0][0])
        for run, values in enumerate(theirs, start=1):
            # What W&B says of media stands under their names, and its charts have tables beside them.
            objects = {(name.rpartition(".")[0], step) for name, step in values if name.endswith("._type")}
            values = {
                (name, step): value
                for (name, step), value in values.items()
                if (name.partition(".")[0], step) not in objects
                and not name.partition(".")[0].endswith("_table")
            }
            values.update(((name.replace("_table", ""), step), "object") for name, step in objects)
            numbers = {
                key: value
                for key, value in values.items()
                if isinstance(value, (int, float)) and not isinstance(value, bool)
            }
            ours = {
                (name, step): float("nan") if value is None else value
                for name, step, value in self.sql(
                    "SELECT name, step, value FROM metrics WHERE run_id = ?", run, db=db
                )
            }
            texts = [{key: repr(float(value)) for key, value in one.items()} for one in (ours, numbers)]
            self.assertEqual(*texts)
            others = {(name, step) for name, step in set(values) - set(numbers)}
            kept = {
                (name, step)
                for name, step in self.sql(
                    "SELECT name, step FROM media WHERE run_id = ?1"
                    " UNION SELECT layer, step FROM histograms WHERE run_id = ?1", run, db=db
                )
            }  # fmt: skip
            self.assertEqual(others, kept)
        self.assertHealthy(db)

    def told(self, text: str, **variables: str) -> subprocess.CompletedProcess:
        found = self.script("import trackerdb as wandb, os, sys\n" + text, **variables)
        self.assertEqual(found.returncode, 0, found.stderr)
        return found

    def test_what_a_run_is_in_the_file(self) -> None:
        self.told(
            """
run = wandb.init(project="p", name="n", notes="why", tags=["x"], group="g", job_type="train", id="abc",
                 config={"lr": 0.1, "net": {"width": 3}}, entity="e")
wandb.config.batch = 32; wandb.config["seed"] = 1; wandb.config.update({"lr": 0.2}); wandb.config.setdefaults({"lr": 9, "new": 1})
assert (wandb.config.lr, wandb.config["batch"], "seed" in wandb.config, wandb.config.get("q", 5)) == (0.2, 32, True, 5)
wandb.run.summary["best"] = 1; wandb.run.summary["best"] = 2; wandb.run.summary.update({"deep": {"a": 1}})
assert run.id == "abc" and run.name == "n" and run.project == "p" and run.url and wandb.run is run
run.name = "renamed"
wandb.alert(title="T", text="text", level=wandb.AlertLevel.ERROR); wandb.alert(title="T", text="again soon")
"""
        )
        row = self.dicts(
            "SELECT run.*, experiment.name AS e FROM runs AS run JOIN experiments AS experiment ON experiment.id = experiment_id"
        )[0]
        self.assertEqual(
            (row["name"], row["e"], row["note"], row["group_name"], row["status"], row["exit_code"]),
            ("renamed", "p", "why", "g", "finished", 0),
        )
        self.assertEqual(
            dict(self.sql("SELECT name, value FROM params")),
            {
                "lr": 0.2,
                "net.width": 3,
                "batch": 32,
                "seed": 1,
                "new": 1,
                "summary.best": 2,
                "summary.deep.a": 1,
            },
        )
        self.assertEqual(self.sql("SELECT name, value FROM tags"), [("job_type", "train"), ("x", "")])
        self.assertEqual(self.sql("SELECT level, message FROM alerts"), [("error", "T: text")])

    def test_steps_that_go_back_are_kept_and_said_once(self) -> None:
        found = self.told(
            "wandb.init()\nfor step in (5, 3, 2, 6): wandb.log({'a': step}, step=step)\nwandb.finish()"
        )
        self.assertEqual(self.sql("SELECT step, value FROM metrics"), [(step, step) for step in (2, 3, 5, 6)])
        self.assertEqual(found.stderr.count("go back"), 1)

    def test_nothing_stops_the_training(self) -> None:
        found = self.told(
            """
wandb.log({"before": 1})
run = wandb.init(unknown_word=1, config="file.yaml")
for _ in range(3):
    wandb.log({"a": object(), "": 1, "good": 1}); run.log("text"); run.log({"x": 1}, step="three")
    run.save("/nowhere/*"); run.log_artifact("/nowhere/file"); run.watch("model")
wandb.finish(); wandb.finish()
run.log({"late": 1}); run.log({"late": 2}); run.config.update({"late": 1}); run.summary["late"] = 1; run.alert("late", "x")
"""
        )
        lines = found.stderr.splitlines()
        self.assertEqual(len(lines), len(set(lines)), found.stderr)
        self.assertEqual(len([line for line in lines if "has ended" in line]), 1)
        self.assertIn("unknown_word", found.stderr)
        self.assertEqual(self.sql("SELECT count FROM metric_series WHERE name = 'good'"), [(3,)])
        self.assertEqual(self.sql("SELECT COUNT(*) FROM metric_series WHERE name = 'late'"), [(0,)])

    def test_how_init_treats_an_open_run(self) -> None:
        self.told(
            """
a = wandb.init(name="a"); assert wandb.init(name="b") is a
c = wandb.init(name="c", reinit=True); assert not a._is_open
d = wandb.init(name="d", reinit="create_new"); assert c._is_open
assert wandb.init(name="e", reinit="return_previous") is d
f = wandb.init(name="f", reinit="finish_previous"); assert not d._is_open and c._is_open
"""
        )
        self.assertEqual(
            self.sql("SELECT name, status FROM runs ORDER BY id"), [(name, "finished") for name in "acdf"]
        )

    def test_resume_by_id_disabled_and_exit_codes(self) -> None:
        self.told("wandb.init(id='one'); wandb.log({'a': 1}); wandb.log({'a': 2})")
        self.told(
            "run = wandb.init(id='one', resume='allow'); assert run.resumed and run.step == 2\nwandb.log({'a': 3})"
        )
        self.assertEqual(self.sql("SELECT step, value FROM metrics"), [(0, 1), (1, 2), (2, 3)])
        self.told("wandb.init(name='off', mode='disabled'); wandb.log({'a': 1}); wandb.finish()")
        self.told("wandb.init(name='off'); wandb.log({'a': 1})", WANDB_MODE="disabled")
        self.told("wandb.init(name='bad'); wandb.finish(exit_code=3)")
        self.assertEqual(
            self.sql("SELECT name, status, exit_code FROM runs ORDER BY id"),
            [("one", "finished", 0), ("bad", "failed", 3)],
        )

    def test_files_and_artifacts(self) -> None:
        self.told(
            """
run = wandb.init(name="maker")
with open("weights.bin", "wb") as file: file.write(b"first")
wandb.save("weights.bin")
with open(os.path.join(run.dir, "inside.txt"), "w") as file: file.write("in the folder")
artifact = wandb.Artifact("model", type="model", metadata={"a": 1})
artifact.add_file("weights.bin"); artifact.add_reference("s3://bucket/x", name="far")
with artifact.new_file("notes.txt") as file: file.write("hello")
run.log_artifact(artifact)
with open("weights.bin", "wb") as file: file.write(b"last")
"""
        )
        self.told(
            """
run = wandb.init(name="user")
folder = run.use_artifact("entity/project/model:latest").download()
print(sorted(os.listdir(folder)), open(os.path.join(folder, "notes.txt")).read())
"""
        )
        reader = trackerdb.open(self.db)
        self.assertEqual(reader.artifact("maker", "weights.bin"), b"last")
        self.assertEqual(reader.artifact("maker", "inside.txt"), b"in the folder")
        self.assertEqual(reader.artifact("maker", "model/weights.bin"), b"first")
        self.assertEqual(
            self.sql("SELECT source_uri FROM artifacts WHERE name = 'model/far'"), [("s3://bucket/x",)]
        )
        self.assertHealthy()

    @needs("torch")
    def test_watch_keeps_histograms_at_steps(self) -> None:
        self.told(
            """
import torch
model = torch.nn.Sequential(torch.nn.Linear(4, 3), torch.nn.ReLU(), torch.nn.Linear(3, 1))
optimizer = torch.optim.SGD(model.parameters(), 0.1)
wandb.init(); wandb.watch(model, log="all", log_freq=2)
for step in range(5):
    loss = model(torch.randn(8, 4)).square().mean(); optimizer.zero_grad(); loss.backward(); optimizer.step()
    wandb.log({"loss": loss})
"""
        )
        self.assertEqual(
            self.sql("SELECT quantity, COUNT(DISTINCT step), COUNT(*) FROM histograms GROUP BY quantity"),
            [("gradient", 3, 6), ("weight", 3, 6)],
        )
        self.assertEqual(self.sql("SELECT name FROM layers"), [("0",), ("1",), ("2",)])

    @needs("torch", "tensorboard")
    def test_sync_tensorboard_keeps_what_its_writers_are_told(self) -> None:
        self.told(
            """
import torch
from torch.utils.tensorboard import SummaryWriter
before = SummaryWriter.add_scalar
wandb.init(project="cleanRL", sync_tensorboard=True, config={"seed": 1}, name="ppo", monitor_gym=True, save_code=True)
writer = SummaryWriter("runs/ppo")
writer.add_text("hyperparameters", "|a|b|")
for step in range(0, 300, 100):
    writer.add_scalar("charts/episodic_return", step / 2, step); writer.add_scalar("losses/value_loss", torch.tensor(0.5), step)
writer.close(); wandb.finish()
assert SummaryWriter.add_scalar is before
try:
    with wandb.init(name="failed", sync_tensorboard=True): raise ValueError("odd")
except ValueError: pass
assert SummaryWriter.add_scalar is before
"""
        )
        self.assertEqual(
            self.sql("SELECT name, step, value FROM metrics ORDER BY name, step"),
            [("charts/episodic_return", step, step / 2) for step in (0, 100, 200)]
            + [("losses/value_loss", step, 0.5) for step in (0, 100, 200)],
        )
        self.assertEqual(self.sql("SELECT name, text FROM media"), [("hyperparameters", "|a|b|")])


if __name__ == "__main__":
    unittest.main()
