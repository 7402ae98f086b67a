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

from typing import TYPE_CHECKING, Any

from . import data_types
from ._errors import RunEnded, TrackerError
from ._reader import Reader, Rows, open
from ._run import Params, Run, __version__, start
from ._tensorboard import SummaryWriter
from ._wandb import (
    AlertLevel,
    Artifact,
    Audio,
    Config,
    CustomChart,
    Error,
    Histogram,
    Html,
    Image,
    Molecule,
    Object3D,
    Settings,
    Table,
    Video,
    WandbRun,
    alert,
    define_metric,
    finish,
    init,
    link_model,
    log,
    log_artifact,
    log_model,
    login,
    plot,
    require,
    restore,
    save,
    setup,
    unwatch,
    use_artifact,
    use_model,
    util,
    watch,
)
from ._wandb import current_run as _current_run
from ._wandb import instead as _instead
from ._wandb import of_current as _of_current
from ._wandb import others as _others

if TYPE_CHECKING:
    #: The run that `init` has started and nobody has finished.
    run: "WandbRun | None"
    #: Its settings, and what it sums up.
    config: Any
    summary: Any


def __getattr__(name: str) -> Any:
    if name == "run":
        return _current_run()
    if name in ("config", "summary"):
        return _of_current(name)
    if name in _others:
        return _others[name]
    raise AttributeError(
        f"module 'trackerdb' has no attribute '{name}'. {_instead.get(name, '')}".rstrip(" .")
    )


__all__ = [
    # Our own words
    "Params", "Reader", "Rows", "Run", "RunEnded", "TrackerError", "__version__", "open", "start",
    # TensorBoard's
    "SummaryWriter",
    # W&B's
    "AlertLevel", "Artifact", "Audio", "Config", "CustomChart", "Error", "Histogram", "Html", "Image",
    "Molecule", "Object3D", "Settings", "Table", "Video", "WandbRun", "alert", "config", "data_types", "define_metric",
    "finish", "init", "link_model", "log", "log_artifact", "log_model", "login", "plot", "require", "restore",
    "run", "save", "setup", "summary", "unwatch", "use_artifact", "use_model", "util", "watch",
]  # fmt: skip
