"""The writers of one process that are one run: those that share a parent folder."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Dict, List, Optional, Set

from .._run import Run, ended_run, start
from .._store import Store
from .._values import whole_number
from .._work import Work

if TYPE_CHECKING:
    from .writer import SummaryWriter

#: Last folders that part one training, so that a lone writer of that name is a part of a run too.
_PARTS = ("train", "training", "val", "valid", "validation", "test", "testing", "eval", "evaluation", "dev")


class Group:
    """The writers that share a parent folder: one run."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self.run: Optional[Run] = None
        self.members: List["SummaryWriter"] = []
        self.log_dirs: Set[str] = set()
        self.has_prefixes = False

    def started(self, writer: "SummaryWriter") -> Run:
        """The run, which starts with what is written first."""
        if self.run is None or self.run._ended is not None:
            name = os.path.basename(self.folder if self.has_prefixes else writer.log_dir.rstrip("/"))
            folder = os.path.abspath(writer.log_dir)
            former: Any = self.run
            if former is None and writer.purge_step is not None:
                former = ended_run("tensorboard.log_dir", folder)
            run = self.run = start(name or "run", resume=former)
            run._put(Work(lambda store, _: store.set_facts(run.id, {"tensorboard.log_dir": folder})))
            if writer.purge_step is not None:
                self.purge(writer, whole_number(writer.purge_step, "purge_step"))
        return self.run

    @property
    def is_of_another_process(self) -> bool:
        """Whether this process was forked from the one that has the run."""
        return self.run is not None and self.run._tells_stub

    def purge(self, writer: "SummaryWriter", step: int) -> None:
        """Drops what the run holds of a writer from a step on."""
        run, prefix = self.run, writer._prefix()
        if run is not None and run.is_open:
            run._put(Work(lambda store, _: store.drop_from_step(run.id, step, prefix)))
            run.flush()  # What is told from here on comes after it.

    def add(self, writer: "SummaryWriter") -> None:
        """Takes a writer in; from the second folder on, names have prefixes."""
        part = os.path.basename(writer.log_dir.rstrip("/"))
        self.members.append(writer)
        self.log_dirs.add(os.path.abspath(writer.log_dir))
        needs_prefixes = part in _PARTS or len(self.log_dirs) > 1
        if needs_prefixes and not self.has_prefixes:
            self.has_prefixes = True
            if self.run is not None and self.run.is_open:
                # What the first writer has told belongs to it alone.
                run, name = self.run, os.path.basename(self.folder)
                prefix = self.members[0]._prefix()
                run.name = name

                def apply(store: Store, _: Any) -> None:
                    store.rename(run.id, name)
                    store.add_prefix(run.id, prefix)

                run._put(Work(apply))
                run.flush()

    def remove(self, writer: "SummaryWriter") -> None:
        """Lets a writer go; with the last one the run ends."""
        self.members.remove(writer)
        if not self.members:
            if _groups.get(self.folder) is self:
                del _groups[self.folder]
                _former[self.folder] = self
            if self.run is not None and self.run._is_started_elsewhere:
                self.run.flush()  # It ends with the program that it was started for.
            elif self.run is not None:
                self.run.finish()

    def goes_on_with(self, log_dir: str) -> bool:
        """Whether a folder that is opened after the end of all writers belongs to the same run."""
        parts = [os.path.basename(one) for one in (log_dir, *self.log_dirs)]
        return log_dir in self.log_dirs or all(part in _PARTS for part in parts)


_groups: Dict[str, Group] = {}
#: The groups of which all writers are closed.
_former: Dict[str, Group] = {}


def group_of(log_dir: str) -> Group:
    """The group of the writers beside a folder."""
    log_dir = os.path.abspath(log_dir)
    folder = os.path.dirname(log_dir)
    if folder in _groups and _groups[folder].is_of_another_process:
        del _groups[folder]
    if folder not in _groups:
        former = _former.get(folder)
        goes_on = former is not None and former.goes_on_with(log_dir)
        _groups[folder] = former if former is not None and goes_on else Group(folder)
    return _groups[folder]
