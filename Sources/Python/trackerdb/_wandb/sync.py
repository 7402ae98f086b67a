"""`init(sync_tensorboard=True)`: what TensorBoard's writers are told is kept in the run too."""

from __future__ import annotations

import functools
import importlib
import os
from typing import Any, Callable, List, Tuple

from .._dialects import never_stops
from .._tensorboard import SummaryWriter

_METHODS = [name for name in dir(SummaryWriter) if name.startswith("add_") and name != "add_graph"]


class _Into(SummaryWriter):
    """A writer into a run that is there already."""

    def __init__(self, run: Any, log_dir: str, prefix: str) -> None:
        self.log_dir = log_dir
        self._into = run
        self._own_prefix = prefix

    def _prefix(self) -> str:
        return self._own_prefix

    def _run(self) -> Any:
        return self._into


def start(run: Any) -> Callable[[], None]:
    """Listens to the writers of torch and tensorboardX; returns what ends that."""
    former: List[Tuple[Any, str, Any]] = []
    folders: List[str] = []
    for module in ("torch.utils.tensorboard", "tensorboardX"):
        try:
            writer = importlib.import_module(module).SummaryWriter
        except Exception:
            continue  # It is not installed, or lacks what it needs.
        for name in _METHODS:
            if hasattr(writer, name):
                former.append((writer, name, getattr(writer, name)))
                setattr(writer, name, _telling(getattr(writer, name), name, run, folders))

    def stop() -> None:
        for writer, name, method in former:
            setattr(writer, name, method)

    return stop


def _telling(method: Any, name: str, run: Any, folders: List[str]) -> Any:
    nested = [0]

    @functools.wraps(method)
    def told(self: Any, *words: Any, **named: Any) -> Any:
        nested[0] += 1
        try:
            return method(self, *words, **named)
        finally:
            nested[0] -= 1
            if not nested[0]:
                _tell(self, name, run, folders, words, named)

    return told


@never_stops
def _tell(writer: Any, name: str, run: Any, folders: List[str], words: Any, named: Any) -> None:
    folder = os.path.normpath(str(writer.get_logdir() if hasattr(writer, "get_logdir") else writer.logdir))
    if folder not in folders:
        folders.append(folder)
    # As W&B has it: several folders are told apart by what follows the one above them all.
    top = os.path.dirname(folder) if len(folders) == 1 else os.path.commonpath(folders)
    prefix = "" if len(folders) == 1 else os.path.relpath(folder, top) + "/"
    named.pop("display_name", None)
    named.pop("summary_description", None)
    getattr(_Into(run._tracked, folder, prefix if prefix != "./" else ""), name)(*words, **named)
