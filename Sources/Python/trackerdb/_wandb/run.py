"""A run with the methods of W&B, and the one that is current."""

from __future__ import annotations

import types
from typing import Any, Callable, List, Optional, Sequence

from .._dialects import never_stops
from .._ends import end_of, end_of_exit
from .._run import Run
from .files import Files
from .log import Logging


class WandbRun(Logging, Files):
    """A run with the methods of W&B."""

    def __init__(self, *words: Any) -> None:
        super().__init__(*words)
        self._sync: Optional[Callable[[], None]] = None
        self._tracked._before_end.append(self._store_rest)

    def __repr__(self) -> str:
        return repr(self._tracked)

    @property  # type: ignore[misc]
    def __class__(self) -> type:
        """`isinstance(run, wandb.Run)` is true, although that is the class of `start` here."""
        return Run

    def mark_preempting(self) -> None:
        """Is passed over."""

    def _label(self, code: Any = None, repo: Any = None, code_version: Any = None, **unknown: Any) -> None:
        """Is passed over; integrations, such as that of transformers, say by it who they are."""

    def pin_config_keys(self, keys: Sequence[str] = ()) -> None:
        """Is passed over."""

    def write_logs(self, text: str) -> None:
        """Is passed over: what a program prints is kept by `tracker exec`."""

    def status(self) -> Any:
        """How far storing is."""
        return types.SimpleNamespace(sync_items_pending=None, sync_items_total=None, sync_time=None)

    def display(self, height: int = 420, hidden: bool = False) -> bool:
        """Nothing is shown."""
        return False

    def to_html(self, height: int = 420, hidden: bool = False) -> str:
        """Nothing is shown."""
        return ""

    # -- The end ---------------------------------------------------------------------------------------

    def _store_rest(self) -> None:
        """What waits for the end, however that comes: a step that is open, and files."""
        if self._sync is not None:
            self._sync()
            self._sync = None
        if self._tracked.is_open:
            if self._pending:
                self._guarded(self._close_step)
            self._store_files()

    @never_stops
    def finish(self, exit_code: Optional[int] = None) -> None:
        """Ends the run: `failed` with an exit code other than 0."""
        self._tracked.end(end_of_exit(exit_code)._replace(exit_code=exit_code), self._tracked.patience)
        current.leave(self)

    def __enter__(self) -> "WandbRun":
        return self

    def __exit__(self, kind: Any, error: Optional[BaseException], trace: Any) -> None:
        if error is None:
            return self.finish()
        self._tracked.end(end_of(error), self._tracked.patience)
        current.leave(self)

    def __reduce__(self) -> Any:
        # By itself, pickle would take `__class__` for the type.
        return (object.__new__, (WandbRun,), self.__dict__)

    def __deepcopy__(self, memo: Any) -> "WandbRun":
        return self


class Current:
    """The run that `init` has started and nobody has finished."""

    run: Optional[WandbRun] = None

    def __init__(self) -> None:
        #: All runs that `init` has started and nobody has finished, those of `reinit="create_new"` too.
        self.open: List[WandbRun] = []

    def leave(self, run: WandbRun) -> None:
        """Forgets a run that has ended."""
        if run in self.open:
            self.open.remove(run)
        if self.run is run:
            self.run = None


current = Current()
