"""Whole scripts for W&B, as people write them: what both keep is equal."""

from __future__ import annotations

import glob
import json
import math
import os
import struct
import tempfile
import unittest
from typing import Any, Dict, Iterator, List, Tuple

from support import FolderCase, needs
from wandb_examples import EXAMPLES
from wandb_scripts import PPO, SCRIPTS, WATCH


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


class Scripts(FolderCase):
    maxDiff = None

    @needs("wandb", "numpy", "pandas", "PIL", "torch")
    def test_what_both_keep_is_equal(self) -> None:
        for name, text in {**SCRIPTS, **EXAMPLES}.items():
            with self.subTest(name):
                theirs, db = self.both(text)
                self.compare(theirs, db)

    @needs("wandb", "torch", "tensorboard")
    def test_what_tensorboard_s_writer_is_told_is_equal(self) -> None:
        theirs, db = self.both(PPO)
        # W&B counts rows as steps, and keeps the writer's step beside them; the writer knows float32 alone.
        steps = {step: value for (name, step), value in theirs[0].items() if name == "global_step"}
        expected = {
            (name, steps[step]): value for (name, step), value in theirs[0].items() if name != "global_step"
        }
        ours = {
            (name, step): value
            for name, step, value in self.sql("SELECT name, step, value FROM metrics", db=db)
        }
        self.assertEqual(set(ours), set(expected))
        for key, value in expected.items():
            if math.isnan(value):
                self.assertIsNone(ours[key])
            else:
                self.assertAlmostEqual(ours[key], value, delta=1e-6 * abs(value))

    @needs("wandb", "torch")
    def test_watched_models_are_looked_at_in_the_same_steps(self) -> None:
        theirs, db = self.both(WATCH)
        words = {"gradients": "gradient", "parameters": "weight"}
        expected = set()
        for name, step in theirs[0]:
            kind, _, parameter = name.partition("/")
            if kind in words and parameter.endswith(".weight._type"):
                expected.add((words[kind], parameter.partition(".")[0], step))
        self.assertEqual({step for _, _, step in expected}, {0, 32, 72})
        self.assertEqual(set(self.sql("SELECT quantity, layer, step FROM histograms", db=db)), expected)

    def both(self, text: str) -> Tuple[List[Dict[Tuple[str, int], Any]], str]:
        """Runs a script under W&B and under ours; returns what W&B has kept, and our file."""
        folders = [os.path.realpath(tempfile.mkdtemp(dir=self.folder)) for _ in range(2)]
        os.chdir(folders[0])
        theirs = self.script(
            "import wandb\n" + text,
            WANDB_MODE="offline",
            WANDB_SILENT="true",
            WANDB_X_SERVICE_WAIT="300",
            HOME=self.folder,
        )
        self.assertEqual(theirs.returncode, 0, theirs.stderr)
        os.chdir(folders[1])
        ours = self.script("import trackerdb as wandb\n" + text)
        # What W&B wants to be asked for, by `allow_val_change`, is noted here.
        remarks = [
            line for line in ours.stderr.splitlines() if not line.endswith("another value for epochs.")
        ]
        self.assertEqual((ours.returncode, remarks), (0, []))
        self.assertEqual(ours.stdout, theirs.stdout)
        return their_runs(folders[0]), os.path.join(folders[1], "tracker.db")

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
                    "SELECT name, step FROM media WHERE run_id = ?"
                    " UNION SELECT layer, step FROM histograms WHERE run_id = ?", run, run, db=db
                )
            }  # fmt: skip
            self.assertEqual(others, kept)
        self.assertHealthy(db)


if __name__ == "__main__":
    unittest.main()
