"""A training that was killed goes on to the same bits."""

from __future__ import annotations

import collections
import contextlib
import math
import os
import random
import signal
import subprocess
import sys
import time
import unittest
from typing import Iterator, List

from support import VARIABLES, FolderCase, needs

import trackerdb as tracker

try:
    import torch
    from torch import nn
except ImportError:
    torch = None  # type: ignore[assignment]

#: A training with everything that has a state: momentum, schedule, dropout, shuffling, three generators.
TRAINING = """
import hashlib, os, random, sys, torch, trackerdb as tracker
from torch import nn
try: import numpy
except ImportError: numpy = None
torch.set_num_threads(1)
db, epochs, resumes = sys.argv[1], int(sys.argv[2]), sys.argv[3] == "resume"
torch.manual_seed(1); random.seed(2)
if numpy: numpy.random.seed(3)
model = nn.Sequential(nn.Linear(10, 16), nn.Dropout(0.3), nn.BatchNorm1d(16), nn.ReLU(), nn.Linear(16, 2))
optimizer = torch.optim.AdamW(model.parameters(), lr=0.01, amsgrad=True)
scheduler = torch.optim.lr_scheduler.MultiStepLR(optimizer, [2, 4])
data = torch.utils.data.TensorDataset(torch.randn(64, 10), torch.randn(64, 2))
loader = torch.utils.data.DataLoader(data, batch_size=8, shuffle=True)
exists = os.path.exists(db) and tracker.open(db).runs()
run = tracker.start("r", db=db, resume="latest" if resumes and exists else None)
back = run.restore(model, optimizer, scheduler) if resumes else None
run.watch(model, torch.zeros(1, 10))
print("ready", flush=True)
for epoch in range((back["epoch"] if back else 0) + 1, epochs + 1):
    for x, y in loader:
        noise = random.random() + (numpy.random.rand() if numpy else 0)
        loss = (model(x + noise) - y).square().mean()
        optimizer.zero_grad(); loss.backward(); optimizer.step()
        run.log({"train/step_loss": loss})
    scheduler.step()
    run.epoch(epoch, {"train/loss": loss})
    run.checkpoint(epoch, model, optimizer, scheduler, best=float("inf"), history=[1, (2, None)])
run.finish()
print(hashlib.sha256(b"".join(value.numpy().tobytes() for value in model.state_dict().values())).hexdigest())
"""


#: Imports what takes long once, and then runs a training in a process of its own for each line of arguments.
FORKING = """
import os, sys, random, traceback, numpy, torch, torch.utils.flop_counter, trackerdb
torch.optim.AdamW([torch.zeros(1)])  # imports most of all
with open(sys.argv[1]) as file: training = compile(file.read(), sys.argv[1], "exec")
for line in sys.stdin:
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            sys.argv[1:] = line.split()
            exec(training, {"__name__": "__main__"})
            code = 0
        except BaseException: traceback.print_exc()
        finally:
            sys.stdout.flush(); os._exit(code)
    print("begun", pid, flush=True)
    print("ended", os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)
"""


