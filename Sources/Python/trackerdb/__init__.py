"""Keeps training runs, in full, in one SQLite file that anyone can query.

    import trackerdb as tracker

    with tracker.start("resnet-18", params={"lr": 0.1}) as run:
        run.watch(model, torch.zeros(1, 3, 32, 32))
        for epoch in range(1, 11):
            ...
            run.log({"train/step_loss": loss})
            run.epoch(epoch, {"train/loss": total / n, "val/accuracy": accuracy})

    tracker.open().metrics("latest", ["val/accuracy"])
"""

from ._errors import RunEnded, TrackerError
from ._reader import Reader, Rows, open
from ._run import Params, Run, __version__, start

__all__ = ["Params", "Reader", "Rows", "Run", "RunEnded", "TrackerError", "__version__", "open", "start"]
