"""The writers of one process that are one run: those that share a parent folder."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Dict, List, Optional

from .._run import Run, start
from .._store import Store, database_path
from .._values import whole_number
from .._writer import Work

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
        self.has_prefixes = False

    def started(self, writer: "SummaryWriter") -> Run:
        """The run, which starts with what is written first."""
        if self.run is None or not self.run.is_open:
            name = os.path.basename(self.folder if self.has_prefixes else writer.log_dir.rstrip("/"))
            self.run = start(name or "run", resume=_former_run(writer))
            run, folder = self.run, os.path.abspath(writer.log_dir)
            run._put(Work(lambda store, _: store.set_facts(run.id, {"tensorboard.log_dir": folder})))
            if writer.purge_step is not None:
                self.purge(writer, whole_number(writer.purge_step, "purge_step"))
        return self.run

    def purge(self, writer: "SummaryWriter", step: int) -> None:
        run, prefix = self.run, writer._prefix()
        if run is not None and run.is_open:
            run._put(Work(lambda store, _: store.drop_from_step(run.id, step, prefix)))
            run.flush()  # What is told from here on comes after it.

    def add(self, writer: "SummaryWriter") -> None:
        part = os.path.basename(writer.log_dir.rstrip("/"))
        self.members.append(writer)
        needs_prefixes = part in _PARTS or len({member.log_dir for member in self.members}) > 1
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
        self.members.remove(writer)
        if not self.members:
            _groups.pop(self.folder, None)
            if self.run is not None:
                self.run.finish()


_groups: Dict[str, Group] = {}


def group_of(log_dir: str) -> Group:
    """The group of the writers beside a folder."""
    folder = os.path.dirname(os.path.abspath(log_dir))
    return _groups.setdefault(folder, Group(folder))


def _former_run(writer: "SummaryWriter") -> Optional[int]:
    """With `purge_step`, the run of an earlier process that wrote to the same folder."""
    path = database_path()
    if writer.purge_step is None or not os.path.exists(path):
        return None
    store = Store.for_reading(path)
    try:
        return store.find_ended_run("tensorboard.log_dir", os.path.abspath(writer.log_dir))
    finally:
        store.close()