@needs("torch", "numpy")
class Resuming(FolderCase):
    #: Moments at which the training is killed.
    moments = 50 if os.environ.get("TRACKER_TESTS") == "all" else 3

    def setUp(self) -> None:
        super().setUp()
        self.errors = open("errors.txt", "w+")
        self.forking = subprocess.Popen(
            [sys.executable, self.file(FORKING), self.file(TRAINING)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.errors,
            text=True,
            env=VARIABLES,
        )
        self.addCleanup(self.errors.close)
        self.addCleanup(self.forking.communicate)

    def lines(self, *words: str) -> Iterator[List[str]]:
        """Starts a training; yields what it says, to its end."""
        assert self.forking.stdin and self.forking.stdout
        self.forking.stdin.write(" ".join(words) + "\n")
        self.forking.stdin.flush()
        for line in self.forking.stdout:
            yield line.split()
            if line.startswith("ended"):
                return

    def trained(self, *words: str) -> str:
        """The bits at the end of a training."""
        said = list(self.lines(*words))
        with open("errors.txt") as errors:
            self.assertEqual(said[-1], ["ended", "0"], errors.read())
        return next(words[0] for words in said if len(words[0]) == 64)

    def killed(self, seconds: float, *words: str) -> None:
        """Kills a training some time after it is ready."""
        pid, is_ready = 0, False
        for said in self.lines(*words):
            pid = int(said[1]) if said[0] == "begun" else pid
            is_ready |= said[0] == "ready"
            if pid and is_ready:
                time.sleep(seconds)
                is_ready = False
                with contextlib.suppress(ProcessLookupError):  # It may have ended by itself.
                    os.kill(pid, signal.SIGKILL)

    def test_a_killed_training_ends_in_the_same_bits(self) -> None:
        whole, epochs = os.path.join(self.folder, "whole.db"), "25"
        expected = self.trained(whole, epochs, "start")
        generator = random.Random(23)
        for _ in range(self.moments):
            self.killed(generator.uniform(0.0, 0.3), self.db, epochs, "resume")
            self.assertEqual(self.sql("PRAGMA integrity_check"), [("ok",)])
            if self.sql("SELECT status FROM runs ORDER BY id DESC LIMIT 1") == [("finished",)]:
                self.compare(whole, expected, epochs)
        self.compare(whole, expected, epochs)

    def compare(self, whole: str, bits: str, epochs: str) -> None:
        """Lets the training end; it has kept what one that nobody killed keeps."""
        self.assertEqual(self.trained(self.db, epochs, "resume"), bits)
        self.assertHealthy()
        query = """
            SELECT name, step, epoch, value, repeat FROM metrics
            WHERE run_id = (SELECT MAX(id) FROM runs) ORDER BY name, step
        """
        self.assertEqual(self.sql(query), self.sql(query, db=whole))
        query = (
            "SELECT epoch, step, kind FROM snapshots WHERE run_id = (SELECT MAX(id) FROM runs) ORDER BY 1, 3"
        )
        self.assertEqual(self.sql(query), self.sql(query, db=whole))
        for name in os.listdir("."):
            if name.startswith("tracker.db"):
                os.remove(name)


@needs("torch")
class Checkpoints(FolderCase):
    def test_values_come_back_as_they_were(self) -> None:
        model = nn.Linear(2, 2)
        extra = {
            "numbers": [1, 2.5, math.inf, -0.0, 2**70],
            "tuple": (1, (2, "x")),
            "mapping": {1: "a", "!": 2, None: True, (1, 2): 3},
            "counter": collections.Counter({3: 1}),
            "ordered": collections.OrderedDict(b=1, a=2),
            "tensor": torch.arange(6, dtype=torch.int64).reshape(2, 3),
            "none": None,
        }
        with tracker.start("r", db=self.db) as run:
            run.checkpoint(3, model, **extra)
            found = run.restore(model)
        assert found is not None
        self.assertEqual((found.pop("epoch"), found.pop("step")), (3, 3))
        self.assertTrue(torch.equal(found.pop("tensor"), extra.pop("tensor")))
        self.assertEqual(found, extra)
        self.assertEqual(
            {key: type(value) for key, value in found.items()}, {key: type(v) for key, v in extra.items()}
        )

    def test_what_json_and_tensors_cannot_say_is_refused_by_its_place(self) -> None:
        model = nn.Linear(2, 2)
        with tracker.start("r", db=self.db) as run:
            for value in (object(), lambda: 1, {1, 2}, b"bytes", torch.float32, {"a": [object()]}):
                with self.assertRaisesRegex(TypeError, "'odd"):
                    run.checkpoint(1, model, odd=value)
        self.assertEqual(self.sql("SELECT COUNT(*) FROM checkpoints"), [(0,)])

    def test_objects_with_a_state_and_several_models(self) -> None:
        a, b = nn.Linear(2, 2), nn.Linear(2, 2)
        optimizers = [
            torch.optim.SGD(a.parameters(), 0.1, momentum=0.9),
            torch.optim.Adam(b.parameters(), 0.2),
        ]
        for optimizer, model in zip(optimizers, (a, b)):
            model(torch.ones(1, 2)).sum().backward()
            optimizer.step()
        average = torch.optim.swa_utils.AveragedModel(a)
        with tracker.start("r", db=self.db) as run:
            run.checkpoint(1, {"a": a, "b": b}, optimizers, average=average)
            c, d = nn.Linear(2, 2), nn.Linear(2, 2)
            others = [
                torch.optim.SGD(c.parameters(), 0.3, momentum=0.9),
                torch.optim.Adam(d.parameters(), 0.3),
            ]
            other = torch.optim.swa_utils.AveragedModel(c)
            run.restore({"a": c, "b": d}, others, average=other)
            with self.assertRaisesRegex(tracker.TrackerError, "holds no 'more'"):
                run.restore({"a": c, "b": d}, more=average)
            with self.assertRaisesRegex(tracker.TrackerError, "lacks"):
                run.restore(nn.Linear(3, 3))
        for x, y in ((a, c), (b, d), (average, other)):
            for one, two in zip(x.state_dict().values(), y.state_dict().values()):
                self.assertTrue(torch.equal(one, two))
        for x, y in zip(optimizers, others):
            self.assertEqual(repr(x.state_dict()), repr(y.state_dict()))

    def test_schedulers_of_many_kinds(self) -> None:
        kinds = torch.optim.lr_scheduler
        makers = [
            lambda o: kinds.OneCycleLR(o, 0.1, total_steps=20),
            lambda o: kinds.CosineAnnealingWarmRestarts(o, 5),
            lambda o: kinds.ReduceLROnPlateau(o),
            lambda o: kinds.MultiStepLR(o, [1, 1, 3]),
            lambda o: kinds.LambdaLR(o, lambda epoch: 0.9**epoch),
            lambda o: kinds.SequentialLR(o, [kinds.ConstantLR(o), kinds.ExponentialLR(o, 0.9)], [2]),
            lambda o: kinds.CyclicLR(o, 0.1, 0.2),
        ]
        for number, make in enumerate(makers):
            with self.subTest(number):
                model = nn.Linear(2, 2)
                pairs = []
                with tracker.start("r", db=self.db) as run:
                    for _ in range(2):
                        optimizer = torch.optim.SGD(model.parameters(), 0.1, momentum=0.9)
                        pairs.append((optimizer, make(optimizer)))
                    for _ in range(3):
                        pairs[0][0].step()
                        pairs[0][1].step(*([1.0] if number == 2 else []))
                    run.checkpoint(1, model, *pairs[0])
                    run.restore(model, *pairs[1])
                rates = []
                for optimizer, scheduler in pairs:
                    for _ in range(3):
                        optimizer.step()
                        scheduler.step(*([1.0] if number == 2 else []))
                        rates.append(optimizer.param_groups[0]["lr"])
                self.assertEqual(rates[:3], rates[3:])

    def test_without_a_checkpoint_nothing_is_restored_and_the_try_before_is_dropped(self) -> None:
        model = nn.Linear(2, 2)
        with tracker.start("r", db=self.db) as run:
            run.log({"a": 1})
        before = model.weight.clone()
        with tracker.start("r", db=self.db, resume=1) as run:
            self.assertIsNone(run.restore(model))
            run.log({"a": 2})
        self.assertTrue(torch.equal(before, model.weight))
        self.assertEqual(self.sql("SELECT step, value FROM metrics"), [(1, 2)])


if __name__ == "__main__":
    unittest.main()
