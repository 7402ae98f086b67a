"""`import trackerdb as wandb`: the calls of W&B, into a tracker file.

A script changes one import. What a call asks for and the file cannot keep is said once; nothing stops the
training.
"""

from .artifacts import Artifact
from .config import Config
from .facts import Settings
from .log import AlertLevel
from .media import Audio, CustomChart, Histogram, Html, Image, Molecule, Object3D, Table, Video
from .module import (
    Error,
    alert,
    config,
    current_run,
    define_metric,
    finish,
    init,
    log,
    log_artifact,
    log_model,
    login,
    require,
    save,
    setup,
    summary,
    unwatch,
    use_artifact,
    util,
    watch,
)
from .others import others
from .plots import plot
from .run import WandbRun

__all__ = [
    "AlertLevel", "Artifact", "Audio", "Config", "CustomChart", "Error", "Histogram", "Html", "Image", "Molecule",
    "Object3D", "Settings", "Table", "Video", "WandbRun", "alert", "config", "current_run", "define_metric", "finish",
    "init", "log", "log_artifact", "log_model", "login", "others", "plot", "require", "save", "setup", "summary", "unwatch",
    "use_artifact", "util", "watch",
]  # fmt: skip
