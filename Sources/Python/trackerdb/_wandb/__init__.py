"""`import trackerdb as wandb`: the calls of W&B, into a tracker file.

A script changes one import. What a call asks for and the file cannot keep is said once; nothing stops the
training.
"""

from .artifacts import Artifact
from .config import Config
from .facts import Settings
from .log import AlertLevel
from .media import CustomChart, Histogram, Image, Table
from .module import (
    Error,
    alert,
    current_run,
    define_metric,
    finish,
    init,
    link_model,
    log,
    log_artifact,
    log_model,
    login,
    of_current,
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
from .others import instead, others
from .plots import plot
from .recordings import Audio, Html, Molecule, Object3D, Video
from .run import WandbRun

__all__ = [
    "AlertLevel", "Artifact", "Audio", "Config", "CustomChart", "Error", "Histogram", "Html", "Image", "Molecule",
    "Object3D", "Settings", "Table", "Video", "WandbRun", "alert", "current_run", "define_metric", "finish",
    "init", "instead", "link_model", "log", "log_artifact", "log_model", "login", "of_current", "others", "plot", "require",
    "restore", "save", "setup", "unwatch", "use_artifact", "use_model", "util", "watch",
]  # fmt: skip
