"""What a run is in this process: open, ended, or a stub that keeps nothing."""

from __future__ import annotations

import os
import threading
import time
import weakref
from typing import TYPE_CHECKING, Any, FrozenSet, List, Mapping, Optional, Set

from .. import _exits
from .._ends import End
from .._errors import RunEnded, say_once
from .._store import Store
from .._values import Setting, whole_number
from .._work import Work
from .._writer import Writer
from .params import Params

if TYPE_CHECKING:
    from .._watch import Watches

#: All runs of this process that nobody has let go of.
all_runs: "weakref.WeakSet[State]" = weakref.WeakSet()


class State:
    """A run with its writer, and whether it keeps what it is told."""

    #: How long `finish` waits for a locked or full file, in seconds.
    patience = 60.0

    def __init__(
        self,
        name: str,
        path: str,
        store: Optional[Store] = None,
        id_: int = 0,
        uuid_: str = "",
        owner: Optional[str] = None,
        is_started_elsewhere: bool = False,
        last_step: Optional[int] = None,
        params: Optional[Mapping[str, Setting]] = None,
        kept_params: FrozenSet[str] = frozenset(),
    ) -> None:
        #: What people call the run.
        self.name = name
        #: The absolute path of the tracker file.
        self.db = path
        #: The number of the run in the file; 0 for one that keeps nothing.
        self.id = id_
        #: The name of the run in every file.
        self.uuid = uuid_
        #: The parameters.
        self.params = Params(self, params or {}, kept_params)
        self._owner = owner
        self._is_started_elsewhere = is_started_elsewhere
        self._step = last_step or 0
        self._has_logged = last_step is not None
        self._lock = threading.RLock()
        self._names: Set[str] = set()  # of metrics, which were checked
        self._logged = 0
        self._ended: Optional[End] = None
        self._is_entered = False
        self._token: Any = None
        self._is_stub = store is None
        self._tells_stub = False
        self._watches: "Optional[Watches]" = None
        self._writer: Optional[Writer] = None  # as long as the run keeps what it is told
        self._closing: Optional[Writer] = None  # while the end is being stored
        self._points: Any = []
        self._used = time.monotonic()
        self._before_end: List[Any] = []  # what a dialect stores when the run ends by itself
        if store is not None:
            self._writer = Writer(store, id_, owner, name, beats=not is_started_elsewhere)
            self._points = self._writer.points
            all_runs.add(self)

    def __repr__(self) -> str:
        return f"<trackerdb run {self.id} '{self.name}' in {self.db}>"

    @property
    def is_open(self) -> bool:
        """Whether the run has not ended, and keeps what it is told."""
        return self._ended is None and not self._is_stub

    @property
    def step(self) -> int:
        """The current step: that of the last `log`."""
        return self._step

    def _may_keep(self) -> bool:
        """Whether what was checked is kept; raises for a run that has ended."""
        if self._ended is not None:
            raise RunEnded(f"Run '{self.name}' has ended ({self._ended.status}). Start another one: start(…)")
        if self._is_stub and self._tells_stub:
            say_once(
                f"run '{self.name}' belongs to another process; in this one (process {os.getpid()}) nothing"
                " is kept of it."
            )
        return not self._is_stub

    def _put(self, work: Work, waits: bool = False) -> int:
        """Hands work to the writer; a stub has none, and keeps nothing."""
        writer = self._writer
        return 0 if writer is None else writer.put(work, waits)

    def _place(self, step: Any) -> int:
        return self._step if step is None else whole_number(step, "step")

    def _become_stub(self) -> None:
        """In a forked child: the thread is not there, and the connection is the parent's."""
        self._lock = threading.RLock()
        if self._writer is not None:
            _keep_forever(self._writer.store.connection)
            self._writer.forget_after_fork()
            self._writer = None
        self._points = []
        self._is_stub = self._tells_stub = True


# Forks ----------------------------------------------------------------------------------------------------


_kept: List[Any] = []


def _keep_forever(connection: Any) -> None:
    """Closing the parent's connection in a child would let go of locks that the parent has."""
    _kept.append(connection)
    try:
        import ctypes

        ctypes.pythonapi.Py_IncRef(ctypes.py_object(connection))
    except (ImportError, AttributeError):
        pass  # Then it is closed at the very end of the child.


def _after_fork_in_child() -> None:
    _exits.forget()
    for run in list(all_runs):
        if run._writer is not None:
            run._become_stub()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork_in_child)
